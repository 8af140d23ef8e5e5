#include "clone/rows.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "base/mutex.h"
#include "base/status.h"
#include "clone/byte_estimate.h"
#include "engine/discard_sink.h"
#include "engine/guarded.h"
#include "pg/copy_in.h"
#include "pg/copy_out.h"
#include "pg/quote.h"

namespace understudy::clone {
namespace {

using Clock = std::chrono::steady_clock;

// How often the caller looks whether the user cancelled.
constexpr std::chrono::milliseconds kCancelPoll{100};

class RowsRun {
 public:
  RowsRun(const rules::Facts& facts, const std::vector<TableCopy>& tables, engine::Engine& engine,
          const RowsOptions& options)
      : facts_(facts), tables_(tables), engine_(engine), options_(options), results_(tables.size()) {
    std::vector<size_t> relations;
    for (size_t i = 0; i < tables.size(); ++i) {
      by_relation_[tables[i].relation] = i;
      relations.push_back(tables[i].relation);
    }
    slices_ = PlanSlices(facts, relations, {options.lanes, options.server_version});
    chains_ = PlanChains(slices_);
    left_ = std::vector<std::atomic<size_t>>(tables.size());
    for (const Slice& slice : slices_) {
      ++left_[by_relation_[slice.relation]];
      estimate_.Expect(by_relation_[slice.relation], slice.bytes);
    }
  }

  absl::StatusOr<std::vector<TableResult>> Run() {
    Announce();
    std::vector<std::thread> lanes;
    running_ = options_.lanes;
    for (int i = 0; i < options_.lanes; ++i) {
      lanes.emplace_back([this] {
        const absl::Status status = engine::Guarded([this] { return Lane(); });
        MutexLock lock(mutex_);
        // The first error is the cause; what other lanes report after it is their being stopped.
        if (!status.ok() && error_.ok()) error_ = status;
        if (!status.ok()) stop_.Cancel();
        --running_;
        changed_.NotifyAll();
      });
    }
    {
      MutexLock lock(mutex_);
      while (running_ > 0) {
        changed_.WaitFor(mutex_, kCancelPoll);
        if (options_.cancel != nullptr && options_.cancel->cancelled()) stop_.Cancel();
      }
    }
    for (std::thread& lane : lanes) lane.join();
    if (options_.cancel != nullptr && options_.cancel->cancelled()) return Cancelled();
    MutexLock lock(mutex_);
    if (!error_.ok()) return error_;
    return std::move(results_);
  }

 private:
  void Announce() {
    options_.counters->bytes_total = estimate_.Total();
    options_.counters->steps_total = tables_.size();
    for (size_t i = 0; i < tables_.size(); ++i) {
      if (left_[i] == 0) TableDone(i);
    }
  }

  void TableDone(size_t table) {
    ++options_.counters->steps;
    if (options_.table_done) options_.table_done(tables_[table].relation);
  }

  absl::Status Lane() {
    if (slices_.empty()) return absl::OkStatus();
    std::unique_ptr<pg::Connection> source, staging;
    for (size_t i = next_++; i < chains_.size() && !stop_.cancelled(); i = next_++) {
      if (source == nullptr) {
        ASSIGN_OR_RETURN(source, options_.open_source(&stop_));
        if (options_.open_staging) {
          ASSIGN_OR_RETURN(staging, options_.open_staging(&stop_));
        }
      }
      RETURN_IF_ERROR(CopyChain(chains_[i], *source, staging.get()));
    }
    return absl::OkStatus();
  }

  absl::Status CopyChain(const Chain& chain, pg::Connection& source, pg::Connection* staging) {
    std::string out, in;
    for (size_t i = chain.begin; i < chain.end; ++i) {
      const Slice& slice = slices_[i];
      const TableCopy& table = tables_[by_relation_[slice.relation]];
      const rules::Relation& relation = facts_.relations[slice.relation];
      const std::string copy = CopyOutSql(relation, table.columns, slice, table.where, table.format);
      out += options_.separate_reads ? "BEGIN;" + copy + ";COMMIT;" : copy + ";";
      in += CopyInSql(relation, table.columns, slice, table.format) + ";";
    }
    RETURN_IF_ERROR(source.SendQuery(out));
    if (staging != nullptr) RETURN_IF_ERROR(staging->SendQuery(in));
    for (size_t i = chain.begin; i < chain.end; ++i) {
      const rules::Relation& relation = facts_.relations[slices_[i].relation];
      RETURN_IF_ERROR(Annotate(CopySlice(slices_[i], source, staging, i + 1 == chain.end),
                               pg::RelationName(relation.schema, relation.name)));
    }
    for (size_t i = chain.begin; i < chain.end; ++i) {
      const size_t index = by_relation_[slices_[i].relation];
      if (--left_[index] == 0) TableDone(index);
    }
    return absl::OkStatus();
  }

  absl::Status CopySlice(const Slice& slice, pg::Connection& source_session, pg::Connection* staging_session,
                         bool last) {
    const size_t index = by_relation_[slice.relation];
    const TableCopy& table = tables_[index];
    const Clock::time_point begin = Clock::now();
    ASSIGN_OR_RETURN(std::unique_ptr<pg::CopyOut> source,
                     pg::CopyOut::Next(source_session, table.format, last));
    std::unique_ptr<copyformat::CopySink> sink = std::make_unique<engine::DiscardSink>();
    if (staging_session != nullptr) {
      ASSIGN_OR_RETURN(sink, pg::CopyIn::Next(*staging_session, table.format, last));
    }
    ASSIGN_OR_RETURN(const engine::SliceResult result, engine::RunSlice(*source, *sink, table.transform.get(),
                                                                        engine_, stop_, options_.counters));
    MutexLock lock(mutex_);
    results_[index].slices.Add(result);
    results_[index].seconds += std::chrono::duration<double>(Clock::now() - begin).count();
    estimate_.Done(index, slice.bytes, result.bytes_in);
    options_.counters->bytes_total = estimate_.Total();
    return absl::OkStatus();
  }

  const rules::Facts& facts_;
  const std::vector<TableCopy>& tables_;
  engine::Engine& engine_;
  const RowsOptions& options_;
  std::map<size_t, size_t> by_relation_;   // relation → table; constant after construction
  std::vector<Slice> slices_;              // constant after construction
  std::vector<Chain> chains_;              // constant after construction
  std::vector<std::atomic<size_t>> left_;  // slices to go, by table
  std::atomic<size_t> next_{0};
  ByteEstimate estimate_;  // guarded by mutex_ once lanes run
  CancelToken stop_;
  Mutex mutex_;
  CondVar changed_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  std::vector<TableResult> results_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::vector<TableResult>> CopyRows(const rules::Facts& facts,
                                                  const std::vector<TableCopy>& tables,
                                                  engine::Engine& engine, const RowsOptions& options) {
  return RowsRun(facts, tables, engine, options).Run();
}

}  // namespace understudy::clone
