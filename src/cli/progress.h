// The Listener of the program: shows stages as they go, in the form that --progress asks for, and writes the
// run's progress file for status --watch.
//
// DESIGN: stages and workers report through atomics (Counters); a thread of ours looks at them at the pace
// of the display, so that showing costs the work nothing. Stages overlap; each has its own line. Above them
// stands the whole run: the bytes of all passes over the rows, those to come included, as far as stages have
// announced them. The terminal's width is asked at every turn, so a display follows it within one.
// Ownership: the Console must outlive it; Counters live as long as the Progress. Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_PROGRESS_H_
#define UNDERSTUDY_CLI_PROGRESS_H_

#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/events.h"
#include "base/mutex.h"
#include "cli/console.h"
#include "cli/progress_text.h"

namespace understudy::cli {

enum class ProgressMode { kBar, kPlain, kJson, kNone };

// "auto", "bar", "json", "none" for this console.
ProgressMode ProgressModeFor(std::string_view option, const Console& console);

struct ProgressOptions {
  ProgressMode mode = ProgressMode::kNone;
  std::string whole;   // what the line of the whole run is called; empty: there is none
  std::string run_id;  // of the progress file
  std::string state;   // directory of the progress file; empty: none is written
};

class Progress : public Listener {
 public:
  Progress(Console& console, ProgressOptions options);
  Progress(Console& console, ProgressMode mode);
  ~Progress() override;  // stops the display

  void StageStarted(std::string_view stage) override;
  void StageFinished(std::string_view stage, double seconds) override;
  void Warning(std::string_view id, std::string_view text) override;
  void Info(std::string_view text) override;
  Counters& CountersOf(std::string_view stage) override;

  // Ends the display; called again it does nothing.
  void Stop();

 private:
  using Clock = std::chrono::steady_clock;

  struct Stage {
    std::string name;
    Counters counters;
    Clock::time_point begin;
    bool began = false;
    bool running = false;
    double seconds = 0;  // once it is finished
    RateWindow bytes_rate, steps_rate;
    RateWindow source_rate, work_rate, staging_rate;
  };

  Stage& Find(std::string_view name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  StageView ViewOf(Stage& stage) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The whole run; without bytes while nothing is announced.
  StageView Overall() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run();
  void Show() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  record::RunProgress Snapshot() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Console& console_;
  const ProgressOptions options_;
  const Clock::time_point begin_ = Clock::now();
  const int64_t started_at_;
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t warnings_ ABSL_GUARDED_BY(mutex_) = 0;
  RateWindow overall_rate_ ABSL_GUARDED_BY(mutex_);
  std::list<Stage> stages_ ABSL_GUARDED_BY(mutex_);  // a list: Counters don't move
  std::thread thread_;
};

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_PROGRESS_H_
