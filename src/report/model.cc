#include "report/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/strings.h"

namespace understudy::report {
namespace {

using record::Outcome;
using record::RunRecord;
using record::Table;
using record::TableColumn;

std::string VerdictOf(const RunRecord& run, const Model& model) {
  if (run.outcome == Outcome::kCancelled) return "The run was cancelled. Staging is as it was before.";
  if (run.outcome == Outcome::kFailed) {
    return fmt::format("The run failed with exit code {}. Staging is as it was before.", run.exit_code);
  }
  const Identity& identity = model.identity;
  std::string text =
      fmt::format("Staging was published. {} in {} went through; {} in {} were changed on purpose.",
                  Plural(model.totals.rows, "row"), Plural(model.totals.tables, "table"),
                  Plural(model.totals.changed, "value"), Plural(model.totals.treated_columns, "column"));
  if (!identity.differing.empty()) {
    text += fmt::format(" {} that should be identical differ.", Plural(identity.differing.size(), "column"));
  } else if (identity.kept_columns > 0 && identity.kept_identical == identity.kept_columns) {
    text += fmt::format(" The other {} are proved identical.", Plural(identity.kept_columns, "column"));
  } else if (identity.kept_identical > 0) {
    text += fmt::format(" Of the other {}, {} are proved identical.", Plural(identity.kept_columns, "column"),
                        HumanCount(identity.kept_identical));
  } else {
    text += " Identity of the other columns was not checked.";
  }
  return text;
}

void CheckIdentity(const std::string& table, const TableColumn& column, Identity* identity) {
  const bool kept = column.treatment == "keep";
  ++(kept ? identity->kept_columns : identity->treated_columns);
  const std::string& sent = column.staging_fingerprint;
  const std::string& held = column.read_back_fingerprint;
  if (!held.empty()) ++identity->read_back;
  if (sent.empty()) return;
  const bool arrived = held.empty() || held == sent;
  const bool unchanged = !kept || column.source_fingerprint.empty() || column.source_fingerprint == sent;
  if (!arrived || !unchanged) {
    identity->differing.push_back(fmt::format("{}.{}", table, column.name));
    return;
  }
  if (kept && column.source_fingerprint == sent) ++identity->kept_identical;
  if (!kept && held == sent) ++identity->treated_proved;
}

std::vector<Group> Sorted(const std::map<std::string, Group>& groups) {
  std::vector<Group> sorted;
  for (const auto& [name, group] : groups) sorted.push_back(group);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Group& a, const Group& b) { return a.changed > b.changed; });
  return sorted;
}

void AddTables(const RunRecord& run, Model* model) {
  std::map<std::string, Group> classes, modules;
  const auto add = [](std::map<std::string, Group>& groups, const std::string& name, uint64_t changed) {
    Group& group = groups[name];
    group.name = name;
    ++group.columns;
    group.changed += changed;
  };
  for (const Table& table : run.tables) {
    const std::string name = record::QualifiedName(table);
    model->slowest.push_back(&table);
    if (table.treatment == "empty" || (table.source_rows > table.rows)) {
      model->left_out.push_back({name, table.source_rows, table.rows, table.treatment == "empty"});
    }
    for (const TableColumn& column : table.columns) {
      CheckIdentity(name, column, &model->identity);
      if (column.treatment == "keep") continue;
      model->treated.push_back({name, &column});
      add(classes, column.data_class.empty() ? column.treatment : column.data_class, column.changed);
      if (!table.module.empty()) add(modules, table.module, column.changed);
    }
  }
  model->classes = Sorted(classes);
  model->modules = Sorted(modules);
  std::stable_sort(model->slowest.begin(), model->slowest.end(),
                   [](const Table* a, const Table* b) { return a->seconds > b->seconds; });
  if (model->slowest.size() > kSlowest) model->slowest.resize(kSlowest);
}

void AddAttention(const RunRecord& run, Model* model) {
  const auto add = [&](bool severe, std::string text) {
    model->attention.push_back({severe, std::move(text)});
  };
  if (!run.error.empty()) add(true, run.error);
  for (const record::Finding& finding : run.findings) add(true, finding.text);
  for (const record::Leak& leak : run.leaks) {
    add(true, fmt::format("Leak: {}.{} holds {} of class {}", leak.table, leak.column,
                          Plural(leak.count, "known value"), leak.data_class));
  }
  for (const std::string& column : model->identity.differing) {
    add(true, fmt::format("{} differs from what was sent", column));
  }
  for (const record::Assertion& assertion : run.assertions) {
    if (!assertion.error.empty())
      add(true, fmt::format("Assertion {} could not be run: {}", assertion.name, assertion.error));
    if (assertion.violations > 0) {
      add(true, fmt::format("Assertion {}: {}", assertion.name, Plural(assertion.violations, "violation")));
    }
  }
  for (const record::Neutralised& n : run.neutralised) {
    if (!n.error.empty()) add(true, fmt::format("Neutralising {} failed: {}", n.module, n.error));
  }
  if (run.filestore.has_value() && !run.filestore->missing.empty()) {
    add(false,
        fmt::format("{} missing in production's filestore", Plural(run.filestore->missing.size(), "file")));
  }
  if (!run.unclassified.empty()) {
    add(false, fmt::format("{} that no rule names: see below", Plural(run.unclassified.size(), "column")));
  }
  if (run.key_ephemeral) {
    add(false, "No key was given: a random one was used, so the next refresh gives other pseudonyms");
  }
  for (const record::SchemaDifference& d : run.schema_differences) {
    if (!d.deliberate) add(true, fmt::format("{}: {}", d.object, d.difference));
  }
  for (const record::Warning& warning : run.warnings) {
    if (!warning.accepted) add(false, fmt::format("{} [{}]", warning.text, warning.id));
  }
}

void AddEnvironment(const RunRecord& run, Model* model) {
  std::map<std::string, EnvironmentRow> rows;
  for (const auto& [key, value] : run.environment.source) rows[key].source = value;
  for (const auto& [key, value] : run.environment.staging) rows[key].staging = value;
  for (auto& [key, row] : rows) {
    row.key = key;
    row.differs = row.source != row.staging;
    const auto explanation = run.environment.explanations.find(key);
    if (explanation != run.environment.explanations.end()) row.explanation = explanation->second;
    model->environment.push_back(std::move(row));
  }
  std::stable_partition(model->environment.begin(), model->environment.end(),
                        [](const EnvironmentRow& row) { return row.differs; });
}

void AddStages(const RunRecord& run, Model* model) {
  double end = run.seconds;
  for (const record::Stage& stage : run.stages) end = std::max(end, stage.started_s + stage.seconds);
  for (const record::Stage& stage : run.stages) {
    const double scale = end > 0 ? 1 / end : 0;
    model->stages.push_back({&stage, stage.started_s * scale, stage.seconds * scale});
  }
}

}  // namespace

std::string Plural(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", HumanCount(count), noun, count == 1 ? "" : "s");
}

Model MakeModel(const RunRecord& run) {
  Model model;
  model.run = &run;
  model.totals = record::TotalsOf(run);
  AddTables(run, &model);
  AddAttention(run, &model);
  AddEnvironment(run, &model);
  AddStages(run, &model);
  model.verdict = VerdictOf(run, model);
  const bool severe = std::any_of(model.attention.begin(), model.attention.end(),
                                  [](const Attention& a) { return a.severe; });
  model.good = run.outcome == Outcome::kPublished && !severe;
  const std::string name = run.staging.database.empty() ? run.staging.where : run.staging.database;
  model.title = fmt::format("Staging {}: {}", name.empty() ? "-" : name, record::NameOf(run.outcome));
  return model;
}

}  // namespace understudy::report
