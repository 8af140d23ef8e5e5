// What one slice told the counters of its stage, so that a slice that fails can take it back: its rows come
// again, or never.
//
// Threads: one thread; the counters themselves are shared.
#ifndef UNDERSTUDY_ENGINE_SLICE_PROGRESS_H_
#define UNDERSTUDY_ENGINE_SLICE_PROGRESS_H_

#include <cstdint>

#include "base/events.h"

namespace understudy::engine {

class SliceProgress {
 public:
  // `counters` null: nobody looks.
  explicit SliceProgress(Counters* counters) : counters_(counters) {}

  void Add(uint64_t rows, uint64_t bytes) {
    if (counters_ == nullptr) return;
    rows_ += rows;
    bytes_ += bytes;
    counters_->rows.fetch_add(rows, std::memory_order_relaxed);
    counters_->bytes.fetch_add(bytes, std::memory_order_relaxed);
  }
  void TakeBack() {
    if (counters_ == nullptr) return;
    counters_->rows.fetch_sub(rows_, std::memory_order_relaxed);
    counters_->bytes.fetch_sub(bytes_, std::memory_order_relaxed);
  }

  Counters* counters() const { return counters_; }

 private:
  Counters* const counters_;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_SLICE_PROGRESS_H_
