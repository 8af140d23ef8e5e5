#include "engine/budget.h"

#include <algorithm>
#include <chrono>

namespace understudy::engine {

// A signal can't notify a condition variable, so waiting looks at the token at this pace.
constexpr std::chrono::milliseconds kCancelPoll{50};

bool Budget::Fits(const Share& share, size_t bytes) const {
  return share.held_bytes_ == 0 || used_bytes_ + bytes <= limit_bytes_;
}

void Budget::Add(Share& share, size_t bytes) {
  share.held_bytes_ += bytes;
  used_bytes_ += bytes;
  peak_bytes_ = std::max(peak_bytes_, used_bytes_);
}

bool Budget::Acquire(Share& share, size_t bytes, const CancelToken& cancel) {
  MutexLock lock(mutex_);
  while (!share.closed_ && !cancel.cancelled()) {
    if (Fits(share, bytes)) {
      Add(share, bytes);
      return true;
    }
    released_.WaitFor(mutex_, kCancelPoll);
  }
  return false;
}

bool Budget::TryAcquire(Share& share, size_t bytes) {
  MutexLock lock(mutex_);
  if (share.closed_ || !Fits(share, bytes)) return false;
  Add(share, bytes);
  return true;
}

void Budget::Charge(Share& share, size_t bytes) {
  MutexLock lock(mutex_);
  Add(share, bytes);
}

void Budget::Release(Share& share, size_t bytes) {
  MutexLock lock(mutex_);
  share.held_bytes_ -= bytes;
  used_bytes_ -= bytes;
  released_.NotifyAll();
}

void Budget::Close(Share& share) {
  MutexLock lock(mutex_);
  share.closed_ = true;
  released_.NotifyAll();
}

size_t Budget::used_bytes() const {
  MutexLock lock(mutex_);
  return used_bytes_;
}

size_t Budget::peak_bytes() const {
  MutexLock lock(mutex_);
  return peak_bytes_;
}

}  // namespace understudy::engine
