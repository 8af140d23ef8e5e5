// Batches that are not in use, kept for the next lane that needs one.
//
// DESIGN: a batch is 256 KiB and more; getting that from the system for each read would cost a page fault
// per 4 KiB. A batch that a giant row blew up gives its memory back when it returns.
// Threads: thread-safe.
#ifndef UNDERSTUDY_ENGINE_BATCH_POOL_H_
#define UNDERSTUDY_ENGINE_BATCH_POOL_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "copyformat/batch.h"

namespace understudy::engine {

// A returned batch larger than this is shrunk: what ordinary rows and buffer growth can reach stays.
inline constexpr size_t kKeptBatchBytes = 4 * copyformat::kBatchBytes;
// Idle batches kept; more are freed.
inline constexpr size_t kMaxIdleBatches = 64;

class BatchPool {
 public:
  // An empty batch.
  std::unique_ptr<copyformat::Batch> Take() {
    {
      MutexLock lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<copyformat::Batch> batch = std::move(idle_.back());
        idle_.pop_back();
        return batch;
      }
    }
    return std::make_unique<copyformat::Batch>();
  }

  // Null is allowed and ignored.
  void Give(std::unique_ptr<copyformat::Batch> batch) {
    if (batch == nullptr) return;
    batch->Clear();
    batch->bytes.ShrinkBelow(kKeptBatchBytes);
    MutexLock lock(mutex_);
    if (idle_.size() < kMaxIdleBatches) idle_.push_back(std::move(batch));
  }

 private:
  Mutex mutex_;
  std::vector<std::unique_ptr<copyformat::Batch>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_BATCH_POOL_H_
