// Sessions on the hidden database that run independent pieces of SQL side by side.
//
// DESIGN: index builds, constraint validation and ANALYZE are tasks; the heaviest waiting task runs first
// (critical path), equals in the order they came. Where a round trip is slow, small tasks go several to one
// and to one transaction, as long as there are enough for all workers; else one by one, so that what is shown
// as running is what runs. A task may submit others. The first error stops the rest.
//   A lost connection does not, if the caller allows it: an index of hours is worth another attempt. What a
// task sends is one transaction, or several that each can come again, so when its old backend is gone it was
// done wholly or not at all; and what was done says so the second time ("already exists").
// Threads: Submit may be called from any thread and from tasks; Drain from one. Each worker has its own
// session, opened when it first has work.
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

#include "base/cancel.h"
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
    uint64_t weight = 0;                  // bytes of the table it works on
    std::string what;                     // for messages: "index x of table y"
    std::string sql;                      // one transaction
    std::function<void()> after;          // called when it succeeded, on the worker's thread; may be empty
    std::vector<std::string> apart = {};  // instead of sql: each statement is a transaction of its own
  };
  // A task about to be begun again.
  struct Retry {
    std::string what;
    int attempt = 0;  // the next one, from 2
    std::chrono::milliseconds pause{0};
    absl::Status cause;
  };
  struct Recovery {
    std::function<absl::Status()> holds;         // an error: what was done before may be lost, too
    std::function<void(const Retry&)> retrying;  // told before the pause, on a worker's thread
    const CancelToken* cancel = nullptr;
  };

  // `activity`, if given, says which task runs; it must outlive this.
  SqlWorkers(int workers, Open open, Activity* activity = nullptr,
             std::chrono::milliseconds slow_trip = kSlowTrip);
  // Stops without waiting for what has not begun.
  ~SqlWorkers();

  // Lost connections are made again (clone/retry.h). Before the first Submit.
  void AllowRetries(Recovery recovery);
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
    bool slow = false;     // its round trips are
    int lost_backend = 0;  // of a connection that broke: may still be at work
    bool again = false;    // what runs may have been done by it
    bool divided = false;  // some of what runs together are done, others not: it must not come again
  };
  void Work();
  absl::Status Send(const std::vector<Task>& tasks, Session* session);
  absl::Status SendApart(const std::vector<std::string>& statements, Session* session);
  // The workers are stopping, or the run is.
  bool Stopped() const;
  absl::Status RunThrough(const std::vector<Task>& tasks, Session* session);
  absl::Status OpenSession(Session* session);
  // The task that runs longest is what others wait for.
  void TellActivity() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The heaviest task, and, where it is slow to go again, small ones with it.
  std::vector<Task> Take(bool slow) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RunTasks(const std::vector<Task>& tasks, Session* session);

  const Open open_;
  Activity* const activity_;
  const size_t workers_;
  const std::chrono::milliseconds slow_trip_;
  Recovery recovery_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::priority_queue<Queued> queue_ ABSL_GUARDED_BY(mutex_);
  uint64_t submitted_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<std::string> running_ ABSL_GUARDED_BY(mutex_);  // what runs, the oldest first
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

// One task while no worker is busy, to its end; counts its steps.
absl::Status RunAlone(SqlWorkers& workers, std::string sql, std::string what, uint64_t steps,
                      Counters& counters);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_SQL_WORKERS_H_
