#include "copyformat/binary_walker.h"

#include <gtest/gtest.h>

#include <string>

#include "base/status.h"

namespace understudy::copyformat {
namespace {

using std::string_literals::operator""s;

std::string Walk(std::string_view bytes, size_t columns) {
  Batch batch;
  batch.bytes.Append(bytes);
  batch.first_row = 9;
  BinaryWalker walker(columns);
  walker.Begin(batch);
  std::string seen;
  for (Row row; walker.Next(&row);) {
    for (size_t i = 0; i < row.fields.size(); ++i) {
      if (i > 0) seen += '|';
      seen += row.fields[i].null ? "NULL" : std::string(row.fields[i].view());
    }
    seen += ';';
  }
  return seen + MessageOf(walker.status());
}

struct Case {
  std::string bytes;
  size_t columns;
  std::string_view seen;
};

TEST(BinaryWalker, RowsAndErrors) {
  const std::string row = "\0\2\0\0\0\2ab\xFF\xFF\xFF\xFF"s;
  const Case cases[] = {
      {"", 2, ""},
      {row + row, 2, "ab|NULL;ab|NULL;"},
      {"\0\1\0\0\0\0"s, 1, ";"},
      {"\0\0\0\0"s, 0, ";;"},
      {row, 3, "row 10 (COPY binary, 3 columns): it has 2 fields"},
      {row + "\xFF\xFF", 2, "ab|NULL;row 11 (COPY binary, 2 columns): it is the end-of-data trailer"},
      {"\xFF\xFE", 2, "row 10 (COPY binary, 2 columns): its field count is negative"},
      {"\0"s, 2, "row 10 (COPY binary, 2 columns): it is cut off in the field count"},
      {"\0\1\0\0\0"s, 1, "row 10 (COPY binary, 1 columns): it is cut off in a field's length"},
      {"\0\1\0\0\0\3ab"s, 1, "row 10 (COPY binary, 1 columns): it is cut off in a field"},
      {"\0\1\x7F\xFF\xFF\xFF"
       "ab"s,
       1, "row 10 (COPY binary, 1 columns): it is cut off in a field"},
      {"\0\1\xFF\xFF\xFF\xFE"s, 1, "row 10 (COPY binary, 1 columns): a field has a negative length"},
  };
  for (const Case& c : cases) EXPECT_EQ(Walk(c.bytes, c.columns), c.seen);
}

}  // namespace
}  // namespace understudy::copyformat
