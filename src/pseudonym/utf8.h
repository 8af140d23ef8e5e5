// UTF-8, one code point at a time, for input that may be anything.
//
// DESIGN: a byte that begins no well-formed sequence is a code point of its own in a private range
// (kBadByte + byte), so decoding never fails, never loses a difference and goes back to the same byte.
// Threads: thread-safe.
#ifndef UNDERSTUDY_PSEUDONYM_UTF8_H_
#define UNDERSTUDY_PSEUDONYM_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::pseudonym {

inline constexpr char32_t kBadByte = 0x110000;  // above the last code point

// Decodes the code point at `*i` (which must be < s.size()) and moves `*i` behind it.
inline char32_t NextCodePoint(std::string_view s, size_t* i) {
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned char first = byte(*i);
  if (first < 0x80) {
    ++*i;
    return first;
  }
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || *i + length > s.size()) return kBadByte + byte((*i)++);
  char32_t c = first & (0x7Fu >> length);
  for (size_t k = 1; k < length; ++k) {
    if ((byte(*i + k) & 0xC0) != 0x80) return kBadByte + byte((*i)++);
    c = (c << 6) | (byte(*i + k) & 0x3F);
  }
  const bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  if (overlong || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return kBadByte + byte((*i)++);
  *i += length;
  return c;
}

template <typename Out>
inline void AppendCodePoint(char32_t c, Out* out) {
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
  } else if (c >= kBadByte) {
    out->push_back(static_cast<char>(c - kBadByte));
  } else if (c < 0x800) {
    out->push_back(static_cast<char>(0xC0 | (c >> 6)));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else if (c < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | (c >> 12)));
    out->push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xF0 | (c >> 18)));
    out->push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
}

// Bytes of the first `code_points` code points of `s`.
size_t PrefixBytes(std::string_view s, size_t code_points);
size_t CountCodePoints(std::string_view s);

// Blanks of every script (Unicode White_Space, and the zero-width ones that people paste).
inline bool IsBlank(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}
// Characters without a shape of their own: soft hyphen, zero-width marks, direction marks, BOM.
inline bool IsInvisible(char32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF || c == 0x640;
}

enum class Script : uint8_t {
  kNone,
  kLatin,
  kCyrillic,
  kGreek,
  kArabic,
  kHebrew,
  kHan,
  kKana,
  kHangul,
  kOther
};
inline constexpr size_t kScripts = static_cast<size_t>(Script::kOther) + 1;
Script ScriptOf(char32_t c);

// Letters of bicameral scripts (Latin with its extensions, Greek, Cyrillic, Armenian).
bool IsUpper(char32_t c);
bool IsLower(char32_t c);
char32_t ToUpper(char32_t c);
char32_t ToLower(char32_t c);
inline bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }
inline bool IsLetter(char32_t c) { return ScriptOf(c) != Script::kNone; }

// Changes the case of out[from …] in place where that keeps the length, else rebuilds the tail.
void UpperTail(std::string* out, size_t from);
void LowerTail(std::string* out, size_t from);

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_UTF8_H_
