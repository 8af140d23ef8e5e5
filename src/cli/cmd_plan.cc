// understudy plan: what would happen to every table and column.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/treatment_text.h"
#include "refresh/run.h"
#include "report/model.h"

namespace understudy::cli {
namespace {

using refresh::PlanView;
using report::Plural;
using rules::Action;
using rules::ColumnPlan;
using rules::Relation;
using rules::TablePlan;

// Wide enough for Odoo's names; longer ones push the rest of their line.
constexpr size_t kColumnWidth = 30;
constexpr size_t kTypeWidth = 18;
constexpr size_t kTreatmentWidth = 36;

bool IsKept(const ColumnPlan& column) {
  return column.treatment.action == Action::kKeep && !column.unclassified();
}

struct Filter {
  bool unclassified = false;
  bool all = false;
  std::vector<std::string> tables;

  bool Shows(const TablePlan& table) const {
    if (!tables.empty()) {
      return std::find(tables.begin(), tables.end(), table.QualifiedName()) != tables.end();
    }
    const auto& columns = table.columns;
    if (unclassified) {
      return std::any_of(columns.begin(), columns.end(),
                         [](const ColumnPlan& c) { return c.unclassified(); });
    }
    return all || table.empty || table.where.has_value() ||
           !std::all_of(columns.begin(), columns.end(), IsKept);
  }
  bool Shows(const ColumnPlan& column) const {
    if (unclassified) return column.unclassified();
    return all || !tables.empty() || !IsKept(column);
  }
};

std::string TableHead(const TablePlan& table, const Relation& relation) {
  std::string text = table.QualifiedName();
  if (relation.rows_estimate >= 0) {
    text += fmt::format("  about {}", Plural(static_cast<uint64_t>(relation.rows_estimate), "row"));
  }
  text += fmt::format("  {}", HumanBytes(relation.bytes));
  if (table.empty) text += fmt::format("  NO ROWS  {}", table.row_pack);
  if (table.where.has_value()) text += fmt::format("  ONLY ROWS WHERE {}  {}", *table.where, table.row_pack);
  return Visible(text) + "\n";
}

std::string TableText(const TablePlan& table, const Relation& relation, const Filter& filter) {
  std::string text = TableHead(table, relation);
  if (table.empty && !filter.unclassified) return text + "\n";
  size_t kept = 0;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnPlan& column = table.columns[i];
    if (!filter.Shows(column)) {
      kept += IsKept(column) ? 1 : 0;
      continue;
    }
    std::string line = fmt::format("  {:<{}} {:<{}} {:<{}} {}", column.column, kColumnWidth,
                                   relation.attributes[i].type.name, kTypeWidth, Summary(column.treatment),
                                   kTreatmentWidth, column.Reason());
    if (!column.uniqueness.key.empty() && !column.uniqueness.injective && !IsKept(column)) {
      line += fmt::format("; unique by {} bits ({})", column.uniqueness.digest_bits, column.uniqueness.key);
    }
    text += Visible(line) + "\n";
  }
  if (kept > 0 && !filter.unclassified) text += fmt::format("  ({} kept)\n", Plural(kept, "other column"));
  return text + "\n";
}

struct Sums {
  uint64_t tables = 0, empty = 0, bytes = 0, columns = 0, treated = 0, unclassified = 0;
};

Sums SumsOf(const PlanView& view) {
  Sums sums;
  sums.tables = view.plan.tables.size();
  sums.unclassified = view.plan.unclassified.size();
  for (size_t i = 0; i < view.plan.tables.size(); ++i) {
    const TablePlan& table = view.plan.tables[i];
    sums.empty += table.empty ? 1 : 0;
    sums.bytes += view.catalog.facts.relations[i].bytes;
    sums.columns += table.columns.size();
    for (const ColumnPlan& column : table.columns)
      sums.treated += column.treatment.action == Action::kKeep ? 0 : 1;
  }
  return sums;
}

std::string Text(const PlanView& view, const Filter& filter) {
  std::string text;
  for (size_t i = 0; i < view.plan.tables.size(); ++i) {
    const TablePlan& table = view.plan.tables[i];
    if (filter.Shows(table)) text += TableText(table, view.catalog.facts.relations[i], filter);
  }
  const Sums sums = SumsOf(view);
  text +=
      fmt::format("{}, {}; {} without rows; {}, {} treated, {} that no rule names\n",
                  Plural(sums.tables, "table"), HumanBytes(sums.bytes), HumanCount(sums.empty),
                  Plural(sums.columns, "column"), HumanCount(sums.treated), HumanCount(sums.unclassified));
  return text + fmt::format("rule packs: {}\n", fmt::join(view.packs, ", "));
}

nlohmann::ordered_json ColumnJson(const ColumnPlan& column, const rules::Attribute& attribute) {
  nlohmann::ordered_json json;
  json["name"] = column.column;
  json["type"] = attribute.type.name;
  json["treatment"] = column.treatment.ToString();
  json["reason"] = column.Reason();
  json["unclassified"] = column.unclassified();
  if (!column.uniqueness.key.empty()) json["unique_key"] = column.uniqueness.key;
  return json;
}

std::string Json(const PlanView& view, const Filter& filter) {
  nlohmann::ordered_json json;
  json["format"] = 1;
  json["key_id"] = view.key_id;
  json["packs"] = view.packs;
  json["tables"] = nlohmann::ordered_json::array();
  for (size_t i = 0; i < view.plan.tables.size(); ++i) {
    const TablePlan& table = view.plan.tables[i];
    const Relation& relation = view.catalog.facts.relations[i];
    Filter everything = filter;
    everything.all = true;  // programs want the whole plan
    if (!everything.Shows(table)) continue;
    nlohmann::ordered_json entry;
    entry["schema"] = table.schema;
    entry["name"] = table.name;
    entry["bytes"] = relation.bytes;
    entry["rows_estimate"] = relation.rows_estimate;
    entry["empty"] = table.empty;
    entry["where"] = nullptr;
    if (table.where.has_value()) entry["where"] = *table.where;
    entry["columns"] = nlohmann::ordered_json::array();
    for (size_t c = 0; c < table.columns.size(); ++c) {
      if (everything.Shows(table.columns[c])) {
        entry["columns"].push_back(ColumnJson(table.columns[c], relation.attributes[c]));
      }
    }
    json["tables"].push_back(std::move(entry));
  }
  for (const auto& [name, findings] :
       {std::pair("unclassified", &view.plan.unclassified), std::pair("errors", &view.plan.errors),
        std::pair("warnings", &view.plan.warnings)}) {
    json[name] = nlohmann::ordered_json::array();
    for (const rules::Finding& finding : *findings) {
      json[name].push_back({{"id", finding.id.text()}, {"text", finding.text}});
    }
  }
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

absl::StatusOr<int> RunPlan(Session& session) {
  ASSIGN_OR_RETURN(const refresh::RefreshOptions options, RefreshOptionsOf(session.args));
  Progress progress(session.console,
                    ProgressModeFor(session.args.Text(OptionId::kProgress), session.console));
  ASSIGN_OR_RETURN(const PlanView view, refresh::PreparePlan(options, progress, session.cancel));
  progress.Stop();
  Filter filter;
  filter.unclassified = session.args.Has(OptionId::kUnclassified);
  filter.all = session.args.Has(OptionId::kAll);
  filter.tables = session.args.positional;
  for (const std::string& table : filter.tables) RETURN_IF_ERROR(view.plan.PositionOf(table).status());
  RETURN_IF_ERROR(
      session.console.Data(session.args.Has(OptionId::kJson) ? Json(view, filter) : Text(view, filter)));
  RETURN_IF_ERROR(view.plan.Check());
  return 0;
}

}  // namespace understudy::cli
