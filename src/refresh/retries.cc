#include "refresh/retries.h"

#include <fmt/format.h>

#include "base/status.h"
#include "clone/retry.h"
#include "refresh/context.h"

namespace understudy::refresh {
namespace {

// Tables or tasks that a warning names; the log has all.
constexpr size_t kNamed = 10;

const char* EndName(bool staging) { return staging ? "staging" : "source"; }

// "a slice of line", "a, with 3 small tables that travel with it,"
std::string WhatTravelled(const std::vector<std::string>& tables) {
  if (tables.size() == 1) return "a slice of " + tables[0];
  return fmt::format("{}, with {} small table{} that travel{} with it,", tables[0], tables.size() - 1,
                     tables.size() == 2 ? "" : "s", tables.size() == 2 ? "s" : "");
}

absl::Status StagingHolds(RunContext& context) {
  MutexLock lock(context.maintenance_mutex);
  absl::Status alive = context.maintenance->Run("SELECT 1");
  if (alive.ok() || ExitClassOf(alive) == ExitClass::kCancelled) return alive;
  return Unreachable(
      "staging: the session that holds this run's lock was lost, too: the server went away or began "
      "anew, and what was loaded may be gone; run the refresh again");
}

// `again` is what happens after the pause: "a slice of line is copied again".
template <typename Retry>
void Tell(RunContext& context, bool staging, const Retry& retry, std::string_view again) {
  context.listener.Info(fmt::format("the connection to {} was lost ({}); {} in {:.3g} s (attempt {} of {})",
                                    EndName(staging), MessageOf(retry.cause), again,
                                    static_cast<double>(retry.pause.count()) / 1000, retry.attempt,
                                    clone::kAttempts));
}

void TellOfRows(RunContext& context, bool staging, const clone::RowsRetry& retry) {
  context.retries.Add(staging ? Retries::kToStaging : Retries::kFromSource, retry.tables);
  Tell(context, staging, retry, WhatTravelled(retry.tables) + " is copied again");
}

}  // namespace

void AllowRetries(RunContext& context, clone::RowsOptions* rows) {
  if (context.snapshot == nullptr) return;
  rows->source_holds = [&context] { return Annotate(context.snapshot->Holds(), "source"); };
  rows->staging_holds = [&context] { return StagingHolds(context); };
  rows->retrying = [&context](const clone::RowsRetry& retry) { TellOfRows(context, retry.staging, retry); };
}

void AllowRetries(RunContext& context, verify::ReadOptions* options) {
  options->holds = [&context] { return StagingHolds(context); };
  // What is read back is staging.
  options->retrying = [&context](const clone::RowsRetry& retry) {
    TellOfRows(context, /*staging=*/true, retry);
  };
}

void AllowRetries(RunContext& context, clone::SqlWorkers* workers) {
  workers->AllowRetries({.holds = [&context] { return StagingHolds(context); },
                         .retrying =
                             [&context](const clone::SqlWorkers::Retry& retry) {
                               context.retries.Add(Retries::kPostData, {retry.what});
                               Tell(context, /*staging=*/true, retry, retry.what + " is begun again");
                             },
                         .cancel = &context.cancel});
}

void ReportRetries(RunContext& context) {
  for (const Retries::Work work : {Retries::kFromSource, Retries::kToStaging, Retries::kPostData}) {
    const Retries::Tally tally = context.retries.Of(work);
    if (tally.count == 0) continue;
    const std::string times = tally.count == 1 ? "1 time" : fmt::format("{} times", tally.count);
    std::string names;
    size_t named = 0;
    for (const std::string& name : tally.what) {
      if (++named > kNamed) break;
      names += (named == 1 ? "" : ", ") + name;
    }
    if (named > kNamed) names += " …";
    if (work == Retries::kPostData) {
      context.Warn(
          record::WarningKind::kMadeAgain,
          fmt::format("the connection to staging was lost {} while indexes and constraints were made, and "
                      "what was under way was begun again: {}",
                      times, names));
      continue;
    }
    const char* end = EndName(work == Retries::kToStaging);
    context.Warn(
        {record::WarningKind::kCopiedAgain, end},
        fmt::format("the connection to {} was lost {} while rows were read or written, and {} copied again "
                    "from the same snapshot: {}",
                    end, times, tally.count == 1 ? "a slice was" : "slices were", names));
  }
}

}  // namespace understudy::refresh
