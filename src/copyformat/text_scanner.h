// A batch of COPY text → rows and fields.
//
// DESIGN
//   Two stages. text_index.h finds every tab, newline and backslash of the next
//   8 KiB with vector instructions; Next() walks those positions. Indexing by
//   window and not by batch keeps the positions in the first-level cache and
//   bounds their memory whatever a row's size. A backslash makes the byte
//   behind it data, also a tab or a newline. A field is NULL if it is exactly
//   `\N`. What PostgreSQL itself would refuse or read otherwise is an error and
//   never guessed: another number of fields, a last row without newline, an
//   end-of-data marker (`\.`) anywhere, a row that ends in CR LF (its last
//   value would silently carry the CR). A table without columns has empty
//   lines.
// Use:
//   TextScanner scanner(columns);
//   scanner.Begin(batch);
//   for (Row row; scanner.Next(&row);) { … }
//   RETURN_IF_ERROR(scanner.status());
// Ownership: rows point into the batch and into the scanner; a row is valid
// until the next call. Threads: thread-compatible.
#ifndef UNDERSTUDY_COPYFORMAT_TEXT_SCANNER_H_
#define UNDERSTUDY_COPYFORMAT_TEXT_SCANNER_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "copyformat/batch.h"
#include "copyformat/row.h"
#include "copyformat/text_index.h"

namespace understudy::copyformat {

class TextScanner {
 public:
  explicit TextScanner(size_t columns);

  void Begin(const Batch& batch);
  // False at the end of the batch or at an error: ask status().
  bool Next(Row* row);
  const absl::Status& status() const { return status_; }
  size_t columns() const { return fields_.size(); }

 private:
  static constexpr uint32_t kWindowBytes = 8 << 10;

  bool Refill();                      // indexes the next window that has a separator
  bool HandleBackslash(uint32_t at);  // steps over the byte behind it
  bool NextOfNoColumns(Row* row);
  bool Fail(std::string_view what);  // always false

  const char* data_ = nullptr;
  uint32_t size_ = 0;
  uint32_t row_begin_ = 0;
  uint32_t window_end_ = 0;  // bytes before it are indexed
  size_t next_ = 0;          // the next position to look at
  size_t count_ = 0;
  uint64_t row_number_ = 0;  // within the slice, for messages
  std::unique_ptr<uint32_t[]> positions_;
  std::vector<Field> fields_;
  absl::Status status_;
};

inline bool TextScanner::Next(Row* row) {
  if (row_begin_ == size_ || !status_.ok()) return false;
  if (fields_.empty()) return NextOfNoColumns(row);
  const char* const data = data_;
  Field* field = fields_.data();
  Field* const last = field + fields_.size() - 1;
  uint32_t begin = row_begin_;
  bool escaped = false;
  for (;;) {
    if (next_ == count_ && !Refill()) return Fail("it has no newline at its end");
    const uint32_t at = positions_[next_++];
    const char separator = data[at];
    if (separator == '\\') {
      escaped = true;
      // Nearly every backslash is that of a NULL. (Behind the last byte lies
      // the buffer's slack.)
      if (data[at + 1] == 'N') continue;
      if (!HandleBackslash(at)) return false;
      continue;
    }
    if (separator != (field == last ? '\n' : '\t')) {
      return Fail(field == last ? "it has more fields than the table has columns"
                                : "it has fewer fields than the table has columns");
    }
    const char* const value = data + begin;
    const uint32_t size = at - begin;
    // Without a branch: which fields are NULL is hard to predict. The second
    // byte may be the separator.
    const bool null = (size == 2) & (value[0] == '\\') & (value[1] == 'N');
    *field = {value, null ? 0 : size, null, escaped && !null};
    begin = at + 1;
    if (field == last) break;
    escaped = false;
    ++field;
  }
  if (begin - row_begin_ > 1 && data[begin - 2] == '\r') return Fail("it ends in CR LF");
  row->raw = {data + row_begin_, begin - row_begin_};
  row->fields = fields_;
  row_begin_ = begin;
  ++row_number_;
  return true;
}

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_TEXT_SCANNER_H_
