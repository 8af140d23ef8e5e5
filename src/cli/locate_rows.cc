#include "cli/locate_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/strings.h"
#include "cli/progress.h"
#include "clone/catalog.h"
#include "pg/snapshot.h"
#include "refresh/inspect.h"
#include "report/model.h"
#include "verify/locate.h"

namespace understudy::cli {
namespace {

using report::Plural;

struct Skipped {
  std::string column;
  std::string why;
};

// Which columns are compared, and which can't be.
struct Comparison {
  std::vector<std::string> columns;
  std::vector<Skipped> skipped;
  bool treated = false;  // some column is compared with what production's value becomes
};

// Why a column's value on staging can't be told from production's; empty if it can.
std::string WhyNot(const record::TableColumn& recorded, const rules::ColumnPlan& now, bool same_key,
                   bool asked) {
  if (now.treatment.ToString() != recorded.treatment) return "its rule is not what it was in the run";
  // Who asks for the column by its name may see what neutralising did to it.
  if (!recorded.published_fingerprint.empty() && !asked &&
      recorded.published_fingerprint != recorded.read_back_fingerprint) {
    return "neutralising changed it";
  }
  switch (now.treatment.action) {
    case rules::Action::kKeep:
      return {};
    case rules::Action::kAttachment:
      return "it follows the filestore";
    case rules::Action::kPassword:
      return "it holds the password of staging";
    default:
      return same_key ? "" : "the run had another key";
  }
}

absl::StatusOr<Comparison> Choose(const record::RunRecord& run, const rules::TablePlan& plan,
                                  const rules::Relation& staging, std::string_view asked, bool same_key) {
  Comparison comparison;
  const auto table = std::find_if(run.tables.begin(), run.tables.end(), [&plan](const record::Table& t) {
    return t.schema == plan.schema && t.name == plan.name;
  });
  bool known = false;
  for (const record::TableColumn& column : table->columns) {
    if (!asked.empty() && column.name != asked) continue;
    known = true;
    const rules::Attribute* attribute = staging.Find(column.name);
    const rules::ColumnPlan* now = plan.Find(column.name);
    if (attribute == nullptr || now == nullptr) {
      comparison.skipped.push_back({column.name, "only one end has it"});
      continue;
    }
    if (attribute->generated) continue;
    std::string why = WhyNot(column, *now, same_key, !asked.empty());
    if (!why.empty()) {
      comparison.skipped.push_back({column.name, std::move(why)});
      continue;
    }
    comparison.columns.push_back(column.name);
    comparison.treated = comparison.treated || now->treatment.action != rules::Action::kKeep;
  }
  if (!comparison.columns.empty()) return comparison;
  std::vector<std::string> names;
  for (const record::TableColumn& column : table->columns) names.push_back(column.name);
  return UsageError(fmt::format("{}{}{} can't be compared with production: {}", plan.QualifiedName(),
                                asked.empty() ? "" : ".", asked,
                                !known ? "the run has no such column" + DidYouMean(asked, names)
                                : comparison.skipped.empty() ? "it has no column of its own"
                                                             : comparison.skipped[0].why));
}

// "table", "table.column", "schema.table", "schema.table.column", as far as such a table is on record.
std::string SplitPlace(const std::string& place, const record::RunRecord& run,
                       verify::LocateOptions* options) {
  const auto is_table = [&run](const std::string& schema, const std::string& name) {
    for (const record::Table& t : run.tables) {
      if (t.schema == schema && t.name == name) return true;
    }
    return false;
  };
  for (size_t end = place.size(); end != std::string::npos && end > 0; end = place.rfind('.', end - 1)) {
    const std::string head = place.substr(0, end);
    std::string column = end < place.size() ? place.substr(end + 1) : "";
    const size_t dot = head.find('.');
    options->table = head;
    options->schema = "public";
    if (is_table("public", head)) return column;
    if (dot == std::string::npos || !is_table(head.substr(0, dot), head.substr(dot + 1))) continue;
    options->schema = head.substr(0, dot);
    options->table = head.substr(dot + 1);
    return column;
  }
  options->table = place;
  return {};
}

std::string Text(const verify::Located& located, const Comparison& comparison, const std::string& since) {
  std::string text = fmt::format(
      "{} in production, {} on staging: {} differ, {} only in production, {} only on staging{}\n",
      Plural(located.rows_first, "row"), HumanCount(located.rows_second), HumanCount(located.differing),
      HumanCount(located.only_first), HumanCount(located.only_second), located.complete ? "" : " (at least)");
  uint64_t shown = 0;
  for (const verify::Place& place : located.places) {
    text +=
        fmt::format("  {}{}: {}\n", place.rows,
                    place.count == 1 ? "" : fmt::format(" ({})", Plural(place.count, "row")), place.finding);
    shown += place.count;
  }
  const uint64_t all = located.differing + located.only_first + located.only_second;
  if (all > shown) text += fmt::format("  and {} more\n", Plural(all - shown, "row"));
  for (const Skipped& s : comparison.skipped) {
    text += fmt::format("  not compared: {} ({})\n", Visible(s.column), s.why);
  }
  if (all > 0) {
    text += fmt::format("production is read as it is now{}; the copy is of {}\n",
                        comparison.treated ? " and treated as a refresh would" : "", since);
  }
  return text;
}

std::string Json(const verify::Located& located, const Comparison& comparison) {
  nlohmann::ordered_json json;
  json["format"] = 1;
  json["rows_production"] = located.rows_first;
  json["rows_staging"] = located.rows_second;
  json["differing"] = located.differing;
  json["only_production"] = located.only_first;
  json["only_staging"] = located.only_second;
  json["complete"] = located.complete;
  json["places"] = nlohmann::ordered_json::array();
  for (const verify::Place& p : located.places) {
    json["places"].push_back({{"rows", p.rows}, {"count", p.count}, {"finding", p.finding}});
  }
  json["not_compared"] = nlohmann::ordered_json::array();
  for (const Skipped& s : comparison.skipped) {
    json["not_compared"].push_back({{"column", s.column}, {"why", s.why}});
  }
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// Position of a table in the catalogue of either end.
absl::StatusOr<size_t> PositionOf(const rules::Facts& facts, const verify::LocateOptions& options,
                                  std::string_view end) {
  for (size_t i = 0; i < facts.relations.size(); ++i) {
    if (facts.relations[i].schema == options.schema && facts.relations[i].name == options.table) return i;
  }
  std::vector<std::string> names;
  for (const rules::Relation& relation : facts.relations) names.push_back(relation.name);
  return UsageError(
      fmt::format("{} has no table \"{}\"{}", end, options.table, DidYouMean(options.table, names)));
}

}  // namespace

absl::StatusOr<int> LocateRows(Session& session, const refresh::RefreshOptions& refresh,
                               const record::RunRecord& run, bool same_key) {
  verify::LocateOptions options;
  const std::string column = SplitPlace(session.args.Text(OptionId::kLocate), run, &options);
  if (run.tables.end() == std::find_if(run.tables.begin(), run.tables.end(), [&](const record::Table& t) {
        return t.schema == options.schema && t.name == options.table;
      })) {
    std::vector<std::string> names;
    for (const record::Table& table : run.tables) names.push_back(table.name);
    return UsageError(fmt::format("run {} has no table \"{}\"{}", run.run_id, options.table,
                                  DidYouMean(options.table, names)));
  }
  Progress progress(session.console,
                    ProgressModeFor(session.args.Text(OptionId::kProgress), session.console));
  ASSIGN_OR_RETURN(const auto production, refresh::Inspection::Open(refresh, progress, session.cancel));
  ASSIGN_OR_RETURN(const pg::ConnOptions staging, pg::ParseConninfo(refresh.config.staging.database));
  absl::StatusOr<std::unique_ptr<pg::Snapshot>> snapshot = pg::Snapshot::Export(staging, &session.cancel);
  if (!snapshot.ok()) return Annotate(snapshot.status(), "staging");
  ASSIGN_OR_RETURN(const clone::Catalog catalog, clone::ReadCatalog((*snapshot)->connection()));
  options.first = {"production", [&production](const CancelToken*) { return production->Session(); },
                   &production->catalog().facts};
  options.second = {"staging", [&snapshot](const CancelToken* token) { return (*snapshot)->Import(token); },
                    &catalog.facts};
  ASSIGN_OR_RETURN(const size_t first, PositionOf(*options.first.facts, options, "production"));
  ASSIGN_OR_RETURN(const size_t second, PositionOf(*options.second.facts, options, "staging"));
  const rules::TablePlan& plan = production->plan().tables[first];
  if (plan.empty) {
    return UsageError(fmt::format("{} has no rows on staging by rule", plan.QualifiedName()));
  }
  ASSIGN_OR_RETURN(const Comparison comparison,
                   Choose(run, plan, catalog.facts.relations[second], column, same_key));
  options.columns = comparison.columns;
  options.plan = &plan;
  options.toolbox = &production->toolbox();
  engine::Engine engine({.workers = static_cast<int>(refresh.config.jobs)});
  options.lanes = engine.workers().size();
  options.cancel = &session.cancel;
  progress.StageStarted("locate");
  ASSIGN_OR_RETURN(const verify::Located located, verify::Locate(options, engine));
  progress.Stop();
  RETURN_IF_ERROR(session.console.Data(session.args.Has(OptionId::kJson)
                                           ? Json(located, comparison)
                                           : Text(located, comparison, run.snapshot.time)));
  const bool same = located.differing + located.only_first + located.only_second == 0;
  return static_cast<int>(same ? ExitClass::kDone : ExitClass::kFidelity);
}

}  // namespace understudy::cli
