// The state directory: run records, the link to the newest, and the lock that keeps two runs apart.
//
// DESIGN
//   <state>/runs/<run_id>/report.{json,md,html}, <state>/latest → runs/<run_id>, <state>/lock. Files are
//   written beside and renamed in, the link is replaced by a rename: a reader sees a whole report or none.
//   Run ids begin with the UTC time, so their order is the order of the runs.
// Ownership: StateLock holds an flock(2) until it is destroyed; the kernel lets go when the process dies, so
// a killed run never blocks the next. Threads: thread-compatible. Errors name the path.
#ifndef UNDERSTUDY_RECORD_STATE_DIRECTORY_H_
#define UNDERSTUDY_RECORD_STATE_DIRECTORY_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "record/run_record.h"

namespace understudy::record {

// "20250131T020304Z-1a2b3c": the second, the fraction of it in 4096ths (two runs can begin in one second, and
// ids sort by time), and three random digits.
std::string NewRunId(absl::Time time);
// "2025-01-31T02:03:04Z"
std::string Rfc3339(int64_t unix_seconds);
// Seconds since 1970 of such a time; -1 if it is none.
int64_t ParseRfc3339(std::string_view text);

class StateLock {
 public:
  // Creates the directory if it is missing. Refused (exit 8) while another process holds the lock.
  static absl::StatusOr<StateLock> Acquire(const std::string& state);
  StateLock(StateLock&&) = default;
  StateLock& operator=(StateLock&&) = default;

 private:
  explicit StateLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

struct RunFile {
  std::string name;  // "report.json"
  std::string content;
};

// Writes the files of a run. Returns the directory.
absl::StatusOr<std::string> WriteRunFiles(const std::string& state, const std::string& run_id,
                                          const std::vector<RunFile>& files);
// And makes it the latest. What is there of the run already makes room first, but for the record: that is
// replaced, and stands first in `files`.
absl::StatusOr<std::string> WriteRun(const std::string& state, const std::string& run_id,
                                     const std::vector<RunFile>& files);

// Ids of the runs that have a report.json, newest first; none if the directory is missing.
absl::StatusOr<std::vector<std::string>> ListRuns(const std::string& state);

// Reads a run by "latest", its id, a unique beginning of its id, a run directory or a report.json. NotFound
// if there is none.
absl::StatusOr<RunRecord> LoadRun(const std::string& state, const std::string& which);

}  // namespace understudy::record

#endif  // UNDERSTUDY_RECORD_STATE_DIRECTORY_H_
