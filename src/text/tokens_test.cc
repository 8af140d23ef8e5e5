#include "text/tokens.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace understudy::text {
namespace {

// A token is read the same whether 16 bytes may be read at it (two words at a time) or not (byte by byte).
TEST(TokensTest, TheFastReadingIsTheSlowOne) {
  static constexpr const char* kPieces[] = {
      "a", "Z", "0", "9", "abc", "ABC", "Okonkwo",  "@",        "[",    "`", "{",  "/",
      ":", " ", ".", "é", "ß",   "漢",  "\xCC\x81", "\xC2\xAD", "\xFF", "_", "x1", "42"};
  std::mt19937_64 random(11);
  size_t tokens = 0, ascii = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (size_t n = random() % 24; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    const std::string padded = text + std::string(16, ' ');
    Token fast;
    for (size_t at = 0; NextToken(padded, at, &fast); at = fast.end) {
      // Cut behind the token and what follows it at once: a mark belongs to it.
      Token slow;
      const std::vector<char> exact(padded.begin(), padded.begin() + fast.end);
      ASSERT_TRUE(NextToken({exact.data(), exact.size()}, fast.begin, &slow)) << text;
      EXPECT_EQ(fast.begin, slow.begin) << text;
      EXPECT_EQ(fast.end, slow.end) << text;
      EXPECT_EQ(fast.hash, slow.hash) << text;
      EXPECT_EQ(fast.chars, slow.chars) << text;
      EXPECT_EQ(fast.has_digit, slow.has_digit) << text;
      EXPECT_EQ(fast.all_digits, slow.all_digits) << text;
      // A soft hyphen behind it is no part of it, but was read.
      if (padded[fast.end] >= 0) {
        EXPECT_EQ(fast.ascii, slow.ascii) << text;
      }
      EXPECT_EQ(fast.starts_upper, slow.starts_upper) << text;
      EXPECT_EQ(fast.all_upper, slow.all_upper) << text;
      EXPECT_EQ(fast.solo, slow.solo) << text;
      ++tokens;
      ascii += fast.ascii;
    }
  }
  EXPECT_GT(tokens, 50000u);
  EXPECT_GT(ascii, 30000u);
}

}  // namespace
}  // namespace understudy::text
