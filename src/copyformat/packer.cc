#include "copyformat/packer.h"

#include "base/status.h"
#include "copyformat/binary_format.h"

namespace understudy::copyformat {

absl::Status RowPacker::AppendFirst(std::string_view message, Batch* batch) {
  if (message.size() < kBinaryHeaderBytes || message.substr(0, kBinarySignature.size()) != kBinarySignature) {
    return Failed("a COPY binary stream without its signature");
  }
  const uint32_t flags = LoadBig32(message.data() + kBinarySignature.size());
  if ((flags & kBinaryCriticalFlags) != 0) {
    return Failed("a COPY binary stream with flags that are not known (rows with oids?)");
  }
  const uint32_t extension = LoadBig32(message.data() + kBinarySignature.size() + 4);
  if (message.size() - kBinaryHeaderBytes < extension) {
    return Failed("a COPY binary stream whose header is cut off");
  }
  in_rows_ = true;
  message.remove_prefix(kBinaryHeaderBytes + extension);
  return message.empty() ? absl::OkStatus() : Append(message, batch);
}

// Two bytes are the trailer or a row of a table without columns.
absl::Status RowPacker::AppendShort(std::string_view message, Batch* batch) {
  if (trailer_seen_) return AfterTrailer();
  if (message == kBinaryTrailer) {
    trailer_seen_ = true;
    return absl::OkStatus();
  }
  if (message.size() != 2) return Failed("a COPY binary row that is cut off in the field count");
  batch->bytes.Append(message);
  ++batch->rows;
  ++rows_;
  return absl::OkStatus();
}

absl::Status RowPacker::AfterTrailer() { return Failed("a COPY binary stream goes on after its trailer"); }

absl::Status RowPacker::NoNewline() { return Failed("a COPY text row without its newline"); }

absl::Status RowPacker::Finish() const {
  if (format_ == Format::kText || trailer_seen_) return absl::OkStatus();
  return Failed(in_rows_ ? "a COPY binary stream without its trailer"
                         : "a COPY binary stream without its header");
}

}  // namespace understudy::copyformat
