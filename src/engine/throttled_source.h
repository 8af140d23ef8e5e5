// A source that reads no faster than a rate it shares with others.
//
// DESIGN: it waits after each batch. The batch is on its way meanwhile only if the engine reads ahead, so a
// slice waits with what it has; the server waits because nobody reads its socket. What the sockets' buffers
// hold (a few MB) was sent, though not yet counted.
// Ownership: source and limiter outlive it. Threads: as CopySource; the limiter is shared.
#ifndef UNDERSTUDY_ENGINE_THROTTLED_SOURCE_H_
#define UNDERSTUDY_ENGINE_THROTTLED_SOURCE_H_

#include "base/cancel.h"
#include "base/rate_limiter.h"
#include "base/status.h"
#include "copyformat/copy_stream.h"

namespace understudy::engine {

class ThrottledSource : public copyformat::CopySource {
 public:
  // `limiter` null: no limit.
  ThrottledSource(copyformat::CopySource& source, RateLimiter* limiter, const CancelToken* cancel)
      : source_(source), limiter_(limiter), cancel_(cancel) {}

  absl::StatusOr<bool> Read(copyformat::Batch* batch) override {
    absl::StatusOr<bool> more = source_.Read(batch);
    if (limiter_ == nullptr || !more.ok()) return more;
    if (!limiter_->Spend(batch->bytes.size(), cancel_)) return Cancelled();
    return more;
  }

 private:
  copyformat::CopySource& source_;
  RateLimiter* const limiter_;
  const CancelToken* const cancel_;
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_THROTTLED_SOURCE_H_
