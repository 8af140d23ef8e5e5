#include "pseudonym/utf8.h"

#include "pseudonym/buffer.h"

namespace understudy::pseudonym {
namespace {

// Blocks in which an upper case letter is even and its lower case the next code point.
bool EvenUpper(char32_t c) {
  return (c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177) || (c >= 0x1E00 && c <= 0x1EFF) ||
         (c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F);
}
// The same with odd upper case letters.
bool OddUpper(char32_t c) { return (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E); }

template <char32_t (*Map)(char32_t)>
void MapTail(std::string* out, size_t from) {
  Buffer mapped;
  for (size_t i = from; i < out->size();) AppendCodePoint(Map(NextCodePoint(*out, &i)), &mapped);
  out->resize(from);
  out->append(mapped.view());
}

}  // namespace

size_t PrefixBytes(std::string_view s, size_t code_points) {
  size_t i = 0;
  while (code_points > 0 && i < s.size()) {
    NextCodePoint(s, &i);
    --code_points;
  }
  return i;
}

size_t CountCodePoints(std::string_view s) {
  size_t n = 0;
  for (size_t i = 0; i < s.size(); ++n) NextCodePoint(s, &i);
  return n;
}

Script ScriptOf(char32_t c) {
  if (c < 0x80) return ((c | 32) >= 'a' && (c | 32) <= 'z') ? Script::kLatin : Script::kNone;
  if (c < 0xC0) return (c == 0xAA || c == 0xB5 || c == 0xBA) ? Script::kLatin : Script::kNone;
  if (c < 0x250) return (c == 0xD7 || c == 0xF7) ? Script::kNone : Script::kLatin;
  if (c < 0x2B0) return Script::kLatin;
  if (c < 0x300) return Script::kNone;
  if (c < 0x370) return Script::kNone;  // combining marks follow their letter
  if (c < 0x400) return Script::kGreek;
  if (c < 0x530) return Script::kCyrillic;
  if (c < 0x590) return Script::kOther;
  if (c < 0x600) return Script::kHebrew;
  if (c < 0x780)
    return (c >= 0x620 && c != 0x66A && c != 0x66B && c != 0x66C) ? Script::kArabic : Script::kNone;
  if (c < 0x1100) return Script::kOther;
  if (c < 0x1200) return Script::kHangul;
  if (c < 0x1E00) return Script::kOther;
  if (c < 0x1F00) return Script::kLatin;
  if (c < 0x2000) return Script::kGreek;
  if (c < 0x2C00) return Script::kNone;
  if (c < 0x2E80) return Script::kOther;
  if (c == 0x3005 || c == 0x3006 || c == 0x3007) return Script::kHan;
  if (c < 0x3040) return Script::kNone;
  if (c < 0x3100) return Script::kKana;
  if (c < 0x3400) return Script::kOther;
  if (c < 0xA000) return Script::kHan;
  if (c < 0xAC00) return Script::kOther;
  if (c < 0xD7B0) return Script::kHangul;
  if (c < 0xF900) return Script::kNone;
  if (c < 0xFB00) return Script::kHan;
  if (c < 0xFB07) return Script::kLatin;
  if (c < 0xFE00) return Script::kArabic;
  if (c >= 0xFF21 && c <= 0xFF5A) return Script::kLatin;
  if (c >= 0xFF66 && c <= 0xFF9F) return Script::kKana;
  if (c >= 0x20000 && c < 0x32000) return Script::kHan;
  return Script::kNone;
}

bool IsUpper(char32_t c) { return ToLower(c) != c; }
bool IsLower(char32_t c) { return c == 0xDF || ToUpper(c) != c; }

char32_t ToUpper(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') ? c - 32 : c;
  if (c >= 0xE0 && c <= 0xFE && c != 0xF7) return c - 32;
  if (c == 0xFF) return 0x178;
  if (c == 0x131) return 'I';
  if (EvenUpper(c)) return c & ~char32_t{1};
  if (OddUpper(c)) return (c & 1) == 0 ? c - 1 : c;
  if (c >= 0x3B1 && c <= 0x3CB) return c == 0x3C2 ? 0x3A3 : c - 32;
  if (c == 0x3AC) return 0x386;
  if (c >= 0x3AD && c <= 0x3AF) return c - 37;
  if (c == 0x3CC) return 0x38C;
  if (c == 0x3CD || c == 0x3CE) return c - 63;
  if (c >= 0x430 && c <= 0x44F) return c - 32;
  if (c >= 0x450 && c <= 0x45F) return c - 80;
  if (c >= 0x561 && c <= 0x586) return c - 48;
  return c;
}

char32_t ToLower(char32_t c) {
  if (c < 0x80) return (c >= 'A' && c <= 'Z') ? c + 32 : c;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  if (c == 0x178) return 0xFF;
  if (c == 0x130) return 'i';
  if (c == 0x131) return c;
  if (EvenUpper(c)) return c | 1;
  if (OddUpper(c)) return (c & 1) != 0 ? c + 1 : c;
  if (c >= 0x391 && c <= 0x3AB && c != 0x3A2) return c + 32;
  if (c == 0x386) return 0x3AC;
  if (c >= 0x388 && c <= 0x38A) return c + 37;
  if (c == 0x38C) return 0x3CC;
  if (c == 0x38E || c == 0x38F) return c + 63;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  if (c >= 0x531 && c <= 0x556) return c + 48;
  return c;
}

void UpperTail(std::string* out, size_t from) { MapTail<ToUpper>(out, from); }
void LowerTail(std::string* out, size_t from) { MapTail<ToLower>(out, from); }

}  // namespace understudy::pseudonym
