#include "scan/constraint_trial.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/status.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "pg/quote.h"
#include "rules/plan_checks.h"
#include "scan/preview.h"

namespace understudy::scan {
namespace {

using record::WarningId;
using record::WarningKind;
using rules::Action;
using rules::ColumnPlan;
using rules::Finding;
using rules::Relation;
using rules::TablePlan;
using rules::Treatment;

// Rows that one constraint is tried on.
constexpr uint64_t kRows = 500;
// A table up to this size is searched for rows that have a value in a sparse column.
constexpr uint64_t kSearchBytes = uint64_t{256} << 20;

constexpr const char* kChecksSql =
    "SELECT k.conrelid, k.conname, pg_catalog.pg_get_expr(k.conbin, k.conrelid)"
    "  FROM pg_catalog.pg_constraint k WHERE k.contype = 'c' AND k.conrelid <> 0 AND k.convalidated";

// One thing to try: a CHECK of the table, or the domain of one column.
struct Trial {
  std::string constraint;
  std::string expression;  // empty: a cast to the domain
  std::vector<std::string> reads;
  std::vector<std::string> treated;
};

bool CanBeTried(Action action) {
  switch (action) {
    case Action::kRewrite:
    case Action::kRewriteHtml:
    case Action::kRewriteJson:
    case Action::kAttachment:
    case Action::kPassword:
      return false;
    default:
      return true;
  }
}

bool CanBeTried(const Treatment& treatment) {
  for (const Treatment* t = &treatment; t != nullptr; t = t->otherwise.get()) {
    if (!CanBeTried(t->action)) return false;
  }
  return true;
}

bool IsTreated(const ColumnPlan& column) {
  return column.source != rules::Source::kGenerated &&
         (column.treatment.action != Action::kKeep || column.treatment.otherwise != nullptr) &&
         CanBeTried(column.treatment);
}

std::string ArrayLiteral(const Preview& preview, size_t column) {
  std::string text = "{";
  for (const PreviewRow& row : preview.rows) {
    if (text.size() > 1) text += ',';
    const std::optional<std::string>& value = row.after[column];
    if (!value.has_value()) {
      text += "NULL";
      continue;
    }
    text += '"';
    for (const char c : *value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + "}";
}

// What to do instead, as far as the expression's text tells.
std::string_view Remedy(const std::string& expression) {
  const auto has = [&](std::string_view part) { return expression.find(part) != std::string::npos; };
  if (has("length(")) return "token and plate keep the length";
  if (has("IS NOT NULL") || has("<> ''")) return "empty and null don't do; a pseudonym or fixed does";
  if (has("ANY (ARRAY")) return "the values are a closed list: keep, or fixed with one of them";
  if (has("~")) return "token and plate keep the shape";
  return "use another kind, fixed or keep";
}

class TableTrial {
 public:
  TableTrial(pg::Connection& connection, const Relation& relation, const TablePlan& table,
             const rules::Toolbox& toolbox)
      : connection_(connection), relation_(relation), table_(table), toolbox_(toolbox) {}

  // Findings of one trial; `settled` if all rows there are were tried and none violates.
  absl::Status Run(const Trial& trial, std::vector<Finding>* errors, std::vector<Finding>* warnings,
                   bool* settled) {
    ASSIGN_OR_RETURN(const Preview preview, Rows(trial));
    if (preview.rows.empty()) {
      *settled = true;
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(connection_.Run("SAVEPOINT understudy_trial"));
    const absl::StatusOr<int64_t> violating = Violating(trial, preview);
    if (connection_.broken()) return violating.status();
    RETURN_IF_ERROR(connection_.Run("ROLLBACK TO SAVEPOINT understudy_trial"));
    const std::string column = trial.treated.front();
    const ColumnPlan* plan = table_.Find(column);
    const WarningId id(WarningKind::kCheck,
                       fmt::format("{}.{}:{}", table_.QualifiedName(), column, trial.constraint));
    const std::string what = fmt::format("{}.{}: {}", table_.QualifiedName(), fmt::join(trial.treated, ", "),
                                         plan->treatment.ToString());
    const std::string where =
        plan->position.file.empty() ? std::string() : fmt::format(" ({})", plan->position.FileLine());
    if (!violating.ok()) {
      warnings->push_back({id, fmt::format("{} may not satisfy the constraint {}, which could not be tried{}",
                                           what, trial.constraint, where)});
    } else if (*violating > 0) {
      errors->push_back({id, fmt::format("{} violates the constraint {} in {} or more of {} rows tried{}; {}",
                                         what, trial.constraint, *violating, preview.rows.size(), where,
                                         Remedy(trial.expression))});
    } else {
      *settled = preview.rows.size() < kRows;
    }
    return absl::OkStatus();
  }

 private:
  // Some rows as a refresh would write them. Everything that the trial doesn't read stays as it is.
  absl::StatusOr<Preview> Rows(const Trial& trial) {
    TablePlan reduced = table_;
    for (ColumnPlan& column : reduced.columns) {
      const bool read = std::find(trial.reads.begin(), trial.reads.end(), column.column) != trial.reads.end();
      if (!read || !IsTreated(column)) column.treatment = {};
    }
    std::string filled;
    if (relation_.bytes <= kSearchBytes) {
      for (const std::string& column : trial.treated) {
        filled += fmt::format("{}{} IS NOT NULL", filled.empty() ? "" : " OR ", pg::QuoteIdentifier(column));
      }
    }
    return PreviewRows(connection_, relation_, reduced, toolbox_, filled, kRows);
  }

  absl::StatusOr<int64_t> Violating(const Trial& trial, const Preview& preview) {
    std::vector<std::string> parameters, arrays, names, typed;
    for (const std::string& name : trial.reads) {
      const auto column = std::find(preview.columns.begin(), preview.columns.end(), name);
      if (column == preview.columns.end()) return Failed("a column that COPY does not carry");
      parameters.push_back(ArrayLiteral(preview, static_cast<size_t>(column - preview.columns.begin())));
      arrays.push_back(fmt::format("${}::text[]", parameters.size()));
      names.push_back(fmt::format("c{}", parameters.size()));
      typed.push_back(fmt::format("r.{}::{} AS {}", names.back(), relation_.Find(name)->type.name,
                                  pg::QuoteIdentifier(name)));
    }
    std::vector<const char*> values;
    for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
    const std::string rows = fmt::format("(SELECT {} FROM unnest({}) AS r({})) AS t", fmt::join(typed, ", "),
                                         fmt::join(arrays, ", "), fmt::join(names, ", "));
    if (!trial.expression.empty()) {
      ASSIGN_OR_RETURN(
          const pg::Result count,
          connection_.ExecParams(
              fmt::format("SELECT count(*) FROM {} WHERE ({}) IS FALSE", rows, trial.expression), values));
      return count.Int(0, 0);
    }
    // Casting stops at the first value that the domain refuses.
    const absl::Status cast =
        connection_
            .ExecParams(fmt::format("SELECT count({}) FROM {}", pg::QuoteIdentifier(trial.reads[0]), rows),
                        values)
            .status();
    if (cast.ok()) return 0;
    constexpr std::string_view kIntegrity = "23";  // the class of integrity constraint violations
    if (SqlStateOf(cast).starts_with(kIntegrity)) return 1;
    return cast;
  }

  pg::Connection& connection_;
  const Relation& relation_;
  const TablePlan& table_;
  const rules::Toolbox& toolbox_;
};

// By table, the validated CHECK constraints: name → expression.
using Expressions = std::map<uint32_t, std::map<std::string, std::string>>;

std::vector<Trial> TrialsOf(const Relation& relation, const TablePlan& table,
                            const Expressions& expressions) {
  std::vector<Trial> trials;
  std::set<std::string> treated;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnPlan& column = table.columns[i];
    if (!IsTreated(column)) continue;
    treated.insert(column.column);
    if (relation.attributes[i].type.kind == 'd') {
      trials.push_back({relation.attributes[i].type.name, "", {column.column}, {column.column}});
    }
  }
  const auto of_table = expressions.find(relation.oid);
  if (of_table == expressions.end()) return trials;
  for (const rules::Check& check : relation.checks) {
    const auto expression = of_table->second.find(check.name);
    if (expression == of_table->second.end()) continue;
    Trial trial{check.name, expression->second, check.attributes, {}};
    for (const std::string& name : check.attributes) {
      if (treated.count(name) != 0) trial.treated.push_back(name);
    }
    if (!trial.treated.empty()) trials.push_back(std::move(trial));
  }
  return trials;
}

// Pairs of rows that agree in the kept part of a key, and so must differ in the column beside it.
absl::StatusOr<double> PairsThatAgree(pg::Connection& connection, const Relation& relation,
                                      const rules::PartlyKept& key) {
  std::vector<std::string> kept, filled = {pg::QuoteIdentifier(key.column) + " IS NOT NULL"};
  for (const std::string& name : key.kept) {
    kept.push_back(pg::QuoteIdentifier(name));
    filled.push_back(kept.back() + " IS NOT NULL");
  }
  ASSIGN_OR_RETURN(
      const pg::Result pairs,
      connection.Exec(fmt::format(
          "SELECT COALESCE(sum(n::float8 * (n - 1) / 2), 0) FROM (SELECT count(*) AS n FROM {}{} WHERE {}"
          " GROUP BY {} HAVING count(*) > 1) AS g",
          relation.kind == 'p' ? "" : "ONLY ", pg::QuoteRelation(relation.schema, relation.name),
          fmt::join(filled, " AND "), fmt::join(kept, ", "))));
  return pairs.Double(0, 0);
}

// Settles the warnings about keys of several columns: with so few rows that agree that hardly any two can
// meet they go, else they become errors.
absl::Status TryPartlyKept(pg::Connection& connection, const Relation& relation, const TablePlan& table,
                           rules::Plan* plan) {
  std::map<std::string, double> worst;  // finding → probability that two rows meet
  for (const rules::PartlyKept& key : table.partly_kept) {
    ASSIGN_OR_RETURN(const double pairs, PairsThatAgree(connection, relation, key));
    double& probability =
        worst[WarningId(WarningKind::kNotUnique, table.QualifiedName() + "." + key.column).text()];
    probability = std::max(probability, std::min(1.0, pairs * std::exp2(-key.digest_bits)));
  }
  for (const auto& [id, probability] : worst) {
    const auto warning = std::find_if(plan->warnings.begin(), plan->warnings.end(),
                                      [id = id](const Finding& finding) { return finding.id == id; });
    if (warning == plan->warnings.end()) continue;  // accepted
    if (probability >= rules::kMostCollision) plan->errors.push_back(*warning);
    plan->warnings.erase(warning);
  }
  return absl::OkStatus();
}

void Drop(const std::set<std::string>& ids, std::vector<Finding>* findings) {
  findings->erase(std::remove_if(findings->begin(), findings->end(),
                                 [&](const Finding& f) { return ids.count(f.id.text()) != 0; }),
                  findings->end());
}

}  // namespace

absl::Status TryConstraints(pg::Connection& connection, const rules::Facts& facts,
                            const rules::Toolbox& toolbox, const std::vector<std::string>& accepted,
                            rules::Plan* plan) {
  ASSIGN_OR_RETURN(const pg::Result checks, connection.Exec(kChecksSql));
  Expressions expressions;
  for (int i = 0; i < checks.rows(); ++i) {
    expressions[static_cast<uint32_t>(checks.Int(i, 0))][checks.String(i, 1)] = checks.String(i, 2);
  }
  std::vector<Finding> errors, warnings;
  std::set<std::string> said;
  for (size_t i = 0; i < facts.relations.size(); ++i) {
    const Relation& relation = facts.relations[i];
    const TablePlan& table = plan->tables[i];
    RETURN_IF_ERROR(TryPartlyKept(connection, relation, table, plan));
    if (!relation.has_storage || relation.kind != 'r' || table.empty) continue;
    TableTrial trial_of_table(connection, relation, table, toolbox);
    for (const Trial& trial : TrialsOf(relation, table, expressions)) {
      bool settled = false;
      RETURN_IF_ERROR(trial_of_table.Run(trial, &errors, &warnings, &settled));
      if (!settled) continue;
      for (const std::string& name : trial.treated) {
        said.insert(WarningId(WarningKind::kCheck,
                              fmt::format("{}.{}:{}", table.QualifiedName(), name, trial.constraint))
                        .text());
      }
    }
  }
  for (const Finding& finding : errors) said.insert(finding.id.text());
  for (const Finding& finding : warnings) said.insert(finding.id.text());
  Drop(said, &plan->warnings);
  // A suspicion that the trial has settled is none any more; what it found is.
  for (const std::string& id : said) plan->found_ids.erase(id);
  for (const Finding& finding : errors) plan->found_ids.insert(finding.id.text());
  for (const Finding& finding : warnings) plan->found_ids.insert(finding.id.text());
  const std::set<std::string> silent(accepted.begin(), accepted.end());
  Drop(silent, &errors);
  Drop(silent, &warnings);
  plan->errors.insert(plan->errors.end(), errors.begin(), errors.end());
  plan->warnings.insert(plan->warnings.end(), warnings.begin(), warnings.end());
  return absl::OkStatus();
}

}  // namespace understudy::scan
