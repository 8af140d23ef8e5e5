// What a plan answers: look-ups, its reasons in words, the error it stops a run with, its dump.
#include <algorithm>

#include "base/status.h"
#include "base/strings.h"
#include "fmt/format.h"
#include "rules/plan.h"

namespace understudy::rules {
namespace {

// An error lists this many findings and counts the rest: enough to fix a list, not a screenful.
constexpr size_t kShownFindings = 20;

std::string ListOf(std::string_view title, const std::vector<Finding>& findings) {
  std::string text(title);
  for (size_t i = 0; i < findings.size() && i < kShownFindings; ++i) text += "\n  " + findings[i].text;
  if (findings.size() > kShownFindings) {
    text += fmt::format("\n  … and {} more; the plan lists them all", findings.size() - kShownFindings);
  }
  return text;
}

// The file below the rules directory: a pack "odoo/sale" has as many folders as its file, wherever that is.
std::string BelowRules(std::string_view pack, const Position& position) {
  std::string whole = position.FileLine();
  size_t begin = whole.size();
  for (size_t parts = 1 + static_cast<size_t>(std::count(pack.begin(), pack.end(), '/')); parts > 0;
       --parts) {
    begin = begin == 0 ? std::string::npos : whole.rfind('/', begin - 1);
    if (begin == std::string::npos) return whole;
  }
  return whole.substr(begin + 1);
}

}  // namespace

std::string ColumnPlan::Reason() const {
  std::string rule = position.file.empty() ? pack : fmt::format("{} ({})", pack, BelowRules(pack, position));
  switch (source) {
    case Source::kRule:
      return rule;
    case Source::kRelated:
      return fmt::format("{}, {}", note, rule);
    case Source::kPattern:
      return "pattern of " + rule;
    case Source::kNoText:
      return "carries no text";
    case Source::kGenerated:
      return "computed by PostgreSQL";
    case Source::kPolicy:
      return "unclassified";
    case Source::kNoRows:
      return "no rows are copied";
  }
  return {};
}

const ColumnPlan* TablePlan::Find(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [column](const ColumnPlan& c) { return c.column == column; });
  return found == columns.end() ? nullptr : &*found;
}

bool TablePlan::ChangesValues() const {
  return std::any_of(columns.begin(), columns.end(), [](const ColumnPlan& c) {
    return c.source != Source::kGenerated &&
           (c.treatment.action != Action::kKeep || c.treatment.otherwise != nullptr);
  });
}

const TablePlan* Plan::Find(std::string_view qualified_name) const {
  const auto found = std::find_if(tables.begin(), tables.end(), [qualified_name](const TablePlan& t) {
    return t.QualifiedName() == qualified_name;
  });
  return found == tables.end() ? nullptr : &*found;
}

absl::StatusOr<size_t> Plan::PositionOf(std::string_view qualified_name) const {
  std::vector<std::string> names;
  for (size_t i = 0; i < tables.size(); ++i) {
    names.push_back(tables[i].QualifiedName());
    if (names.back() == qualified_name) return i;
  }
  return UsageError(
      fmt::format("no table \"{}\" in the source{}", qualified_name, DidYouMean(qualified_name, names)));
}

absl::Status Plan::Check() const {
  if (!errors.empty()) return UsageError(ListOf("the rules don't fit this database:", errors));
  if (policy == Unclassified::kFail && unaccepted > 0) {
    std::string text =
        ListOf(fmt::format("no rule names these columns ({}), which can carry text:", unclassified.size()),
               unclassified);
    text += "\n  write rules for them (understudy scan proposes some), or set policy.unclassified to rewrite";
    return WithExit(Failed(std::move(text)), ExitClass::kUnclassified);
  }
  return absl::OkStatus();
}

std::string DumpPlan(const Plan& plan) {
  std::string out;
  for (const TablePlan& table : plan.tables) {
    out += table.QualifiedName();
    if (table.empty) out += fmt::format(": empty [{}]", table.row_pack);
    if (table.where.has_value()) out += fmt::format(": where {} [{}]", *table.where, table.row_pack);
    out += "\n";
    for (const ColumnPlan& column : table.columns) {
      out += fmt::format("  {}: {} [{}]", column.column, column.treatment.ToString(), column.Reason());
      if (column.treatment.Identifying()) out += " identifying";
      if (!column.uniqueness.key.empty()) {
        out += column.uniqueness.injective
                   ? fmt::format(" injective under {}", column.uniqueness.key)
                   : fmt::format(" {} bits under {}", column.uniqueness.digest_bits, column.uniqueness.key);
      }
      for (const Overridden& loser : column.overridden) {
        out += fmt::format("\n    instead of {} [{} ({})]", loser.treatment, loser.pack,
                           BelowRules(loser.pack, loser.position));
      }
      out += "\n";
    }
  }
  for (const Finding& f : plan.errors) out += fmt::format("error {}: {}\n", f.id.text(), f.text);
  for (const Finding& f : plan.warnings) out += fmt::format("warning {}: {}\n", f.id.text(), f.text);
  for (const Finding& f : plan.unclassified) out += f.id.text() + "\n";
  return out;
}

}  // namespace understudy::rules
