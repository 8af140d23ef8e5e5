#include "clone/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <thread>

#include "base/mutex.h"
#include "base/status.h"
#include "clone/byte_estimate.h"
#include "clone/retry.h"
#include "clone/slice_load.h"
#include "engine/discard_sink.h"
#include "engine/throttled_source.h"
#include "pg/copy_out.h"
#include "pg/quote.h"

namespace understudy::clone {
namespace {

using Clock = std::chrono::steady_clock;

// How often the caller looks whether the user cancelled.
constexpr std::chrono::milliseconds kCancelPoll{100};

// A lane's sessions; null: to be opened.
struct LaneSessions {
  std::unique_ptr<pg::Connection> source, staging;
  // What a lost session may have left on the staging server.
  std::optional<LoadTransaction> unsettled;
};

// How an attempt ended that failed.
struct Failure {
  bool staging = false;  // which end it was
  bool final = false;    // it must not be tried again
};

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
        const absl::Status status = Lane();
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
    LaneSessions sessions;
    for (size_t i = next_++; i < slices_.size() && !stop_.cancelled(); i = next_++) {
      const rules::Relation& relation = facts_.relations[slices_[i].relation];
      RETURN_IF_ERROR(
          Annotate(CopyWithRetries(slices_[i], sessions), pg::RelationName(relation.schema, relation.name)));
    }
    return absl::OkStatus();
  }

  absl::Status CopyWithRetries(const Slice& slice, LaneSessions& sessions) {
    for (int attempt = 1;; ++attempt) {
      Failure failure;
      const absl::Status status = CopySlice(slice, sessions, &failure);
      if (status.ok() || !IsLost(status) || failure.final || stop_.cancelled()) return status;
      // Whichever end it was: both begin anew.
      if (sessions.source != nullptr) sessions.source->CancelRunning();
      sessions.source.reset();
      sessions.staging.reset();
      if (attempt == kSliceAttempts) return Annotate(status, fmt::format("after {} attempts", attempt));
      if (!options_.source_holds || (options_.open_staging && !options_.staging_holds)) return status;
      RETURN_IF_ERROR(options_.source_holds());
      if (options_.open_staging) RETURN_IF_ERROR(options_.staging_holds());
      if (options_.retrying) {
        const rules::Relation& relation = facts_.relations[slice.relation];
        options_.retrying({pg::RelationName(relation.schema, relation.name), failure.staging, attempt + 1,
                           PauseAfter(attempt), status});
      }
      RETURN_IF_ERROR(Pause(PauseAfter(attempt)));
    }
  }

  absl::Status Pause(std::chrono::milliseconds pause) {
    for (const Clock::time_point end = Clock::now() + pause; Clock::now() < end;) {
      if (stop_.cancelled()) return Cancelled();
      std::this_thread::sleep_for(std::min<Clock::duration>(end - Clock::now(), kCancelPoll));
    }
    return absl::OkStatus();
  }

  absl::Status OpenSessions(LaneSessions& sessions, Failure* failure) {
    if (sessions.source == nullptr) {
      ASSIGN_OR_RETURN(sessions.source, options_.open_source(&stop_));
    }
    if (sessions.staging != nullptr || !options_.open_staging) return absl::OkStatus();
    failure->staging = true;
    ASSIGN_OR_RETURN(sessions.staging, options_.open_staging(&stop_));
    if (sessions.unsettled.has_value()) {
      RETURN_IF_ERROR(Settle(*sessions.staging, *sessions.unsettled, &stop_).status());
      sessions.unsettled.reset();
    }
    failure->staging = false;
    return absl::OkStatus();
  }

  // Asks on a session of its own what became of a commit whose answer was lost.
  absl::StatusOr<bool> AskForFate(const LoadTransaction& transaction) {
    for (int attempt = 1;; ++attempt) {
      if (!options_.staging_holds) return Unreachable("no session is left to ask on");
      RETURN_IF_ERROR(options_.staging_holds());
      absl::StatusOr<std::unique_ptr<pg::Connection>> session = options_.open_staging(&stop_);
      const absl::StatusOr<bool> committed =
          session.ok() ? Settle(**session, transaction, &stop_) : session.status();
      if (committed.ok() || !IsLost(committed.status()) || attempt == kSliceAttempts) return committed;
      RETURN_IF_ERROR(Pause(PauseAfter(attempt)));
    }
  }

  absl::Status CopySlice(const Slice& slice, LaneSessions& sessions, Failure* failure) {
    RETURN_IF_ERROR(OpenSessions(sessions, failure));
    const size_t index = by_relation_[slice.relation];
    const TableCopy& table = tables_[index];
    const rules::Relation& relation = facts_.relations[slice.relation];
    const Clock::time_point begin = Clock::now();
    ASSIGN_OR_RETURN(std::unique_ptr<pg::CopyOut> source,
                     pg::CopyOut::Start(*sessions.source,
                                        CopyOutSql(relation, table.columns, slice, table.where, table.format),
                                        table.format));
    engine::ThrottledSource throttled(*source, options_.limiter, &stop_);
    const auto run = [&](copyformat::CopySink& sink) {
      return engine::RunSlice(throttled, sink, table.transform.get(), engine_, stop_, options_.counters);
    };
    absl::StatusOr<engine::SliceResult> result;
    if (sessions.staging == nullptr) {
      engine::DiscardSink discard;
      result = run(discard);
    } else {
      result = Load(slice, sessions, failure, run);
      if (failure->staging) sessions.staging.reset();
    }
    RETURN_IF_ERROR(result.status());
    {
      MutexLock lock(mutex_);
      results_[index].slices.Add(*result);
      results_[index].seconds += std::chrono::duration<double>(Clock::now() - begin).count();
      estimate_.Done(index, slice.bytes, result->bytes_in);
      options_.counters->bytes_total = estimate_.Total();
    }
    if (--left_[index] == 0) TableDone(index);
    return absl::OkStatus();
  }

  // `run` into the hidden database, as one transaction.
  template <class Run>
  absl::StatusOr<engine::SliceResult> Load(const Slice& slice, LaneSessions& sessions, Failure* failure,
                                           const Run& run) {
    const TableCopy& table = tables_[by_relation_[slice.relation]];
    const std::string sql = CopyInSql(facts_.relations[slice.relation], table.columns, slice, table.format);
    sessions.unsettled = LoadTransaction{"", sessions.staging->backend_pid()};
    failure->staging = true;
    ASSIGN_OR_RETURN(const std::unique_ptr<SliceLoad> load,
                     SliceLoad::Start(*sessions.staging, sql, table.format,
                                      [this](const LoadTransaction& t) { return AskForFate(t); }));
    absl::StatusOr<engine::SliceResult> result = run(*load);
    failure->staging = load->lost();
    failure->final = load->fate_unknown();
    sessions.unsettled.reset();
    if (load->lost() && !result.ok()) sessions.unsettled = load->transaction();
    return result;
  }

  const rules::Facts& facts_;
  const std::vector<TableCopy>& tables_;
  engine::Engine& engine_;
  const RowsOptions& options_;
  std::map<size_t, size_t> by_relation_;   // relation → table; constant after construction
  std::vector<Slice> slices_;              // constant after construction
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
