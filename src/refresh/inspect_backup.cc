#include "refresh/inspect_backup.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>

#include "base/status.h"
#include "dump/block_source.h"
#include "dump/row_texts.h"
#include "pg/quote.h"
#include "rules/compile.h"
#include "rules/value_form.h"

namespace understudy::refresh {
namespace {

// As PostgreSQL's encode(…, 'escape') shows bytes: what is no ASCII can't be judged.
constexpr size_t kMostBytesShown = 4096;

std::string BytesAsText(std::string_view hex) {
  std::string text;
  if (!hex.starts_with("\\x")) return std::string(hex);
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  for (size_t i = 2; i + 1 < hex.size() && text.size() < kMostBytesShown; i += 2) {
    const int byte = digit(hex[i]) * 16 + digit(hex[i + 1]);
    text += byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : ' ';
  }
  return text;
}

// One table's block as it comes by: a study for each of its columns.
class BlockStudy {
 public:
  BlockStudy(const RunContext& context, const dump::CopyHeader& copy, size_t relation,
             const std::vector<size_t>& columns, const scan::Options& options)
      : relation_(context.catalog.facts.relations[relation]),
        columns_(columns),
        options_(options),
        rows_(copy, NamesOf(relation_, columns)) {
    for (size_t i = 0; i < columns.size(); ++i) studies_.emplace_back(context.rewrite);
    taken_.resize(columns.size());
    // Some values are NULL: four times as many rows as values are looked at.
    const auto rows = static_cast<uint64_t>(std::max(0.0, relation_.rows_estimate));
    stride_ = std::max<uint64_t>(1, rows / (uint64_t{4} * options.values));
  }

  absl::Status Add(const copyformat::Batch& batch) {
    for (rows_.Begin(batch); rows_.Next(); ++row_) {
      if (row_ % stride_ != 0) continue;
      for (size_t i = 0; i < columns_.size(); ++i) {
        if (rows_.null(i) || taken_[i] == options_.values) continue;
        ++taken_[i];
        const std::string_view value = rows_.text(i);
        const bool bytes = rules::FormOf(relation_.attributes[columns_[i]].type).form == rules::Form::kBytea;
        studies_[i].Add(bytes ? BytesAsText(value) : value.substr(0, options_.value_bytes));
      }
    }
    return rows_.status();
  }

  scan::Content Take(size_t i) { return studies_[i].Take(); }

 private:
  static std::vector<std::string> NamesOf(const rules::Relation& relation,
                                          const std::vector<size_t>& columns) {
    std::vector<std::string> names;
    for (const size_t column : columns) names.push_back(relation.attributes[column].name);
    return names;
  }

  const rules::Relation& relation_;
  const std::vector<size_t>& columns_;
  const scan::Options& options_;
  dump::RowTexts rows_;
  std::deque<scan::ContentStudy> studies_;  // they stay where they are
  std::vector<uint32_t> taken_;
  uint64_t row_ = 0, stride_ = 1;
};

using Positions = std::map<dump::TableName, size_t>;

// Calls `on_block` for every block of a table that the plan has, until it says that it has seen enough.
absl::Status ForEachBlock(
    RunContext& context, int lanes,
    const std::function<absl::StatusOr<bool>(dump::PlainReader&, const dump::CopyHeader&, size_t)>&
        on_block) {
  Positions positions;
  const auto& relations = context.catalog.facts.relations;
  for (size_t i = 0; i < relations.size(); ++i) positions[{relations[i].schema, relations[i].name}] = i;
  return context.backup->Read(dump::Pass::kRows, lanes, [&](dump::PlainReader& reader) -> absl::Status {
    for (dump::Unit unit;;) {
      if (context.cancel.cancelled()) return Cancelled();
      ASSIGN_OR_RETURN(const bool more, reader.Next(&unit));
      if (!more) return absl::OkStatus();
      if (unit.statement.kind != dump::StatementKind::kCopy) continue;
      const dump::CopyHeader copy = unit.statement.copy;
      const auto found = positions.find({copy.schema, copy.name});
      if (found == positions.end()) continue;
      ASSIGN_OR_RETURN(const bool go_on, on_block(reader, copy, found->second));
      if (!go_on) return absl::AbortedError("enough was seen");
    }
  });
}

// The first rows of another source.
class FirstRows : public copyformat::CopySource {
 public:
  FirstRows(copyformat::CopySource& rows, uint64_t limit) : rows_(rows), left_(limit) {}
  absl::StatusOr<bool> Read(copyformat::Batch* batch) override {
    if (left_ == 0) return false;
    ASSIGN_OR_RETURN(const bool some, rows_.Read(batch));
    if (!some) return false;
    if (batch->rows > left_) {
      size_t end = 0;
      for (uint64_t row = 0; row < left_; ++row) end = batch->bytes.view().find('\n', end) + 1;
      batch->bytes.Truncate(end);
      batch->rows = left_;
    }
    left_ -= batch->rows;
    return true;
  }

 private:
  copyformat::CopySource& rows_;
  uint64_t left_;
};

}  // namespace

absl::StatusOr<std::vector<scan::ColumnReport>> ScanBackup(RunContext& context,
                                                           const scan::Options& options) {
  const auto& relations = context.catalog.facts.relations;
  std::vector<std::vector<size_t>> columns(relations.size());
  std::vector<std::vector<scan::Content>> contents(relations.size());  // each filled by one block
  for (size_t i = 0; i < relations.size(); ++i) {
    columns[i] = scan::ColumnsToStudy(relations[i], context.plan.tables[i], options);
    contents[i].resize(columns[i].size());
  }
  const auto study = [&](dump::PlainReader& reader, const dump::CopyHeader& copy,
                         size_t table) -> absl::StatusOr<bool> {
    if (columns[table].empty()) return true;
    BlockStudy block(context, copy, table, columns[table], options);
    copyformat::Batch batch;
    for (;;) {
      ASSIGN_OR_RETURN(const bool some, reader.ReadRows(&batch));
      if (!some) break;
      RETURN_IF_ERROR(Annotate(block.Add(batch), reader.Place()));
    }
    for (size_t i = 0; i < columns[table].size(); ++i) contents[table][i] = block.Take(i);
    return true;
  };
  RETURN_IF_ERROR(Annotate(ForEachBlock(context, context.lanes, study), "source"));
  std::vector<scan::ColumnReport> reports;
  for (size_t t = 0; t < relations.size(); ++t) {
    for (size_t i = 0; i < columns[t].size(); ++i) {
      scan::Report(relations[t], context.plan.tables[t], columns[t][i], std::move(contents[t][i]), options,
                   &reports);
    }
  }
  return reports;
}

absl::StatusOr<scan::Preview> PreviewBackup(RunContext& context, const rules::Toolbox& toolbox, size_t table,
                                            uint64_t limit) {
  const rules::Relation& relation = context.catalog.facts.relations[table];
  const rules::TablePlan& plan = context.plan.tables[table];
  if (plan.where.has_value()) {
    return UsageError(
        "a rule copies only some of the table's rows (_rows: where), which needs a live database");
  }
  scan::Preview preview;
  const auto look = [&](dump::PlainReader& reader, const dump::CopyHeader& copy,
                        size_t found) -> absl::StatusOr<bool> {
    if (found != table) return true;
    ASSIGN_OR_RETURN(std::vector<size_t> positions,
                     dump::PositionsOf(copy, relation, rules::CopyAttributes(relation)));
    dump::BlockSource block(reader, {});
    dump::ProjectedSource projected(block, copy.columns.size(), std::move(positions));
    FirstRows rows(projected, limit);
    ASSIGN_OR_RETURN(preview, scan::PreviewRows(rows, relation, plan, toolbox));
    return false;
  };
  const absl::Status status = ForEachBlock(context, 1, look);
  if (!status.ok() && status.code() != absl::StatusCode::kAborted) return Annotate(status, "source");
  if (!preview.columns.empty()) return preview;
  // A table without a block has no rows.
  copyformat::Batch none;
  dump::MemorySource nothing("");
  dump::PlainReader empty(nothing);
  dump::BlockSource no_rows(empty, {});
  return scan::PreviewRows(no_rows, relation, plan, toolbox);
}

}  // namespace understudy::refresh
