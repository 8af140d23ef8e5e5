// A few columns of a table's rows as texts: for what is read from a dump besides streaming it.
//
// Ownership: views live until the next row. Threads: thread-compatible.
#ifndef UNDERSTUDY_DUMP_ROW_TEXTS_H_
#define UNDERSTUDY_DUMP_ROW_TEXTS_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "copyformat/text_escape.h"
#include "copyformat/text_scanner.h"
#include "dump/statement.h"

namespace understudy::dump {

class RowTexts {
 public:
  // `wanted`: names; one that the table lacks reads as NULL.
  RowTexts(const CopyHeader& copy, const std::vector<std::string>& wanted)
      : scanner_(copy.columns.size()), scratch_(wanted.size()), texts_(wanted.size()), nulls_(wanted.size()) {
    for (const std::string& name : wanted) {
      const auto found = std::find(copy.columns.begin(), copy.columns.end(), name);
      fields_.push_back(found == copy.columns.end() ? -1 : static_cast<int>(found - copy.columns.begin()));
    }
  }

  void Begin(const copyformat::Batch& batch) { scanner_.Begin(batch); }
  bool Next() {
    copyformat::Row row;
    if (!scanner_.Next(&row)) return false;
    for (size_t i = 0; i < fields_.size(); ++i) {
      nulls_[i] = fields_[i] < 0 || row.fields[static_cast<size_t>(fields_[i])].null;
      texts_[i] = {};
      if (nulls_[i]) continue;
      const copyformat::Field& field = row.fields[static_cast<size_t>(fields_[i])];
      texts_[i] = field.escaped ? copyformat::Unescape(field.view(), &scratch_[i]) : field.view();
    }
    return true;
  }
  const absl::Status& status() const { return scanner_.status(); }

  bool null(size_t i) const { return nulls_[i]; }
  // Empty if NULL.
  std::string_view text(size_t i) const { return texts_[i]; }
  int64_t number(size_t i) const { return std::strtoll(std::string(texts_[i]).c_str(), nullptr, 10); }

 private:
  copyformat::TextScanner scanner_;
  std::vector<int> fields_;
  std::vector<copyformat::ByteBuffer> scratch_;
  std::vector<std::string_view> texts_;
  std::vector<bool> nulls_;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_ROW_TEXTS_H_
