#include "copyformat/text_escape.h"

#include <gtest/gtest.h>

#include <string>

namespace understudy::copyformat {
namespace {

struct Case {
  std::string_view raw;
  std::string_view value;
};

// PostgreSQL's documentation of COPY, "Text Format", each line of its table and the odd ends.
TEST(TextEscape, Unescapes) {
  const Case cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"\\b\\f\\n\\r\\t\\v", "\b\f\n\r\t\v"},
      {"\\\\", "\\"},
      {"\\\\n", "\\n"},
      {"\\101", "A"},
      {"\\60", "0"},
      {"\\7", "\7"},
      {"\\1018", "A8"},
      {"\\777", "\xFF"},
      {"\\x41", "A"},
      {"\\x4g", "\4g"},
      {"\\x", "x"},
      {"\\xg", "xg"},
      {"\\x414", "A4"},
      {"\\q\\8", "q8"},
      {"\\N", "N"},
      {"a\\\tb\\\nc", "a\tb\nc"},
      {"end\\", "end\\"},
      {"\\njohn@x.example", "\njohn@x.example"},
  };
  ByteBuffer scratch;
  for (const Case& c : cases) EXPECT_EQ(Unescape(c.raw, &scratch), c.value) << c.raw;
}

TEST(TextEscape, Escapes) {
  const Case cases[] = {
      {"", ""},
      {"plain \x01 \x7F \xC3\xA9", "plain \x01 \x7F \xC3\xA9"},
      {"\\b\\f\\n\\r\\t\\v\\\\", "\b\f\n\r\t\v\\"},
      {"\\\\N", "\\N"},
      {"\\\\.", "\\."},
  };
  for (const Case& c : cases) {
    ByteBuffer out;
    AppendEscaped(c.value, &out);
    EXPECT_EQ(out.view(), c.raw) << c.raw;
  }
}

TEST(TextEscape, AppendsBehindWhatIsThere) {
  ByteBuffer out;
  out.Append("a\t");
  AppendEscaped("b\t", &out);
  EXPECT_EQ(out.view(), "a\tb\\t");
}

}  // namespace
}  // namespace understudy::copyformat
