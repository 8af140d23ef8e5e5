#include "dump/fd_writer.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/status.h"

namespace understudy::dump {
namespace {

constexpr size_t kGatherBytes = 64 << 10;

}  // namespace

absl::Status FdWriter::Out(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EPIPE) return absl::AbortedError("nobody reads the output any more");
    if (n < 0) return ErrnoStatus("writing", "the output", errno);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::Status FdWriter::Flush() {
  absl::Status status = Out(gathered_);
  gathered_.clear();
  return status;
}

absl::Status FdWriter::Text(std::string_view text) {
  gathered_ += text;
  return gathered_.size() < kGatherBytes ? absl::OkStatus() : Flush();
}

absl::Status FdWriter::Write(const copyformat::Batch& batch) {
  rows_ += batch.rows;
  if (batch.bytes.size() < kGatherBytes / 2) return Text(batch.bytes.view());
  RETURN_IF_ERROR(Flush());
  return Out(batch.bytes.view());
}

absl::StatusOr<uint64_t> FdWriter::Finish() { return std::exchange(rows_, 0); }

}  // namespace understudy::dump
