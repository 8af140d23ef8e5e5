// The Listener of the program: shows stages as they go, in the form that --progress asks for.
//
// DESIGN: stages and workers report through atomics (Counters); a thread of ours looks at them at the pace
// of the display, so that showing costs the work nothing. Stages overlap; each has its own line.
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

class Progress : public Listener {
 public:
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
  struct Stage {
    std::string name;
    Counters counters;
    std::chrono::steady_clock::time_point started;
    bool running = false;
    RateWindow bytes_rate;
    RateWindow steps_rate;
  };

  Stage& Find(std::string_view name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  StageView ViewOf(Stage& stage) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run();
  void Show() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Console& console_;
  const ProgressMode mode_;
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<Stage> stages_ ABSL_GUARDED_BY(mutex_);  // a list: Counters don't move
  std::thread thread_;
};

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_PROGRESS_H_
