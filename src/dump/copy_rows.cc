#include "dump/copy_rows.h"

#include <fmt/format.h>

#include <chrono>
#include <map>

#include "base/mutex.h"
#include "base/status.h"
#include "dump/block_source.h"
#include "dump/large_object.h"
#include "dump/survey.h"
#include "engine/discard_sink.h"
#include "pg/copy_in.h"
#include "pg/quote.h"

namespace understudy::dump {
namespace {

using Clock = std::chrono::steady_clock;

class Run {
 public:
  Run(const rules::Facts& facts, const std::vector<clone::TableCopy>& tables, engine::Engine& engine,
      const CopyRowsOptions& options)
      : facts_(facts), tables_(tables), engine_(engine), options_(options), results_(tables.size()) {
    for (size_t i = 0; i < tables.size(); ++i) {
      const rules::Relation& relation = facts.relations[tables[i].relation];
      by_name_[{relation.schema, relation.name}] = i;
    }
  }

  absl::Status ReadStream(PlainReader& reader) {
    std::unique_ptr<pg::Connection> staging;
    ObjectContent content;
    for (Unit unit;;) {
      if (options_.rows.cancel != nullptr && options_.rows.cancel->cancelled()) return Cancelled();
      ASSIGN_OR_RETURN(const bool more, reader.Next(&unit));
      if (!more) return absl::OkStatus();
      if (unit.statement.kind == StatementKind::kContent && options_.large_objects) {
        RETURN_IF_ERROR(Annotate(Content(unit.text, &content, &staging), reader.Place()));
      }
      if (unit.statement.kind != StatementKind::kCopy) continue;
      RETURN_IF_ERROR(Block(reader, unit.statement.copy, &staging));
    }
  }

  std::vector<clone::TableResult> Finish() {
    for (size_t i = 0; i < tables_.size(); ++i) {
      if (!done_[i]) Done(i);
    }
    MutexLock lock(mutex_);
    return std::move(results_);
  }

  void Announce() {
    uint64_t bytes = 0;
    for (const clone::TableCopy& table : tables_) bytes += facts_.relations[table.relation].bytes;
    options_.rows.counters->bytes_total = bytes;
    options_.rows.counters->steps_total = tables_.size();
    done_.assign(tables_.size(), false);
  }

 private:
  void Done(size_t table) {
    {
      MutexLock lock(mutex_);
      done_[table] = true;
    }
    ++options_.rows.counters->steps;
    if (options_.rows.table_done) options_.rows.table_done(tables_[table].relation);
  }

  absl::Status Open(std::unique_ptr<pg::Connection>* staging) const {
    if (*staging != nullptr) return absl::OkStatus();
    ASSIGN_OR_RETURN(*staging, options_.rows.open_staging(options_.rows.cancel));
    return absl::OkStatus();
  }

  absl::Status Content(std::string_view statement, ObjectContent* content,
                       std::unique_ptr<pg::Connection>* staging) const {
    ObjectPiece piece;
    ASSIGN_OR_RETURN(const bool some, content->Take(statement, &piece));
    if (!some) return absl::OkStatus();
    RETURN_IF_ERROR(Open(staging));
    return Annotate((*staging)->Run(piece.Sql()), "large object " + piece.oid);
  }

  absl::Status Block(PlainReader& reader, const CopyHeader& copy, std::unique_ptr<pg::Connection>* staging) {
    const bool watched = options_.wants && options_.wants(copy);
    const BlockSource::OnBatch watch =
        watched ? [&](const copyformat::Batch& batch) { return options_.on_batch(copy, batch); }
                : BlockSource::OnBatch();
    BlockSource block(reader, watch);
    const auto found = by_name_.find({copy.schema, copy.name});
    if (found == by_name_.end() || (options_.skip && options_.skip(found->second))) {
      copyformat::Batch batch;
      for (bool more = watched; more;) {
        ASSIGN_OR_RETURN(more, block.Read(&batch));
      }
      return absl::OkStatus();  // what nobody wants is skipped by the reader
    }
    return Annotate(CopyBlock(reader, copy, found->second, block, staging),
                    pg::RelationName(copy.schema, copy.name));
  }

  absl::Status CopyBlock(PlainReader& reader, const CopyHeader& copy, size_t index, BlockSource& block,
                         std::unique_ptr<pg::Connection>* staging) {
    const clone::TableCopy& table = tables_[index];
    const rules::Relation& relation = facts_.relations[table.relation];
    if (!table.where.empty()) {
      return UsageError(
          "a rule copies only some of its rows (_rows: where), which needs a live database as source");
    }
    const Clock::time_point begin = Clock::now();
    ASSIGN_OR_RETURN(std::vector<size_t> positions, PositionsOf(copy, relation, table.columns));
    bool whole = positions.size() == copy.columns.size();
    for (size_t i = 0; i < positions.size() && whole; ++i) whole = positions[i] == i;
    ProjectedSource projected(block, copy.columns.size(), std::move(positions));
    copyformat::CopySource& source = whole ? static_cast<copyformat::CopySource&>(block) : projected;
    std::unique_ptr<copyformat::CopySink> sink = std::make_unique<engine::DiscardSink>();
    if (options_.rows.open_staging) {
      RETURN_IF_ERROR(Open(staging));
      clone::Slice slice;
      slice.relation = table.relation;
      slice.bytes = relation.bytes;
      ASSIGN_OR_RETURN(
          sink, pg::CopyIn::Start(**staging,
                                  clone::CopyInSql(relation, table.columns, slice, copyformat::Format::kText),
                                  copyformat::Format::kText));
    }
    static const CancelToken never;
    const CancelToken& cancel = options_.rows.cancel != nullptr ? *options_.rows.cancel : never;
    absl::StatusOr<engine::SliceResult> result =
        engine::RunSlice(source, *sink, table.transform.get(), engine_, cancel, options_.rows.counters);
    if (!result.ok()) {
      const std::string message = MessageOf(result.status());
      return message.starts_with("byte ") ? result.status() : Annotate(result.status(), reader.Place());
    }
    clone::TableResult block_result;
    block_result.slices = *result;
    block_result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    {
      MutexLock lock(mutex_);
      results_[index].slices.Add(*result);
      results_[index].seconds += block_result.seconds;
    }
    if (options_.on_block) options_.on_block(index, block_result);
    Done(index);
    return absl::OkStatus();
  }

  const rules::Facts& facts_;
  const std::vector<clone::TableCopy>& tables_;
  engine::Engine& engine_;
  const CopyRowsOptions& options_;
  std::map<TableName, size_t> by_name_;  // constant after construction
  Mutex mutex_;
  std::vector<clone::TableResult> results_ ABSL_GUARDED_BY(mutex_);
  std::vector<bool> done_;
};

}  // namespace

absl::StatusOr<std::vector<clone::TableResult>> CopyRows(Backup& backup, const rules::Facts& facts,
                                                         const std::vector<clone::TableCopy>& tables,
                                                         engine::Engine& engine,
                                                         const CopyRowsOptions& options) {
  Run run(facts, tables, engine, options);
  run.Announce();
  RETURN_IF_ERROR(backup.Read(options.large_objects ? Pass::kContents : Pass::kRows, options.rows.lanes,
                              [&](PlainReader& reader) { return run.ReadStream(reader); }));
  return run.Finish();
}

}  // namespace understudy::dump
