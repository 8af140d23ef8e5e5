#include "scan/preview.h"

#include "base/status.h"
#include "copyformat/text_codec.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "pg/copy_out.h"
#include "pg/quote.h"
#include "rules/compile.h"

namespace understudy::scan {
namespace {

using copyformat::Batch;
using copyformat::Format;
using Values = std::vector<std::optional<std::string>>;

absl::Status ReadRows(const Batch& batch, size_t columns, std::vector<Values>* rows) {
  copyformat::TextScanner scanner(columns);
  copyformat::ByteBuffer scratch;
  scanner.Begin(batch);
  for (copyformat::Row row; scanner.Next(&row);) {
    Values values;
    for (const copyformat::Field& field : row.fields) {
      if (field.null) {
        values.emplace_back();
      } else {
        values.emplace_back(std::string(copyformat::TextCodec::Value(field, &scratch)));
      }
    }
    rows->push_back(std::move(values));
  }
  return scanner.status();
}

std::string Query(const rules::Relation& relation, const rules::TablePlan& plan,
                  const std::vector<int>& columns, const std::string& where, uint64_t limit) {
  std::string conditions;
  if (plan.where.has_value()) conditions = fmt::format(" WHERE ({})", *plan.where);
  // On a line of its own, so that a comment at its end doesn't swallow the parenthesis.
  if (!where.empty()) conditions += fmt::format("{}({}\n)", conditions.empty() ? " WHERE " : " AND ", where);
  const std::string_view only = relation.kind == 'p' ? "" : "ONLY ";
  return fmt::format("COPY (SELECT {} FROM {}{}{} LIMIT {}) TO STDOUT",
                     pg::QuoteColumns(rules::AttributeNames(relation, columns)), only,
                     pg::QuoteRelation(relation.schema, relation.name), conditions, limit);
}

// A condition may also fail at one of the rows (a division, a cast): that is the user's error, too.
class Blaming : public copyformat::CopySource {
 public:
  Blaming(copyformat::CopySource& rows, const pg::Connection& connection)
      : rows_(rows), connection_(connection) {}
  absl::StatusOr<bool> Read(Batch* batch) override {
    absl::StatusOr<bool> some = rows_.Read(batch);
    return some.ok() || connection_.broken() ? some : WithExit(some.status(), ExitClass::kUsage);
  }

 private:
  copyformat::CopySource& rows_;
  const pg::Connection& connection_;
};

Preview HeadOf(const rules::Relation& relation, const rules::TablePlan& plan) {
  Preview preview;
  for (const int c : rules::CopyAttributes(relation)) {
    preview.columns.push_back(relation.attributes[static_cast<size_t>(c)].name);
    preview.treatments.push_back(plan.columns[static_cast<size_t>(c)].treatment.ToString());
  }
  return preview;
}

}  // namespace

absl::StatusOr<Preview> PreviewRows(pg::Connection& connection, const rules::Relation& relation,
                                    const rules::TablePlan& plan, const rules::Toolbox& toolbox,
                                    const std::string& where, uint64_t limit) {
  const std::vector<int> columns = rules::CopyAttributes(relation);
  if (plan.empty || columns.empty()) return HeadOf(relation, plan);
  absl::StatusOr<std::unique_ptr<pg::CopyOut>> source =
      pg::CopyOut::Start(connection, Query(relation, plan, columns, where, limit), Format::kText);
  if (!source.ok()) {
    return where.empty() || connection.broken() ? source.status()
                                                : WithExit(source.status(), ExitClass::kUsage);
  }
  if (where.empty()) return PreviewRows(**source, relation, plan, toolbox);
  Blaming rows(**source, connection);
  return PreviewRows(rows, relation, plan, toolbox);
}

absl::StatusOr<Preview> PreviewRows(copyformat::CopySource& source, const rules::Relation& relation,
                                    const rules::TablePlan& plan, const rules::Toolbox& toolbox) {
  Preview preview = HeadOf(relation, plan);
  if (plan.empty || preview.columns.empty()) return preview;
  ASSIGN_OR_RETURN(const auto factory, rules::MakeTransform(relation, plan, Format::kText, toolbox));
  Batch in, out;
  const auto transform = factory == nullptr ? nullptr : factory->New();
  const size_t columns = preview.columns.size();
  std::vector<Values> before, after;
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, source.Read(&in));
    if (!more) break;
    RETURN_IF_ERROR(ReadRows(in, columns, &before));
    if (transform != nullptr) RETURN_IF_ERROR(transform->Transform(in, &out));
    RETURN_IF_ERROR(ReadRows(transform == nullptr ? in : out, columns, &after));
  }
  if (before.size() != after.size()) return Failed("the row program changed the number of rows");
  for (size_t i = 0; i < before.size(); ++i) {
    preview.rows.push_back({std::move(before[i]), std::move(after[i])});
  }
  return preview;
}

}  // namespace understudy::scan
