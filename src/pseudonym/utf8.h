// What code points are: blanks, letters of a case, scripts. Decoding is base/utf8.h.
//
// Threads: thread-safe.
#ifndef UNDERSTUDY_PSEUDONYM_UTF8_H_
#define UNDERSTUDY_PSEUDONYM_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.h"

namespace understudy::pseudonym {

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
