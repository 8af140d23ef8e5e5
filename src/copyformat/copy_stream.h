// Where batches come from and where they go: PostgreSQL connections, files, fakes of a test.
//
// Threads: one thread uses an object at a time; source and sink of one slice live on different threads.
#ifndef UNDERSTUDY_COPYFORMAT_COPY_STREAM_H_
#define UNDERSTUDY_COPYFORMAT_COPY_STREAM_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "copyformat/batch.h"

namespace understudy::copyformat {

class CopySource {
 public:
  virtual ~CopySource() = default;
  // Clears `batch` and fills it with whole rows, about kBatchBytes of them. False at the end of the data
  // (the batch is then empty); after false or an error, don't call again.
  virtual absl::StatusOr<bool> Read(Batch* batch) = 0;
};

class CopySink {
 public:
  virtual ~CopySink() = default;
  // Whole rows, in order. The bytes are not needed after the call.
  virtual absl::Status Write(const Batch& batch) = 0;
  // Ends the stream; returns the number of rows that the other side says it took.
  virtual absl::StatusOr<uint64_t> Finish() = 0;
  // Undoes what was written, as far as the sink can (CopyFail: PostgreSQL forgets the whole COPY).
  virtual void Abort(std::string_view reason) = 0;
};

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_COPY_STREAM_H_
