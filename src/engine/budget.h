// Bytes in flight over all lanes together: what keeps memory flat whatever the number of lanes.
//
// DESIGN
//   A lane's reader acquires room before it reads a batch and waits while the budget is used up. It never
//   waits while its own lane holds nothing: so a giant row passes, every lane always gets on, and no set of
//   lanes can wait for each other. What can't be known before (a batch that came out larger, a transform's
//   output) is charged without waiting: the bytes exist already, and whoever made them must not block.
//   In flight at most: limit + for each lane one batch + what giant rows and grown outputs exceed it by.
// Threads: thread-safe.
#ifndef UNDERSTUDY_ENGINE_BUDGET_H_
#define UNDERSTUDY_ENGINE_BUDGET_H_

#include <cstddef>

#include "base/cancel.h"
#include "base/mutex.h"

namespace understudy::engine {

class Budget {
 public:
  // What one lane holds. Only Budget touches it, under its lock.
  class Share {
    friend class Budget;
    size_t held_bytes_ = 0;
    bool closed_ = false;
  };

  explicit Budget(size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // False if the share was closed or `cancel` was set while waiting; then nothing is held for this call.
  bool Acquire(Share& share, size_t bytes, const CancelToken& cancel);
  bool TryAcquire(Share& share, size_t bytes);
  void Charge(Share& share, size_t bytes);
  void Release(Share& share, size_t bytes);
  // Ends the share's waiting Acquire and refuses later ones.
  void Close(Share& share);

  size_t used_bytes() const;
  size_t peak_bytes() const;
  size_t limit_bytes() const { return limit_bytes_; }

 private:
  bool Fits(const Share& share, size_t bytes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Add(Share& share, size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t limit_bytes_;
  mutable Mutex mutex_;
  CondVar released_;
  size_t used_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t peak_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_BUDGET_H_
