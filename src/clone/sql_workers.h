// Sessions on the hidden database that run independent pieces of SQL side by side.
//
// DESIGN: index builds, constraint validation and ANALYZE are tasks; the heaviest waiting task runs first
// (critical path), equals in the order they came. Where a round trip is slow, small tasks go several to one
// and to one transaction, as long as there are enough for all workers; else one by one, so that what is shown
// as running is what runs. A task may submit others. The first error stops the rest. Threads: Submit may be
// called from any thread and from tasks; Drain from one. Each worker has its own session, opened when it
// first has work.
#ifndef UNDERSTUDY_CLONE_SQL_WORKERS_H_
#define UNDERSTUDY_CLONE_SQL_WORKERS_H_

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <queue>
#include <string>
#include <thread>
#include <vector>

#include "base/events.h"
#include "base/mutex.h"
#include "pg/connection.h"

namespace understudy::clone {

// From here on a round trip costs more than most small tasks; within one machine or room it takes a tenth.
inline constexpr std::chrono::milliseconds kSlowTrip{5};

// Below this the statements of a table go together: the round trips would cost more than they win.
inline constexpr uint64_t kLargeTableBytes = 16 << 20;

class SqlWorkers {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<pg::Connection>>()>;
  struct Task {
    uint64_t weight = 0;  // bytes of the table it works on
    std::string what;     // for messages: "index x of table y"
    std::string sql;
    std::function<void()> after;  // called when it succeeded, on the worker's thread; may be empty
  };

  // `activity`, if given, says which task runs; it must outlive this.
  SqlWorkers(int workers, Open open, Activity* activity = nullptr,
             std::chrono::milliseconds slow_trip = kSlowTrip);
  // Stops without waiting for what has not begun.
  ~SqlWorkers();

  void Submit(Task task);
  // Waits until nothing is left, queued or running, or something failed; the first error.
  absl::Status Drain();
  // True once a task failed: whoever feeds tasks can stop early.
  bool failed() const;

 private:
  struct Queued {
    Task task;
    uint64_t order;
    bool operator<(const Queued& other) const {
      return task.weight != other.task.weight ? task.weight < other.task.weight : order > other.order;
    }
  };
  struct Session {
    std::unique_ptr<pg::Connection> connection;
    bool slow = false;  // its round trips are
  };
  void Work();
  absl::Status OpenSession(Session* session) const;
  // The task that runs longest is what others wait for.
  void TellActivity() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The heaviest task, and, where it is slow to go again, small ones with it.
  std::vector<Task> Take(bool slow) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RunTasks(const std::vector<Task>& tasks, Session* session);

  const Open open_;
  Activity* const activity_;
  const size_t workers_;
  const std::chrono::milliseconds slow_trip_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::priority_queue<Queued> queue_ ABSL_GUARDED_BY(mutex_);
  uint64_t submitted_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<std::string> running_ ABSL_GUARDED_BY(mutex_);  // what runs, the oldest first
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

// Runs on a session of the caller's what would be a task, while no worker is busy: shown and counted alike.
absl::Status RunShown(pg::Connection& session, const std::string& sql, const std::string& what,
                      uint64_t steps, Counters& counters);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_SQL_WORKERS_H_
