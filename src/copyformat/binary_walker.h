// A batch of COPY binary → rows and fields, by walking the lengths.
//
// DESIGN: nothing is searched; each field costs one length word. Every length is checked against what the
// batch still holds, so malformed input is an error with the row's number and never a read outside.
// Use, ownership, threads: as TextScanner (text_scanner.h).
#ifndef UNDERSTUDY_COPYFORMAT_BINARY_WALKER_H_
#define UNDERSTUDY_COPYFORMAT_BINARY_WALKER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "copyformat/batch.h"
#include "copyformat/binary_format.h"
#include "copyformat/row.h"

namespace understudy::copyformat {

class BinaryWalker {
 public:
  explicit BinaryWalker(size_t columns) : fields_(columns) {}

  void Begin(const Batch& batch) {
    at_ = batch.bytes.data();
    end_ = at_ + batch.bytes.size();
    row_number_ = batch.first_row;
    status_ = absl::OkStatus();
  }
  // False at the end of the batch or at an error: ask status().
  bool Next(Row* row);
  const absl::Status& status() const { return status_; }
  size_t columns() const { return fields_.size(); }

 private:
  bool Fail(std::string_view what);  // always false
  bool FailCount(int count);         // always false

  const char* at_ = nullptr;
  const char* end_ = nullptr;
  uint64_t row_number_ = 0;  // within the slice, for messages
  std::vector<Field> fields_;
  absl::Status status_;
};

inline bool BinaryWalker::Next(Row* row) {
  if (at_ == end_ || !status_.ok()) return false;
  if (end_ - at_ < 2) return Fail("it is cut off in the field count");
  const char* at = at_;
  const int count = static_cast<int16_t>(LoadBig16(at));
  if (count < 0 || static_cast<size_t>(count) != fields_.size()) return FailCount(count);
  at += 2;
  for (Field& field : fields_) {
    if (end_ - at < 4) return Fail("it is cut off in a field's length");
    const int32_t length = static_cast<int32_t>(LoadBig32(at));
    at += 4;
    if (length >= 0) {
      if (end_ - at < length) return Fail("it is cut off in a field");
      field = {at, static_cast<uint32_t>(length), false, false};
      at += length;
    } else {
      if (length != kBinaryNull) return Fail("a field has a negative length");
      field = {at, 0, true, false};
    }
  }
  row->raw = {at_, static_cast<size_t>(at - at_)};
  row->fields = fields_;
  at_ = at;
  ++row_number_;
  return true;
}

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_BINARY_WALKER_H_
