// How far the running refresh is, for others: <state>/progress.json.
//
// DESIGN: the run writes it once a second, beside and renamed in, without syncing: it is worth nothing after
// a crash. A file that is not renewed for kSilence_s belongs to a run that was killed. The run that ends
// removes it after its report is there. The fields of a stage are those of the progress events
// (docs/events.schema.json). Ownership: values. Threads: thread-safe functions. Errors name the path.
#ifndef UNDERSTUDY_RECORD_PROGRESS_FILE_H_
#define UNDERSTUDY_RECORD_PROGRESS_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace understudy::record {

inline constexpr int64_t kSilence_s = 15;  // a writer that is only slow has had many turns by then

struct StageProgress {
  std::string name;
  bool running = false;
  double elapsed_s = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  uint64_t bytes_total = 0;  // 0: unknown
  uint64_t steps = 0;
  uint64_t steps_total = 0;
  double bytes_per_s = 0;
  double steps_per_s = 0;
  std::string doing;  // "index x", "waits for staging"; empty: nothing to say
};

struct RunProgress {
  std::string run_id;
  int64_t pid = 0;
  int64_t started_at = 0;  // seconds since 1970
  int64_t updated_at = 0;
  uint64_t warnings = 0;
  StageProgress overall;
  std::vector<StageProgress> stages;  // those that began, in that order
};

// 0…1, or negative if nothing is known. Never 1 before the stage says that it is done.
double Fraction(const StageProgress& stage);
// Seconds left, or negative if they can't be told.
double SecondsLeft(const StageProgress& stage);

std::string ToJson(const RunProgress& progress);
absl::StatusOr<RunProgress> ProgressFromJson(std::string_view json);

absl::Status WriteProgress(const std::string& state, const RunProgress& progress);
void RemoveProgress(const std::string& state);
// nullopt if no run is writing there now: there is no file. Whether it is fresh is for the caller to see.
absl::StatusOr<std::optional<RunProgress>> ReadProgress(const std::string& state);

}  // namespace understudy::record

#endif  // UNDERSTUDY_RECORD_PROGRESS_FILE_H_
