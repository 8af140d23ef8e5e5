#include "text/tokens.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "text/unicode.h"

namespace understudy::text {
namespace {

// Of the code points of `token`, one by one.
void ExpectWhatCodePointsSay(std::string_view text, const Token& token) {
  std::string folded;
  AppendFolded(text, token, &folded);
  EXPECT_EQ(token.hash, HashFolded(folded.data(), folded.size())) << text;
  size_t letters = 0, chars = 0;
  bool lower = false, digit = false;
  for (size_t k = token.begin; k < token.end;) {
    const CodePoint c = DecodeUtf8(text, k);
    const CharClass kind = ClassOf(c.value);
    k += c.size;
    if (kind == CharClass::kLetter) {
      if (chars == 0) {
        EXPECT_EQ(token.starts_upper, IsUpper(c.value)) << text;
      }
      lower |= !IsUpper(c.value) && UpperCase(c.value) != c.value;
      ++letters;
    }
    digit |= kind == CharClass::kDigit;
    chars += kind != CharClass::kMark && kind != CharClass::kIgnorable;
  }
  EXPECT_EQ(token.chars, chars) << text;
  EXPECT_EQ(token.has_digit, digit) << text;
  if (token.solo) return;
  EXPECT_EQ(token.all_digits, digit && letters == 0) << text;
  EXPECT_EQ(token.all_upper, letters >= 2 && !lower) << text;
  if (token.end == text.size()) return;
  const CodePoint next = DecodeUtf8(text, token.end);
  const CharClass kind = next.value == kInvalid ? CharClass::kOther : ClassOf(next.value);
  EXPECT_TRUE(kind != CharClass::kLetter && kind != CharClass::kDigit && kind != CharClass::kMark) << text;
}

// Tokens of all lengths, whatever stands behind them, and at the end of the memory that may be read.
TEST(TokensTest, BlocksOfBytesAreReadAsCodePoints) {
  static constexpr const char* kPieces[] = {"a",
                                            "Z",
                                            "0",
                                            "9",
                                            "abc",
                                            "ABC",
                                            "Okonkwo",
                                            "@",
                                            "[",
                                            "`",
                                            "{",
                                            "/",
                                            ":",
                                            " ",
                                            ".",
                                            "é",
                                            "ß",
                                            "漢",
                                            "\xCC\x81",
                                            "\xC2\xAD",
                                            "\xFF",
                                            "_",
                                            "x1",
                                            "42",
                                            "abcdefghijklmno",
                                            "ABCDEFGHIJKLMNOP",
                                            "01234567890123456",
                                            "Rechnungsnummer0815vom12September2024x"};
  std::mt19937_64 random(11);
  size_t tokens = 0, ascii = 0, long_ones = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (size_t n = random() % 24; n > 0; --n) {
      // Most are words: every other piece is one of the letters.
      text += kPieces[random() % 3 == 0 ? random() % 4 : random() % std::size(kPieces)];
    }
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view whole(exact.data(), exact.size());
    Token token;
    for (size_t at = 0; NextToken(whole, at, &token); at = token.end) {
      ExpectWhatCodePointsSay(whole, token);
      ++tokens;
      ascii += token.ascii;
      long_ones += token.ascii && token.end - token.begin > 16;
    }
  }
  EXPECT_GT(tokens, 50000u);
  EXPECT_GT(ascii, 30000u);
  EXPECT_GT(long_ones, 10000u);
}

// What a token says of itself is what its code points say one by one, and its hash is that of its folded
// bytes.
TEST(TokensTest, WordsOfTwoByteLettersAreReadAsCodePoints) {
  static constexpr const char* kPieces[] = {"a", "Z",  "7",  "é",         "É",        "ß", "Ł", "ł",
                                            "ÿ", "Ÿ",  "Ж",  "ж",         "Σ",        "ς", "İ", "ı",
                                            "ſ", "ÅB", "漢", "e\xCC\x81", "\xC2\xAD", "א", "ẞ", "\xC2\xA0"};
  std::mt19937_64 random(29);
  size_t wide = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (size_t n = 1 + random() % 40; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    Token token;
    for (size_t at = 0; NextToken(text, at, &token); at = token.end) {
      ExpectWhatCodePointsSay(text, token);
      wide += !token.ascii && !token.solo;
    }
  }
  EXPECT_GT(wide, 10000u);
}

// Sixteen bytes at a time, the last ones with zeros behind them.
TEST(TokensTest, HashesAreThoseOfPaddedBytes) {
  std::mt19937_64 random(31);
  for (size_t size = 0; size < 70; ++size) {
    std::vector<char> bytes(size);
    for (char& c : bytes) c = static_cast<char>(random());
    uint64_t sequence = 0;
    size_t at = 0;
    const auto pair = [&](uint64_t* lo, uint64_t* hi) {
      char padded[16] = {};
      const size_t left = std::min<size_t>(16, size - at);
      if (left > 0) std::memcpy(padded, bytes.data() + at, left);
      std::memcpy(lo, padded, 8);
      std::memcpy(hi, padded + 8, 8);
    };
    uint64_t lo, hi;
    for (; size - at > 16; at += 16) {
      pair(&lo, &hi);
      sequence = Fold128(sequence ^ lo ^ kMix3, hi ^ kMix1);
    }
    pair(&lo, &hi);
    EXPECT_EQ(HashFolded(bytes.data(), size), HashShort(lo ^ sequence, hi, size)) << size;
  }
}

// What the scan knows of a word is enough to say of it what reading it says.
TEST(TokensTest, AWordThatTheScanFoundIsWhatNextTokenReads) {
  constexpr std::string_view kLetters = "aZ09bQ7";
  std::mt19937 random(13);
  for (int i = 0; i < 5000; ++i) {
    std::string word;
    for (size_t n = 1 + random() % 16; n > 0; --n)
      word += kLetters[random() % (1 + random() % kLetters.size())];
    const std::string before(random() % 3, '.');
    const std::string behind = std::string(" Ab9 xYz0123456789QQ").substr(0, random() % 20);
    const std::string text = before + word + behind;
    Token read;
    ASSERT_TRUE(NextToken(text, 0, &read));
    const Token known = TokenOfWord(text, static_cast<uint32_t>(before.size()),
                                    static_cast<uint32_t>(word.size()), read.hash);
    EXPECT_EQ(known.begin, read.begin) << text;
    EXPECT_EQ(known.end, read.end) << text;
    EXPECT_EQ(known.hash, read.hash) << text;
    EXPECT_EQ(known.chars, read.chars) << text;
    EXPECT_EQ(known.has_digit, read.has_digit) << text;
    EXPECT_EQ(known.all_digits, read.all_digits) << text;
    EXPECT_EQ(known.ascii, read.ascii) << text;
    EXPECT_EQ(known.starts_upper, read.starts_upper) << text;
    EXPECT_EQ(known.all_upper, read.all_upper) << text;
    EXPECT_EQ(known.solo, read.solo) << text;
  }
}

// Words that differ little have hashes that differ everywhere: of n random numbers of b bits, n²/2^(b+1)
// pairs are equal.
TEST(TokensTest, HashesSpread) {
  std::vector<uint64_t> hashes;
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'z'; ++b) {
      for (char c = 'a'; c <= 'z'; ++c) {
        const std::string three = {a, b, c};
        for (const std::string& word : {three, three + three, "t63200" + three, "kundenservice" + three}) {
          hashes.push_back(HashFolded(word.data(), word.size()));
        }
      }
    }
  }
  for (int i = 0; i < 200000; ++i) {
    const std::string number = std::to_string(10000000 + i);
    hashes.push_back(HashFolded(number.data(), number.size()));
  }
  const auto n = static_cast<double>(hashes.size());
  for (int shift : {0, 6, 12, 24, 32}) {
    std::vector<uint32_t> part;
    for (uint64_t hash : hashes) part.push_back(static_cast<uint32_t>(hash >> shift));
    std::sort(part.begin(), part.end());
    const auto equal = std::distance(std::unique(part.begin(), part.end()), part.end());
    const double expected = n * n / 8589934592.0;
    EXPECT_LT(static_cast<double>(equal), expected + 6 * std::sqrt(expected)) << shift;
    EXPECT_GT(static_cast<double>(equal), expected - 6 * std::sqrt(expected)) << shift;
  }
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

}  // namespace
}  // namespace understudy::text
