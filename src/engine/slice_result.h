// What became of a slice: rows, bytes, what the transforms saw, and where the time went.
//
// Ownership: values. Threads: thread-compatible.
#ifndef UNDERSTUDY_ENGINE_SLICE_RESULT_H_
#define UNDERSTUDY_ENGINE_SLICE_RESULT_H_

#include <cstdint>

#include "copyformat/row_transform.h"

namespace understudy::engine {

// Where a slice's time went. The first three are work, the rest waiting: who waits is not the limit.
struct SliceTimes {
  double read_seconds = 0;         // inside source.Read, network included
  double transform_seconds = 0;    // inside Transform, summed over workers
  double write_seconds = 0;        // inside sink.Write and sink.Finish, network included
  double reader_wait_seconds = 0;  // the reader had no free batch: workers or sink are the limit
  double worker_wait_seconds = 0;  // batches lay ready and no worker was free, summed over batches
  double writer_wait_seconds = 0;  // nothing to write: source or workers are the limit
  double total_seconds = 0;        // wall clock

  void Add(const SliceTimes& other);
};

struct SliceResult {
  uint64_t rows_read = 0;
  uint64_t rows_written = 0;  // as counted here and confirmed by the sink
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  uint64_t batches = 0;
  copyformat::TransformCounts counts;  // of all workers; empty for a relay
  SliceTimes times;

  void Add(const SliceResult& other);
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_SLICE_RESULT_H_
