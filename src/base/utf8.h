// UTF-8, one code point at a time, for input that may be anything.
//
// DESIGN: a byte that begins no well-formed sequence is a code point of its own in a private range
// (kBadByte + byte), so decoding never fails, never loses a difference and goes back to the same byte.
// Threads: thread-safe.
#ifndef UNDERSTUDY_BASE_UTF8_H_
#define UNDERSTUDY_BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace understudy {

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

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_UTF8_H_
