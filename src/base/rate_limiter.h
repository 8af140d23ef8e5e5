// Bytes a second, over all who share it: a token bucket that may go into debt.
//
// DESIGN
//   What was read is known after it was read, so Take() always takes, and says how long whoever took must
//   wait before reading on. The bucket holds a quarter of a second's bytes; what is taken beyond that is paid
//   back by all who share it. So in any span of t seconds at most rate × (t + 1/4) bytes are taken, and one
//   piece more for each who shares it. The clock is monotonic: a machine whose time is set does not rush or
//   stand still.
// Threads: thread-safe.
#ifndef UNDERSTUDY_BASE_RATE_LIMITER_H_
#define UNDERSTUDY_BASE_RATE_LIMITER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/cancel.h"
#include "base/mutex.h"

namespace understudy {

class RateLimiter {
 public:
  // A monotonic time since some fixed moment; for tests.
  using Now = std::function<std::chrono::nanoseconds()>;

  // `bytes_per_second` is more than 0.
  explicit RateLimiter(uint64_t bytes_per_second, Now now = nullptr);

  std::chrono::nanoseconds Take(uint64_t bytes);
  // Takes and waits. False: cancelled meanwhile.
  bool Spend(uint64_t bytes, const CancelToken* cancel);

  uint64_t bytes_per_second() const { return bytes_per_second_; }

 private:
  const uint64_t bytes_per_second_;
  const Now now_;
  Mutex mutex_;
  double credit_ ABSL_GUARDED_BY(mutex_);  // bytes; below zero: debt
  std::chrono::nanoseconds last_ ABSL_GUARDED_BY(mutex_);
};

// "20MB", "1.5 GB/s", "512KiB", "4096" → bytes a second; kB, MB, GB, TB are decimal, KiB, MiB, GiB, TiB
// binary, case does not matter. Nothing for what is no size or more than 2^63.
std::optional<uint64_t> ParseRate(std::string_view text);

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_RATE_LIMITER_H_
