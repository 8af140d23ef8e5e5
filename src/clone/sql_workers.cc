#include "clone/sql_workers.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "clone/chain_load.h"
#include "clone/retry.h"
#include "engine/guarded.h"

namespace understudy::clone {

namespace {

// Below this a task is mostly its round trip and its commit.
constexpr uint64_t kSmallTask = 1 << 20;
// Tasks of one round trip: enough to make that cost vanish, few enough for max_locks_per_transaction.
constexpr size_t kTasksPerTrip = 8;
// Round trips that each worker should still have left, so that all of them end at about the same time.
constexpr size_t kBatchesLeft = 4;

// Trips that are timed; the shortest counts, because a busy machine only makes them longer.
constexpr int kTimedTrips = 3;

// What a statement says that comes a second time: duplicate_table (indexes, too), duplicate_object,
// invalid_table_definition (a second primary key), object_not_in_prerequisite_state (an index that belongs to
// its constraint already). Should it ever mean something else, the comparison of schemas finds what is
// missing.
bool IsDone(const absl::Status& status) {
  const std::string state = SqlStateOf(status);
  return state == "42P07" || state == "42710" || state == "42P16" || state == "55000";
}

}  // namespace

SqlWorkers::SqlWorkers(int workers, Open open, Activity* activity, std::chrono::milliseconds slow_trip)
    : open_(std::move(open)),
      activity_(activity),
      workers_(static_cast<size_t>(workers)),
      slow_trip_(slow_trip) {
  threads_.reserve(workers_);
  for (size_t i = 0; i < workers_; ++i) {
    std::thread thread;
    const absl::Status started = engine::StartThread([this] { Work(); }, &thread);
    if (started.ok()) {
      threads_.push_back(std::move(thread));
    } else if (threads_.empty()) {
      MutexLock lock(mutex_);
      error_ = started;  // fewer do as well, none can't
    }
  }
}

SqlWorkers::~SqlWorkers() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void SqlWorkers::AllowRetries(Recovery recovery) { recovery_ = std::move(recovery); }

void SqlWorkers::Submit(Task task) {
  MutexLock lock(mutex_);
  if (!error_.ok()) return;
  queue_.push(Queued{std::move(task), submitted_++});
  changed_.NotifyAll();
}

absl::Status SqlWorkers::Drain() {
  MutexLock lock(mutex_);
  while (error_.ok() ? (!queue_.empty() || !running_.empty()) : !running_.empty()) changed_.Wait(mutex_);
  return error_;
}

bool SqlWorkers::failed() const {
  MutexLock lock(mutex_);
  return !error_.ok();
}

std::vector<SqlWorkers::Task> SqlWorkers::Take(bool slow) {
  std::vector<Task> tasks;
  const size_t share = queue_.size() / (kBatchesLeft * workers_);
  const size_t most = slow ? std::clamp<size_t>(share, 1, kTasksPerTrip) : 1;
  do {
    tasks.push_back(queue_.top().task);
    queue_.pop();
  } while (tasks.back().weight < kSmallTask && tasks.size() < most && !queue_.empty() &&
           tasks.back().apart.empty() && queue_.top().task.apart.empty());
  return tasks;
}

absl::Status SqlWorkers::OpenSession(Session* session) {
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> connection, open_());
  if (session->lost_backend != 0) {
    RETURN_IF_ERROR(Settle(*connection, {"", session->lost_backend}, recovery_.cancel).status());
    session->lost_backend = 0;
  }
  auto shortest = std::chrono::steady_clock::duration::max();
  for (int i = 0; i < kTimedTrips; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    RETURN_IF_ERROR(connection->Run("SELECT"));
    shortest = std::min(shortest, std::chrono::steady_clock::now() - begin);
  }
  session->slow = shortest >= slow_trip_;
  session->connection = std::move(connection);
  return absl::OkStatus();
}

absl::Status SqlWorkers::SendApart(const std::vector<std::string>& statements, Session* session) {
  if (!session->again) {
    std::string together;
    for (const std::string& statement : statements) together += "BEGIN;" + statement + ";COMMIT;";
    return session->connection->Run(together);
  }
  for (const std::string& statement : statements) {
    absl::Status status = session->connection->Run(statement);
    if (!status.ok() && !IsDone(status)) return status;
  }
  return absl::OkStatus();
}

absl::Status SqlWorkers::Send(const std::vector<Task>& tasks, Session* session) {
  if (!tasks.front().apart.empty()) return SendApart(tasks.front().apart, session);
  std::string sql;
  for (const Task& task : tasks) {
    if (!task.sql.empty()) sql += task.sql + ";\n";
  }
  if (sql.empty()) return absl::OkStatus();
  const absl::Status status = session->connection->Run(sql);
  return session->again && IsDone(status) ? absl::OkStatus() : status;
}

absl::Status SqlWorkers::RunTasks(const std::vector<Task>& tasks, Session* session) {
  if (session->connection == nullptr) RETURN_IF_ERROR(OpenSession(session));
  absl::Status together = Send(tasks, session);
  if (!together.ok()) {
    if (tasks.size() == 1) return Annotate(together, tasks.front().what);
    if (session->connection->broken() || absl::IsCancelled(together)) return together;
    // One by one, to tell which; none of them was done.
    session->divided = true;
    for (const Task& task : tasks) RETURN_IF_ERROR(RunTasks({task}, session));
    return absl::OkStatus();
  }
  for (const Task& task : tasks) {
    if (task.after) task.after();
  }
  return absl::OkStatus();
}

bool SqlWorkers::Stopped() const {
  MutexLock lock(mutex_);
  return stopping_ || !error_.ok() || (recovery_.cancel != nullptr && recovery_.cancel->cancelled());
}

absl::Status SqlWorkers::RunThrough(const std::vector<Task>& tasks, Session* session) {
  session->again = session->divided = false;
  for (int attempt = 1;; ++attempt) {
    absl::Status status = RunTasks(tasks, session);
    if (!IsLost(status) || !recovery_.holds || session->divided || attempt == kAttempts) return status;
    if (session->connection != nullptr) {
      session->lost_backend = session->connection->backend_pid();
      session->again = true;
      session->connection.reset();
    }
    RETURN_IF_ERROR(Annotate(recovery_.holds(), tasks.front().what));
    if (recovery_.retrying) {
      recovery_.retrying({tasks.front().what, attempt + 1, PauseAfter(attempt), status});
    }
    if (!PauseUnless(PauseAfter(attempt), [this] { return Stopped(); })) return Cancelled();
  }
}

void SqlWorkers::TellActivity() {
  if (activity_ == nullptr) return;
  if (running_.empty()) {
    activity_->End();
  } else {
    activity_->Begin(running_.front());
  }
}

void SqlWorkers::Work() {
  Session session;
  for (;;) {
    std::vector<Task> tasks;
    std::list<std::string>::iterator own;
    {
      MutexLock lock(mutex_);
      while (!stopping_ && (queue_.empty() || !error_.ok())) changed_.Wait(mutex_);
      if (stopping_) return;
      tasks = Take(session.slow);
      own = running_.insert(running_.end(), tasks.front().what);
      TellActivity();
    }
    const absl::Status status = engine::Guarded([&] { return RunThrough(tasks, &session); });
    MutexLock lock(mutex_);
    running_.erase(own);
    TellActivity();
    if (!status.ok() && error_.ok()) error_ = status;
    changed_.NotifyAll();
  }
}

absl::Status RunAlone(SqlWorkers& workers, std::string sql, std::string what, uint64_t steps,
                      Counters& counters) {
  workers.Submit({0, std::move(what), std::move(sql), [&counters, steps] { counters.steps += steps; }});
  return workers.Drain();
}

}  // namespace understudy::clone
