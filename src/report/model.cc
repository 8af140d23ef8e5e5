#include "report/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"

namespace understudy::report {
namespace {

using record::Outcome;
using record::RunRecord;
using record::Table;
using record::TableColumn;

std::string VerdictOf(const RunRecord& run, const Model& model) {
  if (run.outcome == Outcome::kCancelled) return "The run was cancelled. Staging is as it was before.";
  if (run.outcome == Outcome::kUnfinished) {
    return "The run ended while it published, and how that ended is not known. Staging is the copy before or "
           "this one, whole.";
  }
  if (run.outcome == Outcome::kFailed) {
    return fmt::format("The run failed with exit code {}. Staging is as it was before.", run.exit_code);
  }
  const Identity& identity = model.identity;
  std::string text =
      fmt::format("Staging was published. {} in {} went through; {} in {} were changed on purpose.",
                  Plural(model.totals.rows, "row"), Plural(model.totals.tables, "table"),
                  Plural(model.totals.changed, "value"), Plural(model.treated.size(), "column"));
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
  if (const LeakSum leaks = SumOf(run.leaks); leaks.values > 0) {
    text += fmt::format(" The audit found {} of production in {}: look at {} before you hand staging over.",
                        Plural(leaks.values, "known value"), Plural(leaks.columns, "column"),
                        leaks.columns == 1 ? "it" : "them");
  }
  return text;
}

// No value went through: there is nothing to compare.
bool HasNoValues(const Table& table, const TableColumn& column) {
  return table.treatment == "empty" || column.rule == "computed by PostgreSQL";
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

// "odoo/sale" of "pattern of odoo/sale (odoo/sale.yaml:12)" and of "odoo/sale:12".
std::string PackOf(std::string_view rule) {
  constexpr std::string_view kPattern = "pattern of ";
  if (rule.rfind(kPattern, 0) == 0) rule.remove_prefix(kPattern.size());
  return std::string(rule.substr(0, rule.find_first_of(" :,")));
}

void Add(std::map<std::string, Group>* groups, const std::string& name, uint64_t changed) {
  Group& group = (*groups)[name];
  group.name = name;
  ++group.columns;
  group.changed += changed;
}

void AddTables(const RunRecord& run, Model* model) {
  std::map<std::string, Group> classes, modules;
  for (const Table& table : run.tables) {
    const std::string name = record::QualifiedName(table);
    model->slowest.push_back(&table);
    if (table.treatment == "empty" || (table.source_rows > table.rows)) {
      model->left_out.push_back({name, table.source_rows, table.rows, table.treatment == "empty"});
    }
    for (const TableColumn& column : table.columns) {
      if (HasNoValues(table, column)) {
        ++model->identity.no_values;
        continue;
      }
      CheckIdentity(name, column, &model->identity);
      if (column.treatment == "keep") continue;
      model->treated.push_back({name, &column});
      Add(&classes, column.data_class.empty() ? column.treatment : column.data_class, column.changed);
      Add(&modules, table.module.empty() ? PackOf(column.rule) : table.module, column.changed);
    }
  }
  model->classes = Sorted(classes);
  model->modules = Sorted(modules);
  std::stable_sort(model->slowest.begin(), model->slowest.end(),
                   [](const Table* a, const Table* b) { return a->seconds > b->seconds; });
  if (model->slowest.size() > kSlowest) model->slowest.resize(kSlowest);
}

// One line for all leaks; its details are a line per table.
void AddLeaks(const RunRecord& run, Model* model) {
  if (run.leaks.empty()) return;
  struct OfTable {
    uint64_t values = 0;
    std::map<std::string, uint64_t> columns, classes;
  };
  std::map<std::string, OfTable> tables;
  for (const record::Leak& leak : run.leaks) {
    OfTable& table = tables[leak.table];
    table.values += leak.count;
    table.columns[leak.column] += leak.count;
    table.classes[leak.data_class] += leak.count;
  }
  std::vector<std::pair<uint64_t, std::string>> lines;
  for (const auto& [name, table] : tables) {
    std::vector<std::string> columns, classes;
    for (const auto& [column, count] : table.columns)
      columns.push_back(fmt::format("{} ({})", column, HumanCount(count)));
    for (const auto& [data_class, count] : table.classes) classes.push_back(data_class);
    lines.emplace_back(table.values,
                       fmt::format("{}: {} of class {}, in {}", name, Plural(table.values, "value"),
                                   fmt::join(classes, ", "), fmt::join(columns, ", ")));
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  const LeakSum sum = SumOf(run.leaks);
  Attention item{true,
                 fmt::format("Leaks: {} of production in {} of {}", Plural(sum.values, "known value"),
                             Plural(sum.columns, "column"), Plural(sum.tables, "table")),
                 {}};
  for (auto& line : lines) item.details.push_back(std::move(line.second));
  model->attention.push_back(std::move(item));
}

// One line however many there are: alone it is said in full, otherwise they are its details.
void AddGroup(bool severe, std::string_view what, std::vector<std::string> lines, Model* model) {
  if (lines.empty()) return;
  if (lines.size() == 1) {
    model->attention.push_back({severe, std::move(lines[0]), {}});
    return;
  }
  model->attention.push_back(
      {severe, fmt::format("{} {}", HumanCount(lines.size()), what), std::move(lines)});
}

const record::Warning* WarningById(const RunRecord& run, const std::string& id) {
  const auto found = std::find_if(run.warnings.begin(), run.warnings.end(),
                                  [&](const record::Warning& w) { return w.id == id; });
  return found == run.warnings.end() ? nullptr : &*found;
}

// An assertion that the run only warned of is among the warnings, with more words.
void AddAssertions(const RunRecord& run, Model* model) {
  std::vector<std::string> broken;
  for (const record::Assertion& assertion : run.assertions) {
    if (!assertion.error.empty()) {
      broken.push_back(fmt::format("Assertion {} could not be run: {}", assertion.name, assertion.error));
    } else if (assertion.violations > 0 && WarningById(run, "assertion:" + assertion.name) == nullptr) {
      broken.push_back(
          fmt::format("Assertion {}: {}", assertion.name, Plural(assertion.violations, "violation")));
    }
  }
  AddGroup(true, "assertions do not hold", std::move(broken), model);
}

void AddSevere(const RunRecord& run, Model* model) {
  if (!run.error.empty()) model->attention.push_back({true, run.error, {}});
  std::vector<std::string> findings, differing, failed, schema;
  for (const record::Finding& finding : run.findings) {
    if (finding.text != run.error) findings.push_back(finding.text);
  }
  AddGroup(true, "findings decided the outcome", std::move(findings), model);
  AddLeaks(run, model);
  for (const std::string& column : model->identity.differing)
    differing.push_back(fmt::format("{} differs from what was sent", column));
  AddGroup(true, "columns differ from what was sent", std::move(differing), model);
  AddAssertions(run, model);
  for (const record::Neutralised& n : run.neutralised) {
    if (!n.error.empty()) failed.push_back(fmt::format("Neutralising {} failed: {}", n.module, n.error));
  }
  AddGroup(true, "neutralising statements failed", std::move(failed), model);
  for (const record::SchemaDifference& d : run.schema_differences) {
    if (!d.deliberate) schema.push_back(fmt::format("{}: {}", d.object, d.difference));
  }
  AddGroup(true, "schema objects differ from production's", std::move(schema), model);
}

void AddAttention(const RunRecord& run, Model* model) {
  AddSevere(run, model);
  std::vector<std::string> unclassified, warnings;
  for (const record::Unclassified& u : run.unclassified)
    unclassified.push_back(fmt::format("{}.{} ({}): {}", u.table, u.column, u.type, u.handled));
  if (!unclassified.empty()) {
    model->attention.push_back(
        {false, fmt::format("{} that no rule names", Plural(unclassified.size(), "column")), unclassified});
  }
  if (run.filestore.has_value() && !run.filestore->missing.empty()) {
    model->attention.push_back(
        {false,
         fmt::format("{} missing in production's filestore", Plural(run.filestore->missing.size(), "file")),
         run.filestore->missing});
  }
  if (run.key_ephemeral) {
    model->attention.push_back(
        {false, "No key was given: a random one was used, so the next refresh gives other pseudonyms", {}});
  }
  for (const record::Warning& warning : run.warnings) {
    const bool said = warning.id == "leaks" && !run.leaks.empty();
    if (!warning.accepted && !said)
      model->attention.push_back({false, fmt::format("{} [{}]", warning.text, warning.id), {}});
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

// "10 stages in 30s; the longest is publish with 17s; rows and post-data ran side by side."
std::string StagesText(const Model& model) {
  if (model.stages.empty()) return {};
  const auto longest =
      std::max_element(model.stages.begin(), model.stages.end(),
                       [](const StageBar& a, const StageBar& b) { return a.width < b.width; });
  std::string text =
      fmt::format("{} in {}. The longest is {} with {} ({:.0f} %).", Plural(model.stages.size(), "stage"),
                  HumanSeconds(model.stages_end_s), longest->stage->name,
                  HumanSeconds(longest->stage->seconds), longest->width * 100);
  constexpr double kTogether = 0.02;  // of the run: shorter overlaps are only hand-overs
  constexpr size_t kMostPairs = 3;    // the picture shows them all
  std::vector<std::pair<double, std::string>> pairs;
  for (size_t i = 0; i < model.stages.size(); ++i) {
    for (size_t j = i + 1; j < model.stages.size(); ++j) {
      const StageBar &a = model.stages[i], &b = model.stages[j];
      const double overlap = std::min(a.begin + a.width, b.begin + b.width) - std::max(a.begin, b.begin);
      if (overlap > kTogether)
        pairs.emplace_back(overlap, fmt::format(" {} and {} ran side by side for {}.", a.stage->name,
                                                b.stage->name, HumanSeconds(overlap * model.stages_end_s)));
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (pairs.size() > kMostPairs) pairs.resize(kMostPairs);
  for (const auto& [overlap, sentence] : pairs) text += sentence;
  return text;
}

void AddStages(const RunRecord& run, Model* model) {
  double end = run.seconds;
  for (const record::Stage& stage : run.stages) end = std::max(end, stage.started_s + stage.seconds);
  for (const record::Stage& stage : run.stages) {
    const double scale = end > 0 ? 1 / end : 0;
    model->stages.push_back({&stage, stage.started_s * scale, stage.seconds * scale});
  }
  std::stable_sort(model->stages.begin(), model->stages.end(),
                   [](const StageBar& a, const StageBar& b) { return a.begin < b.begin; });
  model->stages_end_s = end;
  model->stages_text = StagesText(*model);
}

}  // namespace

std::string RestoredText(const record::Restored& restored) {
  std::string text = fmt::format(
      "The backup was restored on {} and compared with the copy that it was written from: {} with {}",
      restored.where, Plural(restored.tables, "table"), Plural(restored.rows, "row"));
  if (restored.files > 0) text += fmt::format(" and {} of the filestore", Plural(restored.files, "file"));
  return text + ", schema, sequences and assertions are the same.";
}

std::string HeldText(const record::RunRecord& run) {
  if (run.snapshot.held_s <= 0) return {};
  return fmt::format("vacuum held back for {}, while {} began; {} of rows read; no lock but ACCESS SHARE",
                     HumanSeconds(run.snapshot.held_s), Plural(run.snapshot.held_transactions, "transaction"),
                     HumanBytes(record::TotalsOf(run).bytes));
}

std::string Plural(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", HumanCount(count), noun, count == 1 ? "" : "s");
}

LeakSum SumOf(const std::vector<record::Leak>& leaks) {
  std::set<std::pair<std::string, std::string>> columns;
  std::set<std::string> tables;
  LeakSum sum;
  for (const record::Leak& leak : leaks) {
    sum.values += leak.count;
    columns.emplace(leak.table, leak.column);
    tables.insert(leak.table);
  }
  sum.columns = columns.size();
  sum.tables = tables.size();
  return sum;
}

Model MakeModel(const RunRecord& run) {
  Model model;
  model.run = &run;
  model.totals = record::TotalsOf(run);
  AddTables(run, &model);
  AddAttention(run, &model);
  AddEnvironment(run, &model);
  AddStages(run, &model);
  model.row_limit = LimitOf(run);
  model.verdict = VerdictOf(run, model);
  const bool severe = std::any_of(model.attention.begin(), model.attention.end(),
                                  [](const Attention& a) { return a.severe; });
  model.good = run.outcome == Outcome::kPublished && !severe;
  model.level = !model.good ? Level::kBad : model.attention.empty() ? Level::kGood : Level::kWarn;
  const std::string name = run.staging.database.empty() ? run.staging.where : run.staging.database;
  model.title = fmt::format("Staging {}: {}", name.empty() ? "-" : name, record::NameOf(run.outcome));
  return model;
}

}  // namespace understudy::report
