// How everything below cli/ speaks: it never prints, it tells a Listener.
//
// Threads: a Listener must be thread-safe; stages call it from lanes and workers. Calls are rare (a stage,
// a table, a warning), never per row or per batch: counters that move that fast are in Counters.
#ifndef UNDERSTUDY_BASE_EVENTS_H_
#define UNDERSTUDY_BASE_EVENTS_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutex.h"

namespace understudy {

// What a stage is doing just now, in a few words; while nothing is said, what it waits for ("waits for
// rows"). Thread-safe.
class Activity {
 public:
  void Begin(std::string what) {
    const MutexLock lock(mutex_);
    what_ = std::move(what);
  }
  void End() { Begin({}); }
  void set_idle(std::string what) {
    const MutexLock lock(mutex_);
    idle_ = std::move(what);
  }
  std::string text() const {
    const MutexLock lock(mutex_);
    return what_.empty() ? idle_ : what_;
  }

 private:
  mutable Mutex mutex_;
  std::string what_ ABSL_GUARDED_BY(mutex_);
  std::string idle_ ABSL_GUARDED_BY(mutex_);
};

// What moves while a stage runs; read by the progress display at its own pace. Relaxed atomics: each value
// is exact in itself, the set is not a snapshot.
struct Counters {
  std::atomic<uint64_t> rows{0};
  std::atomic<uint64_t> bytes{0};        // bytes read from the source
  std::atomic<uint64_t> bytes_total{0};  // estimate for the whole stage, 0 if unknown
  std::atomic<uint64_t> steps{0};        // tables, indexes, files … whatever the stage counts
  std::atomic<uint64_t> steps_total{0};
  // Where lanes spend their time, all of them together, in microseconds: what the stage waits for.
  std::atomic<uint64_t> source_us{0};   // reading
  std::atomic<uint64_t> work_us{0};     // rewriting
  std::atomic<uint64_t> staging_us{0};  // writing
  Activity activity;                    // of stages that don't move rows
};

class Listener {
 public:
  virtual ~Listener() = default;
  // A stage begins or ends (DESIGN §2 names them). Stages may overlap: rows and post-data do.
  virtual void StageStarted(std::string_view stage) = 0;
  virtual void StageFinished(std::string_view stage, double seconds) = 0;
  // A warning has a stable id ("missing-extension:pg_trgm") that policy.accepted can name.
  virtual void Warning(std::string_view id, std::string_view text) = 0;
  virtual void Info(std::string_view text) = 0;
  virtual Counters& CountersOf(std::string_view stage) = 0;
};

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_EVENTS_H_
