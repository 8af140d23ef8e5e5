// Writes a batch back with some fields replaced and some rows dropped.
//
// DESIGN: `copied_` points at the first input byte that is not in the output yet. Replacing a field copies
// everything from there up to the field in one memcpy, then writes the new value; so what no one touches,
// within a row or over many rows, goes through in maximal runs and is never looked at again.
// Contract: fields are replaced in the order in which they stand; a row is dropped before any of its fields
// is replaced.
// Ownership: in and out must outlive the editor's use between Begin and Finish, and must differ.
// Threads: thread-compatible.
#ifndef UNDERSTUDY_COPYFORMAT_ROW_EDITOR_H_
#define UNDERSTUDY_COPYFORMAT_ROW_EDITOR_H_

#include <cassert>
#include <cstdint>
#include <string_view>

#include "copyformat/batch.h"
#include "copyformat/row.h"

namespace understudy::copyformat {

template <class Codec>
class RowEditor {
 public:
  // Clears `out` and gives it the input's first row number.
  void Begin(const Batch& in, Batch* out) {
    in_ = &in;
    out_ = out;
    out->Clear();
    out->first_row = in.first_row;
    copied_ = in.bytes.data();
    dropped_ = 0;
    // Most batches keep about their size: one growth instead of several.
    out->bytes.Reserve(in.bytes.size());
  }

  void Replace(const Field& field, std::string_view value) {
    CopyUpTo(Codec::RawBegin(field));
    Codec::AppendValue(value, &out_->bytes);
    copied_ = Codec::RawEnd(field);
  }

  void ReplaceNull(const Field& field) {
    CopyUpTo(Codec::RawBegin(field));
    Codec::AppendNull(&out_->bytes);
    copied_ = Codec::RawEnd(field);
  }

  void DropRow(const Row& row) {
    CopyUpTo(row.raw.data());
    copied_ = row.raw.data() + row.raw.size();
    ++dropped_;
  }

  // Copies the rest and sets out->rows. Only after every row was scanned without an error.
  void Finish() {
    CopyUpTo(in_->bytes.data() + in_->bytes.size());
    out_->rows = in_->rows - dropped_;
  }

 private:
  void CopyUpTo(const char* at) {
    assert(copied_ <= at);
    out_->bytes.Append(copied_, static_cast<size_t>(at - copied_));
  }

  const Batch* in_ = nullptr;
  Batch* out_ = nullptr;
  const char* copied_ = nullptr;
  uint64_t dropped_ = 0;
};

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_ROW_EDITOR_H_
