// What the engine runs and the rules implement: a function from a batch to a batch.
//
// Threads: a TransformFactory is immutable and thread-safe. A RowTransform belongs to one worker at a time;
// it may keep scratch memory and counters. The result for a row depends on nothing but the row (invariant
// "deterministic"), so it does not matter which worker gets which batch.
#ifndef UNDERSTUDY_COPYFORMAT_ROW_TRANSFORM_H_
#define UNDERSTUDY_COPYFORMAT_ROW_TRANSFORM_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "copyformat/batch.h"

namespace understudy::copyformat {

// What a transform saw; added up over workers and slices.
struct TransformCounts {
  uint64_t rows_in = 0;
  uint64_t rows_out = 0;          // rows_in minus rows that a filter dropped
  std::vector<uint64_t> changed;  // by position in the COPY column list: values that are not the same

  void Add(const TransformCounts& other) {
    rows_in += other.rows_in;
    rows_out += other.rows_out;
    if (changed.size() < other.changed.size()) changed.resize(other.changed.size());
    for (size_t i = 0; i < other.changed.size(); ++i) changed[i] += other.changed[i];
  }
};

class RowTransform {
 public:
  virtual ~RowTransform() = default;
  // Clears `out` and writes the treated rows of `in` to it; `in` stays as it is. Sets out->rows and
  // out->first_row. An error names the row's number and the column, never a value.
  virtual absl::Status Transform(const Batch& in, Batch* out) = 0;
  // The slice is in: what was gathered on the way (fingerprints, findings, known values) counts. At most
  // once, after the last Transform. Of a transform that ends without it nothing counts: its rows will come
  // again, or never.
  virtual void Keep() {}
  virtual const TransformCounts& counts() const = 0;
};

class TransformFactory {
 public:
  virtual ~TransformFactory() = default;
  virtual std::unique_ptr<RowTransform> New() const = 0;
};

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_ROW_TRANSFORM_H_
