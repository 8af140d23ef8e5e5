// What all lanes of a run share: the workers, the budget of bytes in flight, the idle batches.
//
// Ownership: must outlive every RunSlice that uses it. Threads: thread-safe.
#ifndef UNDERSTUDY_ENGINE_ENGINE_H_
#define UNDERSTUDY_ENGINE_ENGINE_H_

#include <algorithm>
#include <cstddef>

#include "engine/batch_pool.h"
#include "engine/budget.h"
#include "engine/worker_pool.h"

namespace understudy::engine {

// Batches that one lane may have between its reader and its writer: enough to bridge the pauses of both
// ends (8 × 256 KiB is a few milliseconds of a fast connection), and two for each worker, so that a run
// with a single lane still keeps every core busy.
inline constexpr size_t kMinBatchesPerLane = 8;
inline constexpr size_t kBatchesPerWorker = 2;

struct EngineOptions {
  int workers = 0;                         // threads that transform; 0 is one per core
  size_t budget_bytes = size_t{64} << 20;  // in flight over all lanes (budget.h says what that bounds)
};

class Engine {
 public:
  explicit Engine(const EngineOptions& options) : workers_(options.workers), budget_(options.budget_bytes) {}

  WorkerPool& workers() { return workers_; }
  Budget& budget() { return budget_; }
  BatchPool& batches() { return batches_; }
  size_t batches_per_lane() const {
    return std::max(kMinBatchesPerLane, kBatchesPerWorker * static_cast<size_t>(workers_.size()));
  }

 private:
  WorkerPool workers_;
  Budget budget_;
  BatchPool batches_;
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_ENGINE_H_
