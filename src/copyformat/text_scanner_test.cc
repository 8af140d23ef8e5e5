#include "copyformat/text_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/status.h"
#include "copyformat/text_codec.h"

namespace understudy::copyformat {
namespace {

// "a|NULL|b; …" and, after an error, its message.
std::string Scan(std::string_view bytes, size_t columns, uint64_t first_row = 0) {
  Batch batch;
  batch.bytes.Append(bytes);
  batch.first_row = first_row;
  TextScanner scanner(columns);
  scanner.Begin(batch);
  ByteBuffer scratch;
  std::string seen;
  for (Row row; scanner.Next(&row);) {
    for (size_t i = 0; i < row.fields.size(); ++i) {
      if (i > 0) seen += '|';
      seen += row.fields[i].null ? "NULL" : std::string(TextCodec::Value(row.fields[i], &scratch));
    }
    seen += ';';
  }
  return seen + MessageOf(scanner.status());
}

struct Case {
  std::string_view bytes;
  size_t columns;
  std::string_view seen;
};

TEST(TextScanner, RowsAndErrors) {
  const Case cases[] = {
      {"", 3, ""},
      {"a\tb\tc\n", 3, "a|b|c;"},
      {"\t\t\n\t\t\n", 3, "||;||;"},
      {"\\N\t\\\\N\tN\n", 3, "NULL|\\N|N;"},
      {"\\\t\\\n\tb\n", 2, "\t\n|b;"},
      {"\\\\\tb\n", 2, "\\|b;"},
      {"\n\n", 0, ";;"},
      {"\n", 1, ";"},
      {"a\n", 0, "row 1 (COPY text, 0 columns): it has more fields than the table has columns"},
      {"a\tb\na\n", 2, "a|b;row 2 (COPY text, 2 columns): it has fewer fields than the table has columns"},
      {"a\tb\tc\n", 2, "row 1 (COPY text, 2 columns): it has more fields than the table has columns"},
      {"a\nb", 1, "a;row 2 (COPY text, 1 columns): it has no newline at its end"},
      {"a\\\n", 1, "row 1 (COPY text, 1 columns): it has no newline at its end"},
      {"a\\", 1, "row 1 (COPY text, 1 columns): it has no newline at its end"},
      {"a\n\\.\n", 1, "a;row 2 (COPY text, 1 columns): it holds an end-of-data marker"},
      {"a\\.b\n", 1, "row 1 (COPY text, 1 columns): it holds an end-of-data marker"},
      {"a\\\\.b\n", 1, "a\\.b;"},
      {"a\tb\r\n", 2, "row 1 (COPY text, 2 columns): it ends in CR LF"},
      {"a\r\tb\n", 2, "a\r|b;"},
  };
  for (const Case& c : cases) EXPECT_EQ(Scan(c.bytes, c.columns), c.seen) << c.bytes;
}

TEST(TextScanner, MessagesCountRowsWithinTheSlice) {
  EXPECT_EQ(Scan("a\nb\tc\n", 1, 41),
            "a;row 43 (COPY text, 1 columns): it has more fields than the table has columns");
}

TEST(TextScanner, RowsLargerThanAWindow) {
  const std::string wide(100000, 'w');
  EXPECT_EQ(Scan(wide + "\t" + wide + "\n", 2), wide + "|" + wide + ";");
  std::string escapes, value;
  for (int i = 0; i < 50000; ++i) {
    escapes += "\\\\";
    value += '\\';
  }
  EXPECT_EQ(Scan("x" + escapes + "\n", 1), "x" + value + ";");
}

TEST(TextScanner, IsReusedBatchAfterBatch) {
  Batch good, bad;
  good.bytes.Append("a\tb\n");
  bad.bytes.Append("a\n");
  TextScanner scanner(2);
  Row row;
  scanner.Begin(bad);
  EXPECT_FALSE(scanner.Next(&row));
  EXPECT_FALSE(scanner.status().ok());
  scanner.Begin(good);
  EXPECT_TRUE(scanner.Next(&row));
  EXPECT_EQ(row.raw, "a\tb\n");
  EXPECT_FALSE(scanner.Next(&row));
  EXPECT_TRUE(scanner.status().ok());
}

}  // namespace
}  // namespace understudy::copyformat
