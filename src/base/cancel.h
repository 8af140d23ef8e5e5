// A flag that says "stop now", set by a signal or by the first failure, polled by everything that loops.
#ifndef UNDERSTUDY_BASE_CANCEL_H_
#define UNDERSTUDY_BASE_CANCEL_H_

#include <atomic>

namespace understudy {

// Thread-safe and async-signal-safe.
class CancelToken {
 public:
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_CANCEL_H_
