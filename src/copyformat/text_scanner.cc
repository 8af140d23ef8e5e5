#include "copyformat/text_scanner.h"

#include <algorithm>
#include <limits>

#include "base/status.h"
#include "fmt/format.h"

namespace understudy::copyformat {

TextScanner::TextScanner(size_t columns)
    : positions_(std::make_unique_for_overwrite<uint32_t[]>(kWindowBytes + kIndexSlack)), fields_(columns) {}

void TextScanner::Begin(const Batch& batch) {
  data_ = batch.bytes.data();
  row_begin_ = window_end_ = 0;
  next_ = count_ = 0;
  row_number_ = batch.first_row;
  status_ = absl::OkStatus();
  // Positions are 32 bits wide; a row is below 1 GiB, so a larger batch is a source's mistake.
  if (batch.bytes.size() > std::numeric_limits<uint32_t>::max()) {
    size_ = 0;
    status_ = Failed("a batch of COPY text is larger than 4 GiB");
    return;
  }
  size_ = static_cast<uint32_t>(batch.bytes.size());
}

bool TextScanner::Refill() {
  next_ = count_ = 0;
  while (count_ == 0 && window_end_ < size_) {
    const uint32_t bytes = std::min(kWindowBytes, size_ - window_end_);
    count_ = IndexSeparators(data_ + window_end_, bytes, window_end_, positions_.get());
    window_end_ += bytes;
  }
  return count_ != 0;
}

bool TextScanner::HandleBackslash(uint32_t at) {
  if (at + 1 == size_) return true;  // then there is no newline, and Next says so
  const char escaped = data_[at + 1];
  if (escaped == '.') return Fail("it holds an end-of-data marker");
  if (escaped == '\t' || escaped == '\n' || escaped == '\\') {
    // That byte has a position of its own, right behind this one.
    if (next_ == count_) Refill();
    ++next_;
  }
  return true;
}

bool TextScanner::NextOfNoColumns(Row* row) {
  if (data_[row_begin_] != '\n') return Fail("it has more fields than the table has columns");
  row->raw = {data_ + row_begin_, 1};
  row->fields = {};
  ++row_begin_;
  ++row_number_;
  return true;
}

bool TextScanner::Fail(std::string_view what) {
  status_ = Failed(fmt::format("row {} (COPY text, {} columns): {}", row_number_ + 1, fields_.size(), what));
  return false;
}

}  // namespace understudy::copyformat
