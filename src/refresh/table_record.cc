// What a run record says of one table.
#include "pseudonym/kind.h"
#include "refresh/data_work.h"

namespace understudy::refresh {
namespace {

const char* TreatmentOf(const rules::TablePlan& plan) {
  if (plan.empty) return "empty";
  if (plan.ChangesValues()) return "rewrite";
  return plan.where.has_value() ? "rows" : "keep";
}

// What kind of data a column holds, for grouping in the report; empty if it is kept.
std::string DataClassOf(const rules::Treatment& treatment) {
  switch (treatment.action) {
    case rules::Action::kKeep:
      return {};
    case rules::Action::kPseudonym:
    case rules::Action::kParts:
      return std::string(pseudonym::NameOf(treatment.kind));
    case rules::Action::kTemplate:
    case rules::Action::kRewrite:
    case rules::Action::kRewriteHtml:
    case rules::Action::kRewriteJson:
    case rules::Action::kLorem:
    case rules::Action::kLoremHtml:
      return "text";
    case rules::Action::kDateShift:
      return "date";
    case rules::Action::kNoise:
      return "amount";
    case rules::Action::kAttachment:
      return "attachment";
    default:
      return "secret";
  }
}

}  // namespace

record::Table TableRecordOf(const RunContext& context, size_t relation, const clone::TableCopy* copy,
                            const clone::TableResult* result) {
  const rules::Relation& facts = context.catalog.facts.relations[relation];
  const rules::TablePlan& plan = context.plan.tables[relation];
  record::Table table;
  table.schema = facts.schema;
  table.name = facts.name;
  table.treatment = TreatmentOf(plan);
  for (size_t c = 0; c < plan.columns.size(); ++c) {
    record::TableColumn column;
    column.name = plan.columns[c].column;
    column.type = facts.attributes[c].type.name;
    column.treatment = plan.columns[c].treatment.ToString();
    column.rule = plan.columns[c].Reason();
    column.data_class = DataClassOf(plan.columns[c].treatment);
    table.columns.push_back(std::move(column));
  }
  if (result == nullptr) return table;
  const engine::SliceResult& slices = result->slices;
  table.rows = slices.rows_written;
  table.source_rows = slices.rows_read;
  table.bytes = slices.bytes_in;
  table.seconds = result->seconds;
  for (size_t i = 0; i < slices.counts.changed.size(); ++i) {
    table.columns[static_cast<size_t>(copy->columns[i])].changed = slices.counts.changed[i];
  }
  return table;
}

}  // namespace understudy::refresh
