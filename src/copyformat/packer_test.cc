#include "copyformat/packer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/status.h"
#include "copyformat/binary_format.h"

namespace understudy::copyformat {
namespace {

using std::string_literals::operator""s;

// The batch's bytes and rows, or the first message.
std::string Pack(Format format, const std::vector<std::string>& messages) {
  RowPacker packer(format);
  Batch batch;
  packer.Begin(&batch);
  for (const std::string& message : messages) {
    if (absl::Status status = packer.Append(message, &batch); !status.ok()) return MessageOf(status);
  }
  if (absl::Status status = packer.Finish(); !status.ok()) return MessageOf(status);
  EXPECT_EQ(batch.rows, packer.rows());
  return std::to_string(batch.rows) + ":" + std::string(batch.bytes.view());
}

TEST(RowPacker, Text) {
  EXPECT_EQ(Pack(Format::kText, {}), "0:");
  EXPECT_EQ(Pack(Format::kText, {"a\tb\n", "\n"}), "2:a\tb\n\n");
  EXPECT_EQ(Pack(Format::kText, {"a"}), "a COPY text row without its newline");
}

TEST(RowPacker, Binary) {
  const std::string header(kBinaryHeader);
  const std::string trailer(kBinaryTrailer);
  const std::string row = "\0\1\0\0\0\1a"s;
  const std::string no_fields = "\0\0"s;
  std::string with_oids = header;
  with_oids[12] = 1;  // flags 0x00010000
  std::string with_extension = header + "ext";
  with_extension[18] = 3;
  EXPECT_EQ(Pack(Format::kBinary, {header + row, row, trailer}), "2:" + row + row);
  EXPECT_EQ(Pack(Format::kBinary, {header, row, trailer}), "1:" + row);
  EXPECT_EQ(Pack(Format::kBinary, {header + trailer}), "0:");
  EXPECT_EQ(Pack(Format::kBinary, {header + no_fields, no_fields, trailer}), "2:" + no_fields + no_fields);
  EXPECT_EQ(Pack(Format::kBinary, {with_extension + row, trailer}), "1:" + row);
  EXPECT_EQ(Pack(Format::kBinary, {row}), "a COPY binary stream without its signature");
  EXPECT_EQ(Pack(Format::kBinary, {with_oids}),
            "a COPY binary stream with flags that are not known (rows with oids?)");
  EXPECT_EQ(Pack(Format::kBinary, {with_extension.substr(0, 20)}),
            "a COPY binary stream whose header is cut off");
  EXPECT_EQ(Pack(Format::kBinary, {header + row}), "a COPY binary stream without its trailer");
  EXPECT_EQ(Pack(Format::kBinary, {}), "a COPY binary stream without its header");
  EXPECT_EQ(Pack(Format::kBinary, {header, trailer, row}), "a COPY binary stream goes on after its trailer");
  EXPECT_EQ(Pack(Format::kBinary, {header, trailer, trailer}),
            "a COPY binary stream goes on after its trailer");
  EXPECT_EQ(Pack(Format::kBinary, {header, "x"}), "a COPY binary row that is cut off in the field count");
}

TEST(RowPacker, NumbersBatches) {
  RowPacker packer(Format::kText);
  Batch batch;
  for (uint64_t expected : {0u, 2u, 4u}) {
    batch.Clear();
    packer.Begin(&batch);
    EXPECT_EQ(batch.first_row, expected);
    ASSERT_TRUE(packer.Append("a\n", &batch).ok());
    ASSERT_TRUE(packer.Append("b\n", &batch).ok());
    EXPECT_FALSE(RowPacker::Full(batch));
  }
}

}  // namespace
}  // namespace understudy::copyformat
