// One view of a row for both COPY formats, and how a changed field is written back.
//
// DESIGN
//   A scanner (text_scanner.h, binary_walker.h) turns a batch into rows; a Row lists its fields as spans
//   into the batch. `value` are the bytes between separators (text: possibly with backslash escapes, then
//   `escaped` is true) or the bytes behind the length word (binary). Whoever needs the true bytes of an
//   escaped field unescapes it into scratch memory (text_escape.h). `[raw_begin, raw_end)` is what the row
//   editor replaces when the field changes: for text the field itself (or `\N`), for binary the length word
//   and the value. Everything between replaced fields is copied as maximal runs.
// Ownership: views into the batch; valid until it is cleared or grown, and until the scanner's next row.
#ifndef UNDERSTUDY_COPYFORMAT_ROW_H_
#define UNDERSTUDY_COPYFORMAT_ROW_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace understudy::copyformat {

struct Field {
  const char* value = nullptr;  // first byte of the value; undefined if null
  uint32_t size = 0;            // bytes of the value as it stands in the batch (PostgreSQL: below 1 GiB)
  bool null = false;
  bool escaped = false;  // text only: the value holds a backslash

  std::string_view view() const { return {value, size}; }
};

struct Row {
  std::string_view raw;           // the whole row: text with its newline, binary with its field count
  std::span<const Field> fields;  // as many as the table has COPY columns
};

// Codecs provide, as static functions used by templates (no virtual call per field):
//   const char* RawBegin(const Field&), const char* RawEnd(const Field&)
//   void AppendValue(std::string_view value, ByteBuffer* out)   // escapes, or writes the length word
//   void AppendNull(ByteBuffer* out)
//   static constexpr Format kFormat
// See text_codec.h and binary_codec.h.

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_ROW_H_
