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
#include "clone/chain_load.h"
#include "clone/retry.h"
#include "engine/discard_sink.h"
#include "engine/guarded.h"
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

// What was read of one slice of a chain that is not in yet.
struct SliceOutcome {
  engine::SliceResult result;
  double seconds = 0;
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
    chains_ = PlanChains(slices_);
    left_ = std::vector<std::atomic<size_t>>(tables.size());
    for (const Slice& slice : slices_) {
      ++left_[by_relation_[slice.relation]];
      estimate_.Expect(by_relation_[slice.relation], slice.bytes);
    }
  }

  absl::StatusOr<std::vector<TableResult>> Run() {
    Announce();
    std::vector<std::thread> lanes(static_cast<size_t>(options_.lanes));
    {
      MutexLock lock(mutex_);
      running_ = options_.lanes;
    }
    for (std::thread& lane : lanes) {
      const absl::Status started =
          engine::StartThread([this] { LaneEnded(engine::Guarded([this] { return Lane(); })); }, &lane);
      if (!started.ok()) LaneEnded(started);
    }
    {
      MutexLock lock(mutex_);
      while (running_ > 0) {
        changed_.WaitFor(mutex_, kCancelPoll);
        if (options_.cancel != nullptr && options_.cancel->cancelled()) stop_.Cancel();
      }
    }
    for (std::thread& lane : lanes) {
      if (lane.joinable()) lane.join();
    }
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

  void LaneEnded(const absl::Status& status) {
    MutexLock lock(mutex_);
    // The first error is the cause; what other lanes report after it is their being stopped.
    if (!status.ok() && error_.ok()) error_ = status;
    if (!status.ok()) stop_.Cancel();
    --running_;
    changed_.NotifyAll();
  }

  absl::Status Lane() {
    if (slices_.empty()) return absl::OkStatus();
    LaneSessions sessions;
    for (size_t i = next_++; i < chains_.size() && !stop_.cancelled(); i = next_++) {
      RETURN_IF_ERROR(CopyWithRetries(chains_[i], sessions));
    }
    return absl::OkStatus();
  }

  absl::Status CopyWithRetries(const Chain& chain, LaneSessions& sessions) {
    for (int attempt = 1;; ++attempt) {
      Failure failure;
      absl::Status status = CopyChain(chain, sessions, &failure);
      if (status.ok() || !IsLost(status) || failure.final || stop_.cancelled()) return status;
      // Whichever end it was: both begin anew.
      if (sessions.source != nullptr) sessions.source->CancelRunning();
      sessions.source.reset();
      sessions.staging.reset();
      if (attempt == kAttempts) return Annotate(status, fmt::format("after {} attempts", attempt));
      if (!options_.source_holds || (options_.open_staging && !options_.staging_holds)) return status;
      RETURN_IF_ERROR(Annotate(options_.source_holds(), NameOf(slices_[chain.begin])));
      if (options_.open_staging) {
        RETURN_IF_ERROR(Annotate(options_.staging_holds(), NameOf(slices_[chain.begin])));
      }
      if (options_.retrying) {
        options_.retrying({NamesOf(chain), failure.staging, attempt + 1, PauseAfter(attempt), status});
      }
      RETURN_IF_ERROR(Pause(PauseAfter(attempt)));
    }
  }

  absl::Status Pause(std::chrono::milliseconds pause) {
    return PauseUnless(pause, [this] { return stop_.cancelled(); }) ? absl::OkStatus() : Cancelled();
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
      absl::StatusOr<bool> committed =
          session.ok() ? Settle(**session, transaction, &stop_) : session.status();
      if (committed.ok() || !IsLost(committed.status()) || attempt == kAttempts) return committed;
      RETURN_IF_ERROR(Pause(PauseAfter(attempt)));
    }
  }

  // One attempt. Nothing of it counts before all of the chain is in.
  absl::Status CopyChain(const Chain& chain, LaneSessions& sessions, Failure* failure) {
    RETURN_IF_ERROR(OpenSessions(sessions, failure));
    const auto [out, in] = StatementsOf(chain);
    RETURN_IF_ERROR(sessions.source->SendQuery(out));
    std::optional<ChainLoad> load;
    if (sessions.staging != nullptr) {
      load.emplace(*sessions.staging, [this](const LoadTransaction& t) { return AskForFate(t); });
    }
    engine::Tentative tentative(options_.counters);
    std::vector<SliceOutcome> outcomes;
    absl::Status status = load.has_value() ? load->Send(in) : absl::OkStatus();
    for (size_t i = chain.begin; i < chain.end && status.ok(); ++i) {
      outcomes.emplace_back();
      status = Annotate(CopySlice(slices_[i], *sessions.source, load.has_value() ? &*load : nullptr,
                                  i + 1 == chain.end, tentative, &outcomes.back()),
                        NameOf(slices_[i]));
    }
    if (load.has_value()) {
      failure->staging = load->lost();
      failure->final = load->fate_unknown();
      if (!status.ok()) sessions.unsettled = load->transaction();
      // The commit's answer alone may have been lost.
      if (load->lost()) sessions.staging.reset();
    }
    RETURN_IF_ERROR(status);
    tentative.Keep();
    ChainIsIn(chain, outcomes);
    return absl::OkStatus();
  }

  std::pair<std::string, std::string> StatementsOf(const Chain& chain) const {
    std::string out, in;
    for (size_t i = chain.begin; i < chain.end; ++i) {
      const Slice& slice = slices_[i];
      const TableCopy& table = tables_[by_relation_.at(slice.relation)];
      const rules::Relation& relation = facts_.relations[slice.relation];
      const std::string copy = CopyOutSql(relation, table.columns, slice, table.where, table.format);
      out += options_.separate_reads ? "BEGIN;" + copy + ";COMMIT;" : copy + ";";
      in += CopyInSql(relation, table.columns, slice, table.format) + ";";
    }
    return {std::move(out), std::move(in)};
  }

  absl::Status CopySlice(const Slice& slice, pg::Connection& source_session, ChainLoad* load, bool last,
                         engine::Tentative& tentative, SliceOutcome* outcome) {
    const TableCopy& table = tables_[by_relation_.at(slice.relation)];
    const Clock::time_point begin = Clock::now();
    ASSIGN_OR_RETURN(std::unique_ptr<pg::CopyOut> source,
                     pg::CopyOut::Next(source_session, table.format, last));
    engine::ThrottledSource throttled(*source, options_.limiter, &stop_);
    std::unique_ptr<copyformat::CopySink> sink = std::make_unique<engine::DiscardSink>();
    if (load != nullptr) {
      ASSIGN_OR_RETURN(sink, load->Next(table.format, last));
    }
    ASSIGN_OR_RETURN(outcome->result,
                     engine::RunSlice(throttled, *sink, table.transform.get(), engine_, stop_, tentative));
    outcome->seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return absl::OkStatus();
  }

  void ChainIsIn(const Chain& chain, const std::vector<SliceOutcome>& outcomes) {
    {
      MutexLock lock(mutex_);
      for (size_t i = chain.begin; i < chain.end; ++i) {
        const size_t index = by_relation_.at(slices_[i].relation);
        const SliceOutcome& outcome = outcomes[i - chain.begin];
        results_[index].slices.Add(outcome.result);
        results_[index].seconds += outcome.seconds;
        estimate_.Done(index, slices_[i].bytes, outcome.result.bytes_in);
      }
      options_.counters->bytes_total = estimate_.Total();
    }
    for (size_t i = chain.begin; i < chain.end; ++i) {
      const size_t index = by_relation_.at(slices_[i].relation);
      if (--left_[index] == 0) TableDone(index);
    }
  }

  std::string NameOf(const Slice& slice) const {
    const rules::Relation& relation = facts_.relations[slice.relation];
    return pg::RelationName(relation.schema, relation.name);
  }

  std::vector<std::string> NamesOf(const Chain& chain) const {
    std::vector<std::string> names;
    for (size_t i = chain.begin; i < chain.end; ++i) names.push_back(NameOf(slices_[i]));
    return names;
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
