#include "scan/scan.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "fmt/format.h"
#include "pg/quote.h"
#include "rules/value_form.h"

namespace understudy::scan {
namespace {

using rules::Attribute;
using rules::ColumnPlan;
using rules::Form;
using rules::Relation;
using rules::TablePlan;

bool Wanted(const Attribute& attribute, const ColumnPlan& column, const Options& options) {
  if (!attribute.type.textual || attribute.generated) return false;
  if (column.unclassified()) return true;
  return options.treated || column.treatment.action == rules::Action::kKeep;
}

// Bytes are shown as the text they may be; what isn't ASCII there can't be judged and becomes escapes.
std::string Expression(const Attribute& attribute) {
  const std::string name = pg::QuoteIdentifier(attribute.name);
  switch (rules::FormOf(attribute.type).form) {
    case Form::kBytea:
      return fmt::format("pg_catalog.encode(pg_catalog.substr({}, 1, 4096), 'escape')", name);
    case Form::kTextArray:
      return fmt::format("pg_catalog.array_to_string({}, E'\\n')", name);
    default:
      return name + "::text";
  }
}

std::string Query(const Relation& relation, const Attribute& attribute, const Options& options) {
  std::string sample;
  if (relation.bytes > options.table_bytes) {
    const double percent =
        100.0 * static_cast<double>(options.table_bytes) / static_cast<double>(relation.bytes);
    sample = fmt::format(" TABLESAMPLE SYSTEM ({:.4f}) REPEATABLE (1)", percent);
  }
  return fmt::format("SELECT pg_catalog.left({}, {}) FROM ONLY {}{} WHERE {} IS NOT NULL LIMIT {}",
                     Expression(attribute), options.value_bytes,
                     pg::QuoteRelation(relation.schema, relation.name), sample,
                     pg::QuoteIdentifier(attribute.name), options.values);
}

absl::Status StudyColumn(pg::Connection& connection, const Relation& relation, const Attribute& attribute,
                         const Options& options, ContentStudy* study, Content* content) {
  absl::StatusOr<pg::Result> rows = connection.Exec(Query(relation, attribute, options));
  if (!rows.ok()) {
    return Annotate(rows.status(), pg::RelationName(relation.schema, relation.name) + "." + attribute.name);
  }
  for (int i = 0; i < rows->rows(); ++i) study->Add(rows->Get(i, 0));
  *content = study->Take();
  return absl::OkStatus();
}

}  // namespace

std::vector<size_t> ColumnsToStudy(const Relation& relation, const TablePlan& table, const Options& options) {
  std::vector<size_t> columns;
  if (!relation.has_storage || table.empty) return columns;
  const auto& names = options.tables;
  if (!names.empty() && std::find(names.begin(), names.end(), table.QualifiedName()) == names.end())
    return columns;
  for (size_t i = 0; i < relation.attributes.size(); ++i) {
    if (Wanted(relation.attributes[i], table.columns[i], options)) columns.push_back(i);
  }
  return columns;
}

void Report(const Relation& relation, const TablePlan& table, size_t column, Content content,
            const Options& options, std::vector<ColumnReport>* reports) {
  const Attribute& attribute = relation.attributes[column];
  const ColumnPlan& plan = table.columns[column];
  ColumnReport report{table.QualifiedName(),
                      attribute.name,
                      attribute.type.name,
                      plan.treatment.ToString(),
                      plan.unclassified(),
                      std::move(content),
                      {}};
  if (options.counters != nullptr) options.counters->rows += report.content.values;
  if (plan.unclassified()) {
    report.proposal = Propose(attribute, report.content);
  } else if (plan.treatment.action == rules::Action::kKeep) {
    report.proposal = Doubt(attribute, report.content);
  }
  if (plan.unclassified() || !report.proposal.treatment.empty() ||
      (options.treated && report.content.with_hits > 0)) {
    reports->push_back(std::move(report));
  }
}

absl::StatusOr<std::vector<ColumnReport>> Scan(pg::Connection& connection, const rules::Facts& facts,
                                               const rules::Plan& plan, const text::RewriteContext& context,
                                               const Options& options) {
  std::vector<ColumnReport> reports;
  ContentStudy study(context);
  for (size_t r = 0; r < facts.relations.size(); ++r) {
    const Relation& relation = facts.relations[r];
    for (const size_t column : ColumnsToStudy(relation, plan.tables[r], options)) {
      Content content;
      RETURN_IF_ERROR(
          StudyColumn(connection, relation, relation.attributes[column], options, &study, &content));
      Report(relation, plan.tables[r], column, std::move(content), options, &reports);
    }
  }
  return reports;
}

}  // namespace understudy::scan
