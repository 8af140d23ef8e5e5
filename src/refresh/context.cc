#include "refresh/context.h"

#include <algorithm>

#include "base/status.h"
#include "engine/guarded.h"
#include "refresh/filestore_work.h"

namespace understudy::refresh {
namespace {

// A signal can't notify a condition variable, so the user's token is looked at this often.
constexpr std::chrono::milliseconds kCancelPoll{20};

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::unique_ptr<RateLimiter> LimiterOf(const SourceConfig& source) {
  if (source.max_rate == 0) return nullptr;
  return std::make_unique<RateLimiter>(source.max_rate);
}

}  // namespace

RunContext::RunContext(const RefreshOptions& o, Listener& l, const CancelToken& c, record::RunRecord* r)
    : options(o), listener(l), record(*r), limiter(LimiterOf(o.config.source)), packs(o, &stop) {
  const auto watch = [this, &c] {
    while (!done_) {
      if (c.cancelled()) stop.Cancel();
      std::this_thread::sleep_for(kCancelPoll);
    }
  };
  watches_ = engine::StartThread(watch, &cancel_watch_);
}

RunContext::~RunContext() {
  done_ = true;
  if (cancel_watch_.joinable()) cancel_watch_.join();
}

int RunContext::SourceLanes() const {
  const auto most = static_cast<int>(options.config.source.max_lanes);
  return most == 0 ? lanes : std::min(lanes, most);
}

absl::StatusOr<std::unique_ptr<pg::Connection>> RunContext::OpenHidden(const CancelToken* token) const {
  pg::ConnOptions target(staging.options);
  target["dbname"] = hidden;
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> connection, pg::Connection::Open(target, token));
  RETURN_IF_ERROR(clone::PrepareStagingSession(*connection, catalog.database.encoding));
  return connection;
}

absl::StatusOr<std::unique_ptr<pg::Connection>> RunContext::OpenSourceSchema(const CancelToken* token) {
  if (snapshot != nullptr) return snapshot->Import(token);
  pg::ConnOptions target(staging.options);
  target["dbname"] = probe;
  return pg::OpenSource(target, token);
}

void RunContext::Warn(const record::WarningId& id, const std::string& text) {
  const bool accepted = options.config.policy.Accepts(id.text());
  {
    MutexLock lock(record_mutex_);
    const bool said = std::any_of(record.warnings.begin(), record.warnings.end(),
                                  [&](const record::Warning& earlier) { return id == earlier.id; });
    if (said) return;
    record.warnings.push_back({id.text(), text, accepted});
  }
  if (!accepted) listener.Warning(id.text(), text);
}

void RunContext::WarnOfAccepted(record::WarningScope scope) {
  const std::vector<std::string>& accepted = options.config.policy.accepted;
  std::vector<std::string> found(plan.found_ids.begin(), plan.found_ids.end());
  for (const record::Warning& warning : record.warnings) found.push_back(warning.id);
  for (const auto& problems :
       {record::UnknownAccepted(accepted), record::StaleAccepted(accepted, scope, found)}) {
    for (const record::AcceptedProblem& problem : problems) Warn(problem.id, problem.text);
  }
}

void RunContext::AddStage(record::Stage stage) {
  MutexLock lock(record_mutex_);
  record.stages.push_back(std::move(stage));
}

StageScope::StageScope(RunContext& context, std::string name)
    : context_(context),
      name_(std::move(name)),
      begin_(std::chrono::steady_clock::now()),
      counters_(context.listener.CountersOf(name_)) {
  context_.listener.StageStarted(name_);
}

StageScope::~StageScope() {
  record::Stage stage;
  stage.name = name_;
  stage.seconds = SecondsSince(begin_);
  stage.started_s = SecondsSince(context_.started) - stage.seconds;
  stage.rows = counters_.rows;
  stage.bytes = counters_.bytes;
  context_.listener.StageFinished(name_, stage.seconds);
  context_.AddStage(std::move(stage));
}

}  // namespace understudy::refresh
