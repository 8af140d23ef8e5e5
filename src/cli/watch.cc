#include "cli/watch.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>
#include <vector>

#include "base/status.h"
#include "cli/progress.h"
#include "record/state_directory.h"

namespace understudy::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLook{250};  // the file changes once a second

bool IsFresh(const record::RunProgress& progress) {
  return std::time(nullptr) - progress.updated_at <= record::kSilence_s;
}

milliseconds PaceOf(ProgressMode mode) {
  return mode == ProgressMode::kBar    ? kLook
         : mode == ProgressMode::kJson ? milliseconds(1000)
                                       : milliseconds(10'000);
}

void Show(Console& console, ProgressMode mode, const record::RunProgress& progress) {
  std::vector<StageView> views;
  if (progress.overall.bytes_total > 0) views.push_back(progress.overall);
  const size_t overall = views.size();
  for (const StageView& stage : progress.stages) {
    if (stage.running) views.push_back(stage);
  }
  std::vector<std::string> lines;
  const size_t columns = mode == ProgressMode::kBar ? console.columns() : 0;
  const std::string time = record::Rfc3339(progress.updated_at);
  for (size_t i = 0; i < views.size(); ++i) {
    if (mode == ProgressMode::kBar) lines.push_back(BarLine(views[i], columns, console.colours()));
    if (mode == ProgressMode::kPlain) console.Info(PlainLine(views[i]));
    if (mode == ProgressMode::kJson)
      console.Line(JsonLine(i < overall ? "overall" : "progress", time, views[i]));
  }
  if (mode == ProgressMode::kBar) console.Block(lines);
}

// Stages that ended since the last look, as the refresh says it.
void ShowDone(Console& console, ProgressMode mode, const record::RunProgress& progress,
              std::set<std::string>* said) {
  for (const StageView& stage : progress.stages) {
    if (stage.running || !said->insert(stage.name).second) continue;
    if (mode == ProgressMode::kJson) {
      console.Line(JsonLine("stage_finished", record::Rfc3339(progress.updated_at), stage));
    } else if (mode != ProgressMode::kNone) {
      console.Info(DoneLine(stage));
    }
  }
}

}  // namespace

absl::StatusOr<std::optional<record::RunProgress>> RunningNow(const std::string& state) {
  ASSIGN_OR_RETURN(std::optional<record::RunProgress> progress, record::ReadProgress(state));
  if (progress.has_value() && !IsFresh(*progress)) progress.reset();
  return progress;
}

absl::StatusOr<bool> WatchRun(Session& session, const std::string& state) {
  Console& console = session.console;
  const ProgressMode mode = ProgressModeFor(session.args.Text(OptionId::kProgress), console);
  ASSIGN_OR_RETURN(std::optional<record::RunProgress> progress, record::ReadProgress(state));
  if (!progress.has_value()) {
    console.Info("no refresh is running");
    return true;
  }
  const std::string run_id = progress->run_id;
  console.Info(fmt::format("watching {}", run_id));
  auto next = std::chrono::steady_clock::now();
  for (std::set<std::string> said; progress.has_value() && progress->run_id == run_id;) {
    if (session.cancel.cancelled()) {
      console.Block({});
      return false;
    }
    if (!IsFresh(*progress)) {
      console.Block({});
      return Failed(
          fmt::format("{} gives no sign of life since {}: it was killed, or its disk hangs; staging is as it "
                      "was, and the next refresh cleans up",
                      run_id, record::Rfc3339(progress->updated_at)));
    }
    ShowDone(console, mode, *progress, &said);
    if (mode != ProgressMode::kNone && std::chrono::steady_clock::now() >= next) {
      Show(console, mode, *progress);
      next = std::chrono::steady_clock::now() + PaceOf(mode);
    }
    std::this_thread::sleep_for(kLook);
    ASSIGN_OR_RETURN(progress, record::ReadProgress(state));
  }
  console.Block({});
  return true;
}

}  // namespace understudy::cli
