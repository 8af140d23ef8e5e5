// What the slices of one transaction told and gathered, until it is known whether they are in.
//
// DESIGN: rows of a transaction that fails come again, or never; so what they added to the progress is taken
// back, and what their transforms gathered (fingerprints, findings, known values) is dropped with them. Small
// tables share a transaction: none of them counts before all are in.
// Ownership: holds the transforms of slices that have ended. Threads: one thread; the counters are shared.
#ifndef UNDERSTUDY_ENGINE_TENTATIVE_H_
#define UNDERSTUDY_ENGINE_TENTATIVE_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/events.h"
#include "copyformat/row_transform.h"

namespace understudy::engine {

class Tentative {
 public:
  // `counters` null: nobody looks.
  explicit Tentative(Counters* counters) : counters_(counters) {}
  ~Tentative() {
    if (counters_ == nullptr) return;
    counters_->rows.fetch_sub(rows_, std::memory_order_relaxed);
    counters_->bytes.fetch_sub(bytes_, std::memory_order_relaxed);
  }
  Tentative(const Tentative&) = delete;
  Tentative& operator=(const Tentative&) = delete;

  void Add(uint64_t rows, uint64_t bytes) {
    if (counters_ == nullptr) return;
    rows_ += rows;
    bytes_ += bytes;
    counters_->rows.fetch_add(rows, std::memory_order_relaxed);
    counters_->bytes.fetch_add(bytes, std::memory_order_relaxed);
  }
  void Add(std::unique_ptr<copyformat::RowTransform> transform) {
    transforms_.push_back(std::move(transform));
  }

  // They are in.
  void Keep() {
    for (const auto& transform : transforms_) transform->Keep();
    transforms_.clear();
    rows_ = bytes_ = 0;
  }

  Counters* counters() const { return counters_; }

 private:
  Counters* const counters_;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
  std::vector<std::unique_ptr<copyformat::RowTransform>> transforms_;
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_TENTATIVE_H_
