// Holds the real scanners, codecs and the row editor against their plain twins on any bytes. Used by the
// oracle test and by the fuzz targets.
#ifndef UNDERSTUDY_TESTS_ORACLE_COPY_CHECK_H_
#define UNDERSTUDY_TESTS_ORACLE_COPY_CHECK_H_

#include <string>
#include <string_view>

#include "copyformat/batch.h"
#include "copyformat/binary_codec.h"
#include "copyformat/row_editor.h"
#include "copyformat/text_codec.h"
#include "oracle/plain_copy.h"

namespace understudy::oracle {

template <class Codec>
PlainScan PlainScanOf(std::string_view bytes, size_t columns) {
  return Codec::kFormat == copyformat::Format::kText ? PlainScanText(bytes, columns)
                                                     : PlainScanBinary(bytes, columns);
}

template <class Codec>
std::string PlainWriteOf(const std::vector<std::optional<std::string>>& row) {
  return Codec::kFormat == copyformat::Format::kText ? PlainWriteText(row) : PlainWriteBinary(row);
}

// Reused between calls, as the engine reuses its buffers.
template <class Codec>
class CopyCheck {
 public:
  // Empty if the real scanner sees exactly what the twin sees, else what differs.
  std::string Scan(std::string_view bytes, size_t columns) {
    Load(bytes);
    const PlainScan plain = PlainScanOf<Codec>(bytes, columns);
    typename Codec::Scanner scanner(columns);
    scanner.Begin(in_);
    size_t rows = 0;
    const char* expected_begin = in_.bytes.data();
    for (copyformat::Row row; scanner.Next(&row); ++rows) {
      if (rows >= plain.rows.size()) return "more rows";
      if (row.raw.data() != expected_begin) return "rows don't touch";
      expected_begin = row.raw.data() + row.raw.size();
      if (row.fields.size() != columns) return "number of fields";
      for (size_t c = 0; c < columns; ++c) {
        if (std::string what = Compare(row.fields[c], plain.rows[rows][c]); !what.empty()) return what;
      }
    }
    if (rows != plain.rows.size()) return "fewer rows";
    if (scanner.status().ok() != plain.ok) return plain.ok ? "refused" : "accepted";
    if (plain.ok && expected_begin != in_.bytes.data() + in_.bytes.size()) return "bytes left";
    return "";
  }

  // Edits valid bytes as `choice` says (one value per field: 0 keep, 1 NULL, 2 own value again, 3 other
  // value; per row: 4 drop) and compares with what the twin writes. `choice` is called row by row: first for
  // the row with column -1.
  template <class Choice>
  std::string Edit(std::string_view bytes, size_t columns, Choice choice) {
    const PlainScan plain = PlainScanOf<Codec>(bytes, columns);
    if (!plain.ok) return "";
    Load(bytes);
    in_.rows = plain.rows.size();
    in_.first_row = 7;
    std::string expected;
    size_t expected_rows = 0;
    typename Codec::Scanner scanner(columns);
    scanner.Begin(in_);
    editor_.Begin(in_, &out_);
    size_t number = 0;
    for (copyformat::Row row; scanner.Next(&row); ++number) {
      if (choice(number, -1) == 4) {
        editor_.DropRow(row);
        continue;
      }
      ++expected_rows;
      expected += EditRow(row, plain.rows[number], number, choice);
    }
    editor_.Finish();
    if (out_.bytes.view() != expected) return "edited bytes";
    if (out_.rows != expected_rows || out_.first_row != 7) return "edited row count";
    return "";
  }

 private:
  void Load(std::string_view bytes) {
    in_.Clear();
    in_.bytes.Append(bytes);
    // A dirty slack must not matter.
    std::memset(in_.bytes.Reserve(0), '\n', copyformat::kSlack);
  }

  std::string Compare(const copyformat::Field& field, const PlainField& plain) {
    if (field.null != !plain.value.has_value()) return "null";
    if (field.null) return "";
    if (field.view() != plain.raw) return "raw bytes";
    if (Codec::kFormat == copyformat::Format::kText &&
        field.escaped != (plain.raw.find('\\') != std::string::npos)) {
      return "escaped";
    }
    if (Codec::Value(field, &scratch_) != *plain.value) return "value";
    return "";
  }

  // Edits the real row, and returns the twin's bytes for it. What is kept must keep its spelling.
  template <class Choice>
  std::string EditRow(const copyformat::Row& row, const PlainRow& plain, size_t number, Choice choice) {
    constexpr bool kText = Codec::kFormat == copyformat::Format::kText;
    constexpr std::string_view kOther = "x\ty\\z\n";
    std::string bytes = kText ? "" : PlainWriteBinary({}).replace(0, 2, CountWord(plain.size()));
    for (size_t c = 0; c < plain.size(); ++c) {
      const copyformat::Field& field = row.fields[c];
      std::optional<std::string> value = plain[c].value;
      bool kept = false;
      switch (choice(number, static_cast<int>(c)) & 3) {
        case 0:
          kept = true;
          break;
        case 1:
          value = std::nullopt;
          editor_.ReplaceNull(field);
          break;
        case 2:
          if (value) {
            editor_.Replace(field, Codec::Value(field, &scratch_));
          } else {
            kept = true;
          }
          break;
        default:
          value = std::string(kOther);
          editor_.Replace(field, kOther);
      }
      if (kText) {
        if (c > 0) bytes += '\t';
        bytes += kept ? plain[c].raw : value ? PlainEscape(*value) : "\\N";
      } else {
        bytes += PlainWriteBinary({value}).substr(2);
      }
    }
    return kText ? bytes + "\n" : bytes;
  }

  static std::string CountWord(size_t count) {
    return {static_cast<char>(count >> 8), static_cast<char>(count)};
  }

  copyformat::Batch in_;
  copyformat::Batch out_;
  copyformat::ByteBuffer scratch_;
  copyformat::RowEditor<Codec> editor_;
};

}  // namespace understudy::oracle

#endif  // UNDERSTUDY_TESTS_ORACLE_COPY_CHECK_H_
