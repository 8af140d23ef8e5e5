// Rows that are copied again after a lost connection: whether a run may, and what it says of it.
//
// DESIGN: rows may come again as long as two sessions live that are as old as the run: the holder of the
// snapshot, without which nothing sees the same rows, and on staging the session with the run's lock. A
// server that crashed and came back has ended that one, and may have taken back commits that this run counted
// on (they don't wait for the disk). A backup is read in one go: there a lost connection to staging ends the
// run.
//   Each retry is told to the listener; the record has one warning per end with the number and the tables.
// Threads: Retries is thread-safe.
#ifndef UNDERSTUDY_REFRESH_RETRIES_H_
#define UNDERSTUDY_REFRESH_RETRIES_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "clone/rows.h"
#include "verify/read_back.h"

namespace understudy::refresh {

struct RunContext;

// What was lost so far in one run.
class Retries {
 public:
  struct Tally {
    uint64_t count = 0;
    std::set<std::string> tables;
  };

  void Add(bool staging, const std::vector<std::string>& tables) {
    MutexLock lock(mutex_);
    Tally& tally = staging ? staging_ : source_;
    ++tally.count;
    tally.tables.insert(tables.begin(), tables.end());
  }
  Tally Of(bool staging) const {
    MutexLock lock(mutex_);
    return staging ? staging_ : source_;
  }

 private:
  mutable Mutex mutex_;
  Tally source_ ABSL_GUARDED_BY(mutex_);
  Tally staging_ ABSL_GUARDED_BY(mutex_);
};

// What reads a live source; with a backup, nothing.
void AllowRetries(RunContext& context, clone::RowsOptions* rows);
// What reads staging back.
void AllowRetries(RunContext& context, verify::ReadOptions* options);
// The warnings "copied-again:source" and "copied-again:staging".
void ReportRetries(RunContext& context);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_RETRIES_H_
