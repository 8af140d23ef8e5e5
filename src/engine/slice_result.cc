#include "engine/slice_result.h"

namespace understudy::engine {

void SliceTimes::Add(const SliceTimes& other) {
  read_seconds += other.read_seconds;
  transform_seconds += other.transform_seconds;
  write_seconds += other.write_seconds;
  reader_wait_seconds += other.reader_wait_seconds;
  worker_wait_seconds += other.worker_wait_seconds;
  writer_wait_seconds += other.writer_wait_seconds;
  total_seconds += other.total_seconds;
}

void SliceResult::Add(const SliceResult& other) {
  rows_read += other.rows_read;
  rows_written += other.rows_written;
  bytes_in += other.bytes_in;
  bytes_out += other.bytes_out;
  batches += other.batches;
  counts.Add(other.counts);
  times.Add(other.times);
}

}  // namespace understudy::engine
