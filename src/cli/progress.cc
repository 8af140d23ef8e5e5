#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/status.h"
#include "engine/guarded.h"
#include "record/state_directory.h"

namespace understudy::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFilePace{1000};
constexpr double kMicros = 1e6;

milliseconds PaceOf(ProgressMode mode) {
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

// Which of the three takes most of the lanes' time now; empty if rows don't move.
std::string WaitsFor(std::string_view stage, double source, double work, double staging) {
  const double most = std::max({source, work, staging});
  if (most <= 0) return {};
  // Reading back, staging is the source.
  const bool reads_staging = stage == "verify" || stage == "read neutralised tables";
  if (most == work) return "waits for the CPU";
  if (most == staging || reads_staging) return "waits for staging";
  return "waits for the source";
}

}  // namespace

ProgressMode ProgressModeFor(std::string_view option, const Console& console) {
  if (option == "json") return ProgressMode::kJson;
  if (option == "none") return ProgressMode::kNone;
  if (option == "bar") return ProgressMode::kBar;
  if (console.format() == LogFormat::kJson) return ProgressMode::kJson;
  return console.err_is_terminal() ? ProgressMode::kBar : ProgressMode::kPlain;
}

Progress::Progress(Console& console, ProgressOptions options)
    : console_(console), options_(std::move(options)), started_at_(std::time(nullptr)) {
  if (options_.mode == ProgressMode::kJson && !options_.run_id.empty()) {
    nlohmann::ordered_json event = EventHead("started", Now());
    event["run_id"] = options_.run_id;
    console_.Line(JsonText(event));
  }
  const bool needed = options_.mode != ProgressMode::kNone || !options_.state.empty();
  if (!needed) return;
  // Without it the run is as good; it only shows nothing on its way.
  const absl::Status started = engine::StartThread([this] { Run(); }, &thread_);
  if (!started.ok()) console_.Warning("", "no progress is shown: " + MessageOf(started));
}

Progress::Progress(Console& console, ProgressMode mode)
    : Progress(console, ProgressOptions{mode, {}, {}, {}}) {}

Progress::~Progress() { Stop(); }

void Progress::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
  if (options_.mode == ProgressMode::kBar) console_.Block({});
}

Progress::Stage& Progress::Find(std::string_view name) {
  for (Stage& stage : stages_) {
    if (stage.name == name) return stage;
  }
  Stage& stage = stages_.emplace_back();
  stage.name = name;
  return stage;
}

StageView Progress::ViewOf(Stage& stage) {
  const auto load = [](const std::atomic<uint64_t>& value) { return value.load(std::memory_order_relaxed); };
  const Counters& counters = stage.counters;
  StageView view;
  view.name = stage.name;
  view.running = stage.running;
  view.elapsed_s =
      stage.running ? std::chrono::duration<double>(Clock::now() - stage.begin).count() : stage.seconds;
  view.rows = load(counters.rows);
  view.bytes = load(counters.bytes);
  view.bytes_total = load(counters.bytes_total);
  view.steps = load(counters.steps);
  view.steps_total = load(counters.steps_total);
  if (!stage.running) return view;
  stage.bytes_rate.Add(view.elapsed_s, view.bytes);
  stage.steps_rate.Add(view.elapsed_s, view.steps);
  stage.source_rate.Add(view.elapsed_s, load(counters.source_us));
  stage.work_rate.Add(view.elapsed_s, load(counters.work_us));
  stage.staging_rate.Add(view.elapsed_s, load(counters.staging_us));
  view.bytes_per_s = stage.bytes_rate.PerSecond();
  view.steps_per_s = stage.steps_rate.PerSecond();
  view.doing = counters.activity.text();
  if (view.doing.empty()) {
    view.doing = WaitsFor(stage.name, stage.source_rate.PerSecond() / kMicros,
                          stage.work_rate.PerSecond() / kMicros, stage.staging_rate.PerSecond() / kMicros);
  }
  return view;
}

StageView Progress::Overall() {
  StageView view;
  view.name = options_.whole;
  view.running = true;
  view.elapsed_s = std::chrono::duration<double>(Clock::now() - begin_).count();
  for (const Stage& stage : stages_) {
    const uint64_t bytes = stage.counters.bytes.load(std::memory_order_relaxed);
    const uint64_t total = stage.counters.bytes_total.load(std::memory_order_relaxed);
    view.bytes += bytes;
    // What a stage that is over did not need is not to come.
    const bool over = stage.began && !stage.running;
    view.bytes_total += over ? bytes : std::max(bytes, total);
  }
  overall_rate_.Add(view.elapsed_s, view.bytes);
  view.bytes_per_s = overall_rate_.PerSecond();
  return view;
}

Counters& Progress::CountersOf(std::string_view stage) {
  MutexLock lock(mutex_);
  return Find(stage).counters;
}

void Progress::StageStarted(std::string_view name) {
  MutexLock lock(mutex_);
  Stage& stage = Find(name);
  // Stages show in the order in which they begin, not in that of their announcement.
  const auto at = std::find_if(stages_.begin(), stages_.end(), [&](const Stage& s) { return &s == &stage; });
  stages_.splice(stages_.end(), stages_, at);
  // One that begins again (a plan that is made twice) has new rates.
  for (RateWindow* rate :
       {&stage.bytes_rate, &stage.steps_rate, &stage.source_rate, &stage.work_rate, &stage.staging_rate}) {
    *rate = {};
  }
  stage.begin = Clock::now();
  stage.began = stage.running = true;
  if (options_.mode == ProgressMode::kJson) console_.Line(JsonLine("stage_started", Now(), ViewOf(stage)));
}

void Progress::StageFinished(std::string_view name, double seconds) {
  MutexLock lock(mutex_);
  Stage& stage = Find(name);
  stage.running = false;
  stage.seconds = seconds;
  const StageView view = ViewOf(stage);
  if (options_.mode == ProgressMode::kJson) console_.Line(JsonLine("stage_finished", Now(), view));
  if (options_.mode == ProgressMode::kPlain || options_.mode == ProgressMode::kBar) {
    console_.Info(DoneLine(view));
  }
}

void Progress::Warning(std::string_view id, std::string_view text) {
  {
    MutexLock lock(mutex_);
    ++warnings_;
  }
  console_.Warning(id, text);
}

void Progress::Info(std::string_view text) {
  if (options_.mode != ProgressMode::kNone) console_.Info(text);
}

void Progress::Show() {
  const ProgressMode mode = options_.mode;
  const size_t columns = mode == ProgressMode::kBar ? console_.columns() : 0;
  const bool colours = mode == ProgressMode::kBar && console_.colours();
  std::vector<StageView> views;
  if (!options_.whole.empty()) {
    StageView overall = Overall();
    if (overall.bytes_total > 0) views.push_back(std::move(overall));
  }
  const size_t overall = views.size();
  for (Stage& stage : stages_) {
    if (stage.running) views.push_back(ViewOf(stage));
  }
  std::vector<std::string> lines;
  for (size_t i = 0; i < views.size(); ++i) {
    if (mode == ProgressMode::kBar) lines.push_back(BarLine(views[i], columns, colours));
    if (mode == ProgressMode::kPlain) console_.Info(PlainLine(views[i]));
    if (mode == ProgressMode::kJson) {
      console_.Line(JsonLine(i < overall ? "overall" : "progress", Now(), views[i]));
    }
  }
  if (mode == ProgressMode::kBar) console_.Block(lines);
}

record::RunProgress Progress::Snapshot() {
  record::RunProgress snapshot;
  snapshot.run_id = options_.run_id;
  snapshot.pid = ::getpid();
  snapshot.started_at = started_at_;
  snapshot.updated_at = std::time(nullptr);
  snapshot.warnings = warnings_;
  snapshot.overall = Overall();
  for (Stage& stage : stages_) {
    if (stage.began) snapshot.stages.push_back(ViewOf(stage));
  }
  return snapshot;
}

void Progress::Run() {
  const bool file = !options_.state.empty();
  const auto pace = PaceOf(options_.mode);
  auto next_show = Clock::now() + pace, next_file = Clock::now();
  MutexLock lock(mutex_);
  while (!stopping_) {
    const auto now = Clock::now();
    if (now >= next_show) {
      if (options_.mode != ProgressMode::kNone) Show();
      next_show = now + pace;
    }
    if (file && now >= next_file) {
      const record::RunProgress snapshot = Snapshot();
      next_file = now + kFilePace;
      // Not under the lock: a disk that hangs must not stop the stages. That it can't be written is no reason
      // to end a run; who watches sees that it grows old.
      mutex_.Unlock();
      record::WriteProgress(options_.state, snapshot).IgnoreError();
      mutex_.Lock();
      continue;
    }
    const auto next = file ? std::min(next_show, next_file) : next_show;
    wake_.WaitFor(mutex_, std::chrono::ceil<milliseconds>(next - now));
  }
}

}  // namespace understudy::cli
