// What is done again after a lost connection: whether a run may, and what it says of it.
//
// DESIGN: rows may come again as long as two sessions live that are as old as the run: the holder of the
// snapshot, without which nothing sees the same rows, and on staging the session with the run's lock. A
// server that crashed and came back has ended that one, and may have taken back commits that this run counted
// on (they don't wait for the disk). A backup is read in one go: there a lost connection to staging ends the
// run.
//   Indexes and constraints need the second of them only.
//   Each retry is told to the listener; the record has one warning per end with the number and the tables,
// and one for indexes and constraints.
// Threads: Retries is thread-safe.
#ifndef UNDERSTUDY_REFRESH_RETRIES_H_
#define UNDERSTUDY_REFRESH_RETRIES_H_

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "clone/rows.h"
#include "clone/sql_workers.h"
#include "verify/read_back.h"

namespace understudy::refresh {

struct RunContext;

// What was lost so far in one run.
class Retries {
 public:
  enum Work { kFromSource, kToStaging, kPostData };
  struct Tally {
    uint64_t count = 0;
    std::set<std::string> what;  // tables, or tasks of post-data
  };

  void Add(Work work, const std::vector<std::string>& what) {
    MutexLock lock(mutex_);
    ++tallies_[work].count;
    tallies_[work].what.insert(what.begin(), what.end());
  }
  Tally Of(Work work) const {
    MutexLock lock(mutex_);
    return tallies_[work];
  }

 private:
  mutable Mutex mutex_;
  std::array<Tally, 3> tallies_ ABSL_GUARDED_BY(mutex_);
};

// What reads a live source; with a backup, nothing.
void AllowRetries(RunContext& context, clone::RowsOptions* rows);
// What reads staging back.
void AllowRetries(RunContext& context, verify::ReadOptions* options);
// What makes indexes and constraints.
void AllowRetries(RunContext& context, clone::SqlWorkers* workers);
// The warnings "copied-again:source", "copied-again:staging" and "made-again".
void ReportRetries(RunContext& context);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_RETRIES_H_
