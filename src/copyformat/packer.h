// From CopyData messages to batches: what a CopySource over a connection does with each message.
//
// DESIGN: a PostgreSQL server sends one row per CopyData message (protocol documentation, "COPY
// Operations"). In binary format the header comes in front of the first row, in the same message, and the
// trailer is a message of its own (behind the header if there is no row). RowPacker strips both, counts rows
// and appends the rest; it doesn't look inside a row.
// Threads: thread-compatible.
#ifndef UNDERSTUDY_COPYFORMAT_PACKER_H_
#define UNDERSTUDY_COPYFORMAT_PACKER_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "copyformat/batch.h"

namespace understudy::copyformat {

class RowPacker {
 public:
  explicit RowPacker(Format format) : format_(format) {}

  // Call once for each cleared batch, before Append: gives it the number of its first row.
  void Begin(Batch* batch) const { batch->first_row = rows_; }

  // Appends one message's row, if it has one. An error if the message can't be what a server sends.
  absl::Status Append(std::string_view message, Batch* batch) {
    if (format_ == Format::kText || in_rows_) {
      if (message.size() <= 2 && format_ == Format::kBinary) return AppendShort(message, batch);
      if (trailer_seen_) return AfterTrailer();
      if (format_ == Format::kText && (message.empty() || message.back() != '\n')) return NoNewline();
      batch->bytes.Append(message);
      ++batch->rows;
      ++rows_;
      return absl::OkStatus();
    }
    return AppendFirst(message, batch);
  }

  // After the last message: an error if a binary stream lacks its header or trailer (it was cut).
  absl::Status Finish() const;

  static bool Full(const Batch& batch) { return batch.bytes.size() >= kBatchBytes; }
  uint64_t rows() const { return rows_; }

 private:
  absl::Status AppendFirst(std::string_view message, Batch* batch);
  absl::Status AppendShort(std::string_view message, Batch* batch);
  static absl::Status AfterTrailer();
  static absl::Status NoNewline();

  Format format_;
  bool in_rows_ = false;  // binary: the header is behind us
  bool trailer_seen_ = false;
  uint64_t rows_ = 0;
};

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_PACKER_H_
