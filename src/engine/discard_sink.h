// A sink that only counts: for passes that read (known values, fingerprints of a finished staging).
//
// Threads: thread-compatible.
#ifndef UNDERSTUDY_ENGINE_DISCARD_SINK_H_
#define UNDERSTUDY_ENGINE_DISCARD_SINK_H_

#include "copyformat/copy_stream.h"

namespace understudy::engine {

class DiscardSink : public copyformat::CopySink {
 public:
  absl::Status Write(const copyformat::Batch& batch) override {
    rows_ += batch.rows;
    return absl::OkStatus();
  }
  absl::StatusOr<uint64_t> Finish() override { return rows_; }
  void Abort(std::string_view /*reason*/) override {}

 private:
  uint64_t rows_ = 0;
};

}  // namespace understudy::engine

#endif  // UNDERSTUDY_ENGINE_DISCARD_SINK_H_
