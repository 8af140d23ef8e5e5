#include "report/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "report/markdown.h"
#include "report/model.h"

namespace understudy::report {
namespace {

using record::RunRecord;
using record::Table;
using record::TableColumn;

using Facts = std::map<std::string, std::string>;

std::vector<Change> Changes(const Facts& before, const Facts& after) {
  std::vector<Change> changes;
  for (const auto& [what, value] : before) {
    const auto now = after.find(what);
    if (now == after.end()) {
      changes.push_back({what, value, ""});
    } else if (now->second != value) {
      changes.push_back({what, value, now->second});
    }
  }
  for (const auto& [what, value] : after) {
    if (!before.contains(what)) changes.push_back({what, "", value});
  }
  return changes;
}

Facts RunFacts(const RunRecord& run) {
  Facts facts = {{"outcome", record::NameOf(run.outcome)},
                 {"exit code", std::to_string(run.exit_code)},
                 {"version", run.tool.version},
                 {"key", run.key_ephemeral ? "random" : run.key_id},
                 {"rule packs", fmt::format("{}", fmt::join(run.packs, ", "))}};
  for (const auto& [name, value] : run.options) facts["option " + name] = value;
  return facts;
}

Facts TableFacts(const RunRecord& run) {
  Facts facts;
  for (const Table& table : run.tables) facts[record::QualifiedName(table)] = table.treatment;
  return facts;
}

using ColumnFact = std::function<std::string(const TableColumn&)>;

// Only of tables that both runs have: a new table's columns would say the same thing again.
Facts ColumnFacts(const RunRecord& run, const Facts& other_tables, const ColumnFact& fact) {
  Facts facts;
  for (const Table& table : run.tables) {
    const std::string name = record::QualifiedName(table);
    if (!other_tables.contains(name)) continue;
    for (const TableColumn& column : table.columns)
      facts[fmt::format("{}.{}", name, column.name)] = fact(column);
  }
  return facts;
}

// Of columns that both have.
std::vector<Change> ColumnChanges(const RunRecord& before, const RunRecord& after, const ColumnFact& fact) {
  std::vector<Change> changes =
      Changes(ColumnFacts(before, TableFacts(after), fact), ColumnFacts(after, TableFacts(before), fact));
  std::erase_if(changes, [](const Change& c) { return c.before.empty() || c.after.empty(); });
  return changes;
}

std::vector<Change> ColumnsAddedOrRemoved(const RunRecord& before, const RunRecord& after) {
  const ColumnFact fact = [](const TableColumn& c) { return fmt::format("{}, {}", c.type, c.treatment); };
  std::vector<Change> changes =
      Changes(ColumnFacts(before, TableFacts(after), fact), ColumnFacts(after, TableFacts(before), fact));
  std::erase_if(changes, [](const Change& c) { return !c.before.empty() && !c.after.empty(); });
  return changes;
}

std::vector<Change> Growth(const RunRecord& before, const RunRecord& after) {
  std::map<std::string, uint64_t> rows;
  for (const Table& table : before.tables) rows[record::QualifiedName(table)] = table.rows;
  std::vector<std::pair<uint64_t, Change>> sized;
  for (const Table& table : after.tables) {
    const std::string name = record::QualifiedName(table);
    const auto then = rows.find(name);
    if (then == rows.end() || then->second == table.rows) continue;
    const uint64_t size = std::max(then->second, table.rows) - std::min(then->second, table.rows);
    sized.emplace_back(size, Change{name, HumanCount(then->second), HumanCount(table.rows)});
  }
  std::stable_sort(sized.begin(), sized.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Change> changes;
  for (auto& [size, change] : sized) changes.push_back(std::move(change));
  return changes;
}

Facts FindingFacts(const RunRecord& run) {
  Facts facts;
  for (const record::Leak& leak : run.leaks) {
    facts[fmt::format("leak in {}.{} ({})", leak.table, leak.column, leak.data_class)] =
        HumanCount(leak.count);
  }
  for (const record::Unclassified& u : run.unclassified) {
    facts[fmt::format("unclassified {}.{}", u.table, u.column)] = u.handled;
  }
  for (const record::Warning& w : run.warnings) {
    facts[fmt::format("warning {}", w.id)] = w.accepted ? "accepted" : "open";
  }
  for (const record::Assertion& a : run.assertions) {
    facts[fmt::format("assertion {}", a.name)] = !a.error.empty()    ? "error"
                                                 : a.violations == 0 ? "holds"
                                                                     : Plural(a.violations, "violation");
  }
  return facts;
}

Facts JobFacts(const RunRecord& run) {
  Facts facts;
  for (const record::Job& job : run.jobs) facts[job.name] = job.active ? "on" : "off";
  return facts;
}

Facts StageFacts(const RunRecord& run) {
  Facts facts;
  for (const record::Stage& stage : run.stages) facts[stage.name] = HumanSeconds(stage.seconds);
  facts["whole run"] = HumanSeconds(run.seconds);
  return facts;
}

}  // namespace

Diff Compare(const RunRecord& before, const RunRecord& after) {
  Diff diff{before.run_id, after.run_id, {}};
  const auto add = [&](const char* id, const char* title, std::vector<Change> changes) {
    if (!changes.empty()) diff.sections.push_back({id, title, std::move(changes)});
  };
  add("run", "Run", Changes(RunFacts(before), RunFacts(after)));
  add("tables", "Tables", Changes(TableFacts(before), TableFacts(after)));
  add("columns", "Columns added or removed", ColumnsAddedOrRemoved(before, after));
  add("types", "Types", ColumnChanges(before, after, [](const TableColumn& c) { return c.type; }));
  add("treatments", "Treatments",
      ColumnChanges(before, after, [](const TableColumn& c) { return c.treatment; }));
  add("rules", "Rules", ColumnChanges(before, after, [](const TableColumn& c) { return c.rule; }));
  add("growth", "Rows", Growth(before, after));
  add("findings", "Findings", Changes(FindingFacts(before), FindingFacts(after)));
  add("jobs", "Scheduled jobs on staging", Changes(JobFacts(before), JobFacts(after)));
  add("production", "Production's environment", Changes(before.environment.source, after.environment.source));
  add("staging", "Staging's environment", Changes(before.environment.staging, after.environment.staging));
  add("times", "Times", Changes(StageFacts(before), StageFacts(after)));
  return diff;
}

std::string ToMarkdown(const Diff& diff) {
  std::string text =
      fmt::format("# From run {} to {}\n", MarkdownCode(diff.before_id), MarkdownCode(diff.after_id));
  if (diff.sections.empty()) text += "\nNothing changed.\n";
  for (const DiffSection& section : diff.sections) {
    text += fmt::format("\n## {}\n\n", section.title) + MarkdownHead({"What", "Before", "After"});
    for (const Change& change : section.changes) {
      text +=
          MarkdownRow({MarkdownCode(change.what), change.before.empty() ? "-" : MarkdownText(change.before),
                       change.after.empty() ? "-" : MarkdownText(change.after)});
    }
  }
  return text;
}

std::string ToJson(const Diff& diff) {
  nlohmann::ordered_json json;
  json["format"] = 1;
  json["before"] = diff.before_id;
  json["after"] = diff.after_id;
  json["changes"] = nlohmann::ordered_json::object();
  for (const DiffSection& section : diff.sections) {
    auto& list = json["changes"][section.id];
    for (const Change& change : section.changes) {
      list.push_back({{"what", change.what}, {"before", change.before}, {"after", change.after}});
    }
  }
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace understudy::report
