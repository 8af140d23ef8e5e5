// The little of Unicode that finding names in text needs: decoding, classes, case folding.
//
// DESIGN
//   Tables by range, not the whole Unicode database: letters of the European scripts fold, everything that is
//   neither blank, punctuation nor symbol counts as a letter, and scripts written without blanks (Han, kana,
//   Hangul, Thai, Lao, Myanmar, Khmer) are `kSolo`: every code point is a token of its own, so that a name is
//   found inside a run of them. Bytes that are no UTF-8 are `kOther`, one byte long, and pass through.
// Source: UnicodeData.txt of Unicode 15 (simple case mappings) and UAX #29 for what breaks a word.
// Threads: all functions are thread-safe.
#ifndef UNDERSTUDY_TEXT_UNICODE_H_
#define UNDERSTUDY_TEXT_UNICODE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.h"

namespace understudy::text {

inline constexpr char32_t kInvalid = 0xFFFFFFFF;

struct CodePoint {
  char32_t value = kInvalid;
  uint32_t size = 1;  // bytes; 1 for a byte that is no UTF-8
};

namespace unicode_internal {
// For what is not ASCII.
CodePoint DecodeWide(std::string_view s, size_t at);
char32_t FoldWide(char32_t c);
char32_t UpperWide(char32_t c);
}  // namespace unicode_internal

// `at` < s.size().
inline CodePoint DecodeUtf8(std::string_view s, size_t at) {
  const auto b = static_cast<unsigned char>(s[at]);
  return b < 0x80 ? CodePoint{b, 1} : unicode_internal::DecodeWide(s, at);
}

enum class CharClass : uint8_t {
  kOther,  // punctuation, symbols, controls, invalid bytes
  kLetter,
  kDigit,      // ASCII digits
  kBlank,      // white space, no-break spaces too
  kSolo,       // a token of its own
  kIgnorable,  // soft hyphen, zero-width blanks and joiners: not there for the reader
  kMark,       // combining: belongs to the letter before
};
namespace unicode_internal {
CharClass ClassOfWide(char32_t c);
}  // namespace unicode_internal

inline CharClass ClassOf(char32_t c) {
  if (c >= 0x80) return unicode_internal::ClassOfWide(c);
  if ((c | 0x20) - 'a' < 26u) return CharClass::kLetter;
  if (c - '0' < 10u) return CharClass::kDigit;
  return c == ' ' || (c >= '\t' && c <= '\r') ? CharClass::kBlank : CharClass::kOther;
}

inline char32_t FoldCase(char32_t c) {
  if (c >= 0x80) return unicode_internal::FoldWide(c);
  return c - 'A' < 26u ? c + 32 : c;
}
inline char32_t UpperCase(char32_t c) {
  if (c >= 0x80) return unicode_internal::UpperWide(c);
  return c - 'a' < 26u ? c - 32 : c;
}
inline bool IsUpper(char32_t c) { return FoldCase(c) != c && c != 0x03C2; }
// "e" + U+0301 → U+00E9; 0 when there is no such letter.
char32_t Compose(char32_t base, char32_t mark);

// The whole string in upper or lower case.
std::string ToUpper(std::string_view s);
std::string ToLower(std::string_view s);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_UNICODE_H_
