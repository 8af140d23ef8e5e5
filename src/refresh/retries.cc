#include "refresh/retries.h"

#include <fmt/format.h>

#include "base/status.h"
#include "clone/retry.h"
#include "refresh/context.h"

namespace understudy::refresh {
namespace {

// Tables that a warning names; the log has all.
constexpr size_t kTablesNamed = 10;

const char* EndName(bool staging) { return staging ? "staging" : "source"; }

// "a slice of line", "a, with 3 small tables that travel with it,"
std::string WhatTravelled(const std::vector<std::string>& tables) {
  if (tables.size() == 1) return "a slice of " + tables[0];
  return fmt::format("{}, with {} small table{} that travel{} with it,", tables[0], tables.size() - 1,
                     tables.size() == 2 ? "" : "s", tables.size() == 2 ? "s" : "");
}

absl::Status StagingHolds(RunContext& context) {
  MutexLock lock(context.maintenance_mutex);
  const absl::Status alive = context.maintenance->Run("SELECT 1");
  if (alive.ok() || ExitClassOf(alive) == ExitClass::kCancelled) return alive;
  return Unreachable(
      "staging: the session that holds this run's lock was lost, too: the server went away or began "
      "anew, and what was loaded may be gone; run the refresh again");
}

void Tell(RunContext& context, const clone::RowsRetry& retry) {
  context.retries.Add(retry.staging, retry.tables);
  context.listener.Info(
      fmt::format("the connection to {} was lost ({}); {} is copied again in {:.3g} s (attempt {} of {})",
                  EndName(retry.staging), MessageOf(retry.cause), WhatTravelled(retry.tables),
                  static_cast<double>(retry.pause.count()) / 1000, retry.attempt, clone::kAttempts));
}

}  // namespace

void AllowRetries(RunContext& context, clone::RowsOptions* rows) {
  if (context.snapshot == nullptr) return;
  rows->source_holds = [&context] { return Annotate(context.snapshot->Holds(), "source"); };
  rows->staging_holds = [&context] { return StagingHolds(context); };
  rows->retrying = [&context](const clone::RowsRetry& retry) { Tell(context, retry); };
}

void AllowRetries(RunContext& context, verify::ReadOptions* options) {
  options->holds = [&context] { return StagingHolds(context); };
  options->retrying = [&context](const clone::RowsRetry& retry) {
    clone::RowsRetry here = retry;
    here.staging = true;  // what is read back is staging
    Tell(context, here);
  };
}

void ReportRetries(RunContext& context) {
  for (const bool staging : {false, true}) {
    const Retries::Tally tally = context.retries.Of(staging);
    if (tally.count == 0) continue;
    std::string tables;
    size_t named = 0;
    for (const std::string& table : tally.tables) {
      if (++named > kTablesNamed) break;
      tables += (named == 1 ? "" : ", ") + table;
    }
    context.Warn(
        {record::WarningKind::kCopiedAgain, EndName(staging)},
        fmt::format("the connection to {} was lost {} time{} while rows were read or written, and {} copied "
                    "again from the same snapshot: {}{}",
                    EndName(staging), tally.count, tally.count == 1 ? "" : "s",
                    tally.count == 1 ? "a slice was" : "slices were", tables,
                    tally.tables.size() > kTablesNamed ? " …" : ""));
  }
}

}  // namespace understudy::refresh
