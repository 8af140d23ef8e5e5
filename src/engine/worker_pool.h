// The threads that transform batches, shared by all lanes.
//
// DESIGN: tasks run in the order in which they came, so no lane starves another. Run() must not block on
// other tasks: workers always drain the queue, which is why Submit may block and nothing can deadlock. A
// system that refuses threads leaves fewer of them; without any, who submits a task runs it.
// Ownership: a task belongs to its submitter and must live until its Run() has returned.
// Threads: thread-safe. The destructor runs what was submitted, then joins.
#ifndef UNDERSTUDY_ENGINE_WORKER_POOL_H_
#define UNDERSTUDY_ENGINE_WORKER_POOL_H_

#include <thread>
#include <vector>

#include "engine/queue.h"

namespace understudy::engine {

class Task {
 public:
  virtual void Run() = 0;

 protected:
  ~Task() = default;
};

class WorkerPool {
 public:
  // `threads` 0: one per core.
  explicit WorkerPool(int threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void Submit(Task* task) {
    if (threads_.empty()) return task->Run();
    tasks_.Push(task);
  }
  int size() const { return static_cast<int>(threads_.size()); }

 private:
  void Work();

  BoundedQueue<Task*> tasks_;
  std::vector<std::thread> threads_;
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_WORKER_POOL_H_
