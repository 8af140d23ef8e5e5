// Writes to a pipe or a file: statements and batches of rows, in order.
//
// DESIGN: small writes are gathered, batches go out as they are. Whoever reads slowly makes Write wait. A
// reader that is gone is a status of its own (kAborted), since it is nobody's failure to report.
// Ownership: borrows the descriptor. Threads: one thread at a time.
#ifndef UNDERSTUDY_DUMP_FD_WRITER_H_
#define UNDERSTUDY_DUMP_FD_WRITER_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "copyformat/copy_stream.h"
#include "dump/byte_source.h"

namespace understudy::dump {

class FdWriter : public copyformat::CopySink {
 public:
  explicit FdWriter(int fd) : fd_(fd) { WidenPipe(fd); }
  absl::Status Text(std::string_view text);
  absl::Status Flush();

  // As the sink of one block: Finish ends the block's rows, not the output.
  absl::Status Write(const copyformat::Batch& batch) override;
  absl::StatusOr<uint64_t> Finish() override;
  void Abort(std::string_view) override { rows_ = 0; }

 private:
  absl::Status Out(std::string_view bytes);

  const int fd_;
  std::string gathered_;
  uint64_t rows_ = 0;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_FD_WRITER_H_
