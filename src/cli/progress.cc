#include "cli/progress.h"

#include <ctime>

#include "record/state_directory.h"

namespace understudy::cli {
namespace {

std::chrono::milliseconds PaceOf(ProgressMode mode) {
  using std::chrono::milliseconds;
  switch (mode) {
    case ProgressMode::kBar:
      return milliseconds(200);
    case ProgressMode::kJson:
      return milliseconds(1000);
    case ProgressMode::kPlain:
    case ProgressMode::kNone:
      break;
  }
  return milliseconds(10'000);  // a log of a night's run stays readable
}

std::string Now() { return record::Rfc3339(std::time(nullptr)); }

}  // namespace

ProgressMode ProgressModeFor(std::string_view option, const Console& console) {
  if (option == "json") return ProgressMode::kJson;
  if (option == "none") return ProgressMode::kNone;
  if (option == "bar") return ProgressMode::kBar;
  if (console.format() == LogFormat::kJson) return ProgressMode::kJson;
  return console.err_is_terminal() ? ProgressMode::kBar : ProgressMode::kPlain;
}

Progress::Progress(Console& console, ProgressMode mode) : console_(console), mode_(mode) {
  if (mode_ != ProgressMode::kNone) thread_ = std::thread([this] { Run(); });
}

Progress::~Progress() { Stop(); }

void Progress::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
  if (mode_ == ProgressMode::kBar) console_.Block({});
}

Progress::Stage& Progress::Find(std::string_view name) {
  for (Stage& stage : stages_) {
    if (stage.name == name) return stage;
  }
  Stage& stage = stages_.emplace_back();
  stage.name = name;
  stage.started = std::chrono::steady_clock::now();
  return stage;
}

StageView Progress::ViewOf(Stage& stage) {
  const auto now = std::chrono::steady_clock::now();
  StageView view;
  view.name = stage.name;
  view.elapsed_s = std::chrono::duration<double>(now - stage.started).count();
  view.rows = stage.counters.rows.load(std::memory_order_relaxed);
  view.bytes = stage.counters.bytes.load(std::memory_order_relaxed);
  view.bytes_total = stage.counters.bytes_total.load(std::memory_order_relaxed);
  view.steps = stage.counters.steps.load(std::memory_order_relaxed);
  view.steps_total = stage.counters.steps_total.load(std::memory_order_relaxed);
  stage.bytes_rate.Add(view.elapsed_s, view.bytes);
  stage.steps_rate.Add(view.elapsed_s, view.steps);
  view.bytes_per_s = stage.bytes_rate.PerSecond();
  view.steps_per_s = stage.steps_rate.PerSecond();
  return view;
}

Counters& Progress::CountersOf(std::string_view stage) {
  MutexLock lock(mutex_);
  return Find(stage).counters;
}

void Progress::StageStarted(std::string_view name) {
  MutexLock lock(mutex_);
  Stage& stage = Find(name);
  stage.started = std::chrono::steady_clock::now();
  stage.running = true;
  if (mode_ == ProgressMode::kJson) console_.Line(JsonLine("stage_started", Now(), ViewOf(stage)));
}

void Progress::StageFinished(std::string_view name, double seconds) {
  MutexLock lock(mutex_);
  Stage& stage = Find(name);
  stage.running = false;
  StageView view = ViewOf(stage);
  view.elapsed_s = seconds;
  if (mode_ == ProgressMode::kJson) console_.Line(JsonLine("stage_finished", Now(), view));
  if (mode_ == ProgressMode::kPlain || mode_ == ProgressMode::kBar) console_.Info(DoneLine(view));
}

void Progress::Warning(std::string_view id, std::string_view text) { console_.Warning(id, text); }

void Progress::Info(std::string_view text) {
  if (mode_ != ProgressMode::kNone) console_.Info(text);
}

void Progress::Show() {
  std::vector<std::string> lines;
  const size_t columns = mode_ == ProgressMode::kBar ? console_.columns() : 0;
  const bool colours = mode_ == ProgressMode::kBar && console_.colours();
  for (Stage& stage : stages_) {
    if (!stage.running) continue;
    const StageView view = ViewOf(stage);
    if (mode_ == ProgressMode::kBar) lines.push_back(BarLine(view, columns, colours));
    if (mode_ == ProgressMode::kPlain) console_.Info(PlainLine(view));
    if (mode_ == ProgressMode::kJson) console_.Line(JsonLine("progress", Now(), view));
  }
  if (mode_ == ProgressMode::kBar) console_.Block(lines);
}

void Progress::Run() {
  const auto pace = PaceOf(mode_);
  auto next = std::chrono::steady_clock::now() + pace;
  MutexLock lock(mutex_);
  while (!stopping_) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next) {
      wake_.WaitFor(mutex_, std::chrono::ceil<std::chrono::milliseconds>(next - now));
      continue;
    }
    Show();
    next = now + pace;
  }
}

}  // namespace understudy::cli
