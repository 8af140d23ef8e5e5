// understudy drift: is staging still like production now?
#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "drift/compare.h"
#include "pg/snapshot.h"
#include "record/state_directory.h"
#include "refresh/run.h"
#include "report/model.h"

namespace understudy::cli {
namespace {

using report::Plural;

constexpr size_t kMostLines = 40;  // of each section for people; JSON has all

std::string AgeText(int64_t seconds) {
  const int64_t hours = seconds / 3600;
  if (hours < 48) return fmt::format("{}h{:02}m", hours, seconds / 60 % 60);
  return fmt::format("{}d", hours / 24);
}

class Page {
 public:
  void Line(std::string_view name, const std::string& text) {
    text_ += fmt::format("{:<13} {}\n", name, Visible(text));
  }
  void Section(std::string_view name, const std::string& head, const std::vector<std::string>& lines) {
    Line(name, head);
    for (size_t i = 0; i < lines.size() && i < kMostLines; ++i) text_ += "  " + Visible(lines[i]) + "\n";
    if (lines.size() > kMostLines) {
      text_ += fmt::format("  and {} more (--json lists all)\n", lines.size() - kMostLines);
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void ShowAge(const drift::Drift& d, Page* page) {
  if (d.run_id.empty()) {
    page->Line("age", "not known: this staging was not made by a refresh");
  } else {
    page->Line("age", fmt::format("{} (run {}, {}){}", AgeText(d.age_seconds), d.run_id, d.refreshed_at,
                                  d.too_old ? ": TOO OLD [too-old]" : ""));
  }
}

// Lines of one section: what policy.accepted names is counted, not shown.
class Findings {
 public:
  explicit Findings(const drift::Drift& d) : drift_(d) {}
  void Add(const record::WarningId& id, const std::string& text) {
    if (drift_.accepted.contains(id.text())) {
      ++accepted_;
    } else {
      lines_.push_back(fmt::format("{} [{}]", text, id.text()));
    }
  }
  void AddRemark(std::string text) { lines_.push_back(std::move(text)); }
  std::string Head(std::string_view more = {}) const {
    return Plural(lines_.size(), "difference") + std::string(more) +
           (accepted_ > 0 ? fmt::format(", {} accepted", accepted_) : "");
  }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  const drift::Drift& drift_;
  std::vector<std::string> lines_;
  size_t accepted_ = 0;
};

void ShowSchema(const drift::Drift& d, Page* page) {
  Findings findings(d);
  size_t others = 0;
  for (const verify::SchemaChange& change : d.schema) {
    if (change.kind <= verify::DifferenceKind::kAccepted) {
      findings.Add(verify::IdOf(change), fmt::format("{}: {}", change.object, change.difference));
    } else {
      ++others;
    }
  }
  page->Section("schema", findings.Head(fmt::format(", {} more deliberate or of the server", others)),
                findings.lines());
  std::vector<std::string> columns;
  for (const drift::NewColumn& c : d.new_columns) {
    const std::string id = drift::IdOf(c).text();
    std::string rule;
    if (!c.classified) {
      rule = d.accepted.contains(id) ? ": no rule, accepted"
                                     : fmt::format(": no rule says what to do with it [{}]", id);
    }
    columns.push_back(fmt::format("{}.{} ({}){}", c.table, c.column, c.type, rule));
  }
  if (!columns.empty()) page->Section("new columns", fmt::format("{}", columns.size()), columns);
}

void ShowEnvironment(const drift::Drift& d, Page* page) {
  Findings lines(d);
  const auto value = [](const std::map<std::string, std::string>& facts, const std::string& key) {
    const auto found = facts.find(key);
    return found == facts.end() ? std::string("-") : found->second;
  };
  for (const auto& [key, sentence] : d.environment.explanations) {
    std::string text =
        fmt::format("{}: {} in production, {} on staging. {}", key, value(d.environment.source, key),
                    value(d.environment.staging, key), sentence);
    if (const auto id = drift::EnvironmentId(key)) {
      lines.Add(*id, text);
    } else {
      lines.AddRemark(std::move(text));
    }
  }
  page->Section("environment", lines.Head(), lines.lines());
  Findings addons(d);
  for (const drift::AddonDifference& a : d.addons) {
    addons.Add(drift::IdOf(a), fmt::format("{}: {} installed on staging, {}", a.module, a.installed,
                                           a.on_disk.empty() ? "on no addons path" : a.on_disk + " on disk"));
  }
  if (!d.addons.empty()) page->Section("addons", addons.Head(), addons.lines());
}

std::string Text(const drift::Drift& d) {
  Page page;
  ShowAge(d, &page);
  ShowSchema(d, &page);
  ShowEnvironment(d, &page);
  std::vector<std::string> parameters;
  for (const drift::ParameterDifference& p : d.parameters) {
    if (!p.deliberate) parameters.push_back(fmt::format("{}: {}", p.key, p.difference));
  }
  page.Section("parameters",
               fmt::format("{}, {} more on purpose", Plural(parameters.size(), "difference"),
                           d.parameters.size() - parameters.size()),
               parameters);
  std::vector<std::string> growth;
  for (const drift::Growth& g : d.growth) {
    growth.push_back(fmt::format("{}: about {} in production, {} on staging", g.table,
                                 HumanCount(g.production), HumanCount(g.staging)));
  }
  page.Section("rows",
               fmt::format("about {} in production, {} on staging", HumanCount(d.rows_production),
                           HumanCount(d.rows_staging)),
               growth);
  page.Line("drift", (d.alarms == 0 ? "none to act on" : Plural(d.alarms, "point") + " to act on") +
                         (d.accepted.empty() ? "" : fmt::format(", {} accepted", d.accepted.size())));
  return page.text();
}

std::string Json(const drift::Drift& d) {
  using nlohmann::ordered_json;
  ordered_json json;
  json["format"] = 1;
  json["alarms"] = d.alarms;
  json["accepted"] = d.accepted;
  json["run_id"] = d.run_id;
  json["refreshed_at"] = d.refreshed_at;
  json["age_seconds"] = d.age_seconds;
  json["too_old"] = d.too_old;
  for (const char* list : {"schema", "new_columns", "environment", "addons", "parameters", "growth"}) {
    json[list] = ordered_json::array();
  }
  for (const verify::SchemaChange& c : d.schema) {
    json["schema"].push_back({{"object", c.object},
                              {"difference", c.difference},
                              {"deliberate", c.kind == verify::DifferenceKind::kDeliberate},
                              {"finding", c.kind == verify::DifferenceKind::kFinding},
                              {"id", verify::IdOf(c).text()}});
  }
  for (const drift::NewColumn& c : d.new_columns) {
    json["new_columns"].push_back({{"table", c.table},
                                   {"column", c.column},
                                   {"type", c.type},
                                   {"classified", c.classified},
                                   {"id", drift::IdOf(c).text()}});
  }
  for (const auto& [key, sentence] : d.environment.explanations) {
    ordered_json entry{
        {"key", key}, {"production", nullptr}, {"staging", nullptr}, {"explanation", sentence}};
    if (const auto f = d.environment.source.find(key); f != d.environment.source.end())
      entry["production"] = f->second;
    if (const auto f = d.environment.staging.find(key); f != d.environment.staging.end())
      entry["staging"] = f->second;
    if (const auto id = drift::EnvironmentId(key)) entry["id"] = id->text();
    json["environment"].push_back(std::move(entry));
  }
  for (const drift::AddonDifference& a : d.addons) {
    json["addons"].push_back({{"module", a.module},
                              {"installed", a.installed},
                              {"on_disk", a.on_disk},
                              {"id", drift::IdOf(a).text()}});
  }
  for (const drift::ParameterDifference& p : d.parameters) {
    json["parameters"].push_back(
        {{"key", p.key}, {"difference", p.difference}, {"deliberate", p.deliberate}});
  }
  json["rows_production"] = d.rows_production;
  json["rows_staging"] = d.rows_staging;
  for (const drift::Growth& g : d.growth) {
    json["growth"].push_back({{"table", g.table}, {"production", g.production}, {"staging", g.staging}});
  }
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

// The record of the newest run that published, if there is one.
std::optional<record::RunRecord> LastPublished(const std::string& state) {
  const absl::StatusOr<std::vector<std::string>> ids = record::ListRuns(state);
  if (!ids.ok()) return std::nullopt;
  for (const std::string& id : *ids) {
    absl::StatusOr<record::RunRecord> run = record::LoadRun(state, id);
    if (run.ok() && run->outcome == record::Outcome::kPublished) return std::move(*run);
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<int> RunDrift(Session& session) {
  ASSIGN_OR_RETURN(const refresh::RefreshOptions refresh, RefreshOptionsOf(session.args));
  if (refresh.config.source.database.empty() || refresh.config.staging.database.empty()) {
    return UsageError("drift compares two databases; a backup stays as it is");
  }
  Progress progress(session.console,
                    ProgressModeFor(session.args.Text(OptionId::kProgress), session.console));
  ASSIGN_OR_RETURN(const refresh::PlanView view, refresh::PreparePlan(refresh, progress, session.cancel));
  progress.Stop();
  ASSIGN_OR_RETURN(const pg::ConnOptions production, pg::ParseConninfo(refresh.config.source.database));
  ASSIGN_OR_RETURN(const pg::ConnOptions staging, pg::ParseConninfo(refresh.config.staging.database));
  absl::StatusOr<std::unique_ptr<pg::Connection>> first = pg::OpenSource(production, &session.cancel);
  if (!first.ok()) return Annotate(first.status(), "production");
  absl::StatusOr<std::unique_ptr<pg::Connection>> second = pg::OpenSource(staging, &session.cancel);
  if (!second.ok()) return Annotate(second.status(), "staging");
  const std::optional<record::RunRecord> run = LastPublished(refresh.config.state);
  drift::DriftOptions options;
  if (refresh.config.odoo.has_value()) options.addons = refresh.config.odoo->addons;
  options.run = run.has_value() ? &*run : nullptr;
  options.facts = &view.catalog.facts;
  options.plan = &view.plan;
  options.accepted = refresh.config.policy.accepted;
  options.now = std::time(nullptr);
  options.most_age_seconds = static_cast<int64_t>(session.args.Number(OptionId::kMaxAge)) * 3600;
  ASSIGN_OR_RETURN(const drift::Drift drift, drift::FindDrift(**first, **second, options));
  const std::vector<std::string> found(drift.found.begin(), drift.found.end());
  for (const record::AcceptedProblem& problem :
       record::StaleAccepted(options.accepted, record::WarningScope::kDrift, found)) {
    session.console.Warning(problem.id.text(), problem.text);
  }
  RETURN_IF_ERROR(session.console.Data(session.args.Has(OptionId::kJson) ? Json(drift) : Text(drift)));
  return static_cast<int>(drift.alarms > 0 ? ExitClass::kFidelity : ExitClass::kDone);
}

}  // namespace understudy::cli
