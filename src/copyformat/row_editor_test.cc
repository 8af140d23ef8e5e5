#include "copyformat/row_editor.h"

#include <gtest/gtest.h>

#include <string>

#include "copyformat/binary_codec.h"
#include "copyformat/text_codec.h"

namespace understudy::copyformat {
namespace {

// The same edits in both formats: drop the first row, null the first field of the second, replace the last
// of the third, leave the fourth.
template <class Codec>
std::string EditFourRows(const std::string& bytes) {
  Batch in, out;
  in.bytes.Append(bytes);
  in.rows = 4;
  in.first_row = 100;
  out.bytes.Append("left over");
  typename Codec::Scanner scanner(2);
  RowEditor<Codec> editor;
  scanner.Begin(in);
  editor.Begin(in, &out);
  int number = 0;
  for (Row row; scanner.Next(&row); ++number) {
    if (number == 0) editor.DropRow(row);
    if (number == 1) editor.ReplaceNull(row.fields[0]);
    if (number == 2) editor.Replace(row.fields[1], "new\tvalue");
  }
  EXPECT_TRUE(scanner.status().ok());
  editor.Finish();
  EXPECT_EQ(out.rows, 3u);
  EXPECT_EQ(out.first_row, 100u);
  EXPECT_EQ(in.bytes.view(), bytes) << "the input stays";
  return std::string(out.bytes.view());
}

TEST(RowEditor, Text) {
  EXPECT_EQ(EditFourRows<TextCodec>("a\tb\nc\td\ne\t\\N\n\\x41\th\n"), "\\N\td\ne\tnew\\tvalue\n\\x41\th\n");
}

TEST(RowEditor, Binary) {
  using std::string_literals::operator""s;
  const std::string null = "\xFF\xFF\xFF\xFF";
  const auto field = [](const std::string& v) { return "\0\0\0"s + static_cast<char>(v.size()) + v; };
  const std::string count = "\0\2"s;
  EXPECT_EQ(
      EditFourRows<BinaryCodec>(count + field("a") + field("b") + count + field("c") + field("d") + count +
                                field("e") + null + count + field("g") + field("h")),
      count + null + field("d") + count + field("e") + field("new\tvalue") + count + field("g") + field("h"));
}

TEST(RowEditor, DropsEveryRow) {
  Batch in, out;
  in.bytes.Append("a\nb\n");
  in.rows = 2;
  TextScanner scanner(1);
  RowEditor<TextCodec> editor;
  scanner.Begin(in);
  editor.Begin(in, &out);
  for (Row row; scanner.Next(&row);) editor.DropRow(row);
  editor.Finish();
  EXPECT_TRUE(out.bytes.empty());
  EXPECT_EQ(out.rows, 0u);
}

}  // namespace
}  // namespace understudy::copyformat
