#include "text/unicode.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace understudy::text {
namespace {

struct Range {
  char32_t first, last;
};

constexpr bool In(const Range* begin, const Range* end, char32_t c) {
  const Range* r = std::upper_bound(begin, end, c, [](char32_t x, const Range& y) { return x < y.first; });
  return r != begin && c <= (r - 1)->last;
}

constexpr Range kSoloRanges[] = {
    {0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1780, 0x17FF}, {0x3040, 0x30FA}, {0x30FC, 0x30FF},
    {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xAC00, 0xD7AF}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFF},
};
constexpr Range kOtherRanges[] = {
    {0x0080, 0x009F},      {0x00A1, 0x00A9}, {0x00AB, 0x00AC}, {0x00AE, 0x00B4}, {0x00B6, 0x00B9},
    {0x00BB, 0x00BF},      {0x00D7, 0x00D7}, {0x00F7, 0x00F7}, {0x037E, 0x037E}, {0x0387, 0x0387},
    {0x055A, 0x055F},      {0x060C, 0x060D}, {0x061B, 0x061F}, {0x06D4, 0x06D4}, {0x0964, 0x0965},
    {0x2010, 0x2027},      {0x202A, 0x202E}, {0x2030, 0x205E}, {0x2066, 0x206F}, {0x20A0, 0x20CF},
    {0x2100, 0x2BFF},      {0x2E00, 0x2E7F}, {0x3001, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x303F},
    {0x30FB, 0x30FB},      {0xD800, 0xF8FF}, {0xFE10, 0xFE1F}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF0F},
    {0xFF1A, 0xFF20},      {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFD}, {0x1F000, 0x1FBFF},
    {0xE0000, 0xFFFFFFFF},
};

// Blocks in which upper and lower case alternate: upper is even (parity 0) or odd (1).
struct Alternating {
  char32_t first, last;
  char32_t parity;
};
constexpr Alternating kAlternating[] = {
    {0x0100, 0x012F, 0}, {0x0132, 0x0137, 0}, {0x0139, 0x0148, 1}, {0x014A, 0x0177, 0}, {0x0179, 0x017E, 1},
    {0x01CD, 0x01DC, 1}, {0x01DE, 0x01EF, 0}, {0x01F8, 0x021F, 0}, {0x0222, 0x0233, 0}, {0x0460, 0x0481, 0},
    {0x048A, 0x04BF, 0}, {0x04C1, 0x04CE, 1}, {0x04D0, 0x052F, 0}, {0x1E00, 0x1E95, 0}, {0x1EA0, 0x1EFF, 0},
};

// Upper-case ranges whose lower case lies a fixed distance above.
struct Shifted {
  char32_t first, last;
  char32_t distance;
};
constexpr Shifted kShifted[] = {
    {0x00C0, 0x00D6, 32}, {0x00D8, 0x00DE, 32}, {0x0388, 0x038A, 37},
    {0x0391, 0x03A1, 32}, {0x03A3, 0x03AB, 32}, {0x0400, 0x040F, 80},
    {0x0410, 0x042F, 32}, {0x0531, 0x0556, 48}, {0xFF21, 0xFF3A, 32},
};

struct Pair {
  char32_t upper, lower;
};
constexpr Pair kPairs[] = {{0x0178, 0x00FF}, {0x0386, 0x03AC}, {0x038C, 0x03CC}, {0x038E, 0x03CD},
                           {0x038F, 0x03CE}, {0x04C0, 0x04CF}, {0x1E9E, 0x00DF}};

// mark, then base letters and what they become.
struct Composition {
  char32_t mark;
  std::u32string_view pairs;
};
constexpr Composition kCompositions[] = {
    {0x0300, U"AÀEÈIÌOÒUÙaàeèiìoòuù"},
    {0x0301, U"AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzź"},
    {0x0302, U"AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷ"},
    {0x0303, U"AÃNÑOÕaãnñoõIĨiĩUŨuũ"},
    {0x0304, U"AĀaāEĒeēIĪiīOŌoōUŪuū"},
    {0x0306, U"AĂaăGĞgğ"},
    {0x0307, U"CĊcċEĖeėGĠgġIİZŻzż"},
    {0x0308, U"AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸ"},
    {0x030A, U"AÅaåUŮuů"},
    {0x030B, U"OŐoőUŰuű"},
    {0x030C, U"CČcčDĎdďEĚeěNŇnňRŘrřSŠsšTŤtťZŽzž"},
    {0x0326, U"SȘsșTȚtț"},
    {0x0327, U"CÇcçSŞsşTŢtţ"},
    {0x0328, U"AĄaąEĘeęIĮiįUŲuų"},
};

}  // namespace

namespace unicode_internal {

CodePoint DecodeWide(std::string_view s, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[at + i]); };
  const auto tail = [&](size_t i) { return at + i < s.size() && (byte(i) & 0xC0) == 0x80; };
  const char32_t b = byte(0);
  if (b >= 0xC2 && b <= 0xDF && tail(1)) return {((b & 0x1F) << 6) | (byte(1) & 0x3Fu), 2};
  if (b >= 0xE0 && b <= 0xEF && tail(1) && tail(2)) {
    const char32_t c = ((b & 0x0F) << 12) | ((byte(1) & 0x3Fu) << 6) | (byte(2) & 0x3Fu);
    if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) return {c, 3};
  }
  if (b >= 0xF0 && b <= 0xF4 && tail(1) && tail(2) && tail(3)) {
    const char32_t c =
        ((b & 0x07) << 18) | ((byte(1) & 0x3Fu) << 12) | ((byte(2) & 0x3Fu) << 6) | (byte(3) & 0x3Fu);
    if (c >= 0x10000 && c <= 0x10FFFF) return {c, 4};
  }
  return {kInvalid, 1};
}

}  // namespace unicode_internal

namespace {

constexpr CharClass ReadClass(char32_t c) {
  if (c < 0x370) {
    if (c == 0xA0) return CharClass::kBlank;
    if (c == 0xAD) return CharClass::kIgnorable;
    if (c >= 0x300) return CharClass::kMark;
    if (c >= 0xC0 && c != 0xD7 && c != 0xF7) return CharClass::kLetter;
  }
  if (c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
      c == 0x205F || c == 0x3000) {
    return CharClass::kBlank;
  }
  if ((c >= 0x200B && c <= 0x200F) || (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF ||
      (c >= 0xFE00 && c <= 0xFE0F)) {
    return CharClass::kIgnorable;
  }
  if (In(std::begin(kSoloRanges), std::end(kSoloRanges), c)) return CharClass::kSolo;
  if (In(std::begin(kOtherRanges), std::end(kOtherRanges), c)) return CharClass::kOther;
  return CharClass::kLetter;
}

constexpr char32_t ReadFold(char32_t c) {
  if (c == 0x03C2) return 0x03C3;  // final sigma
  if (c == 0x0130) return 'i';
  for (const Shifted& s : kShifted) {
    if (c >= s.first && c <= s.last) return c + s.distance;
  }
  for (const Alternating& a : kAlternating) {
    if (c >= a.first && c <= a.last) return (c & 1) == a.parity ? c + 1 : c;
  }
  for (const Pair& p : kPairs) {
    if (c == p.upper) return p.lower;
  }
  return c;
}

constexpr char32_t ReadUpper(char32_t c) {
  if (c == 0x00DF) return c;  // there is no single capital in common use
  for (const Shifted& s : kShifted) {
    if (c >= s.first + s.distance && c <= s.last + s.distance) return c - s.distance;
  }
  for (const Alternating& a : kAlternating) {
    if (c >= a.first && c <= a.last) return (c & 1) == a.parity ? c : c - 1;
  }
  for (const Pair& p : kPairs) {
    if (c == p.lower) return p.upper;
  }
  return c;
}

// What two bytes of UTF-8 hold (Latin, Greek, Cyrillic, Hebrew, Arabic), looked up once.
struct TwoByteTables {
  static constexpr char32_t kEnd = 0x800;
  CharClass classes[kEnd] = {};
  uint16_t fold[kEnd] = {}, upper[kEnd] = {};
  constexpr TwoByteTables() {
    for (char32_t c = 0x80; c < kEnd; ++c) {
      classes[c] = ReadClass(c);
      fold[c] = static_cast<uint16_t>(ReadFold(c));
      upper[c] = static_cast<uint16_t>(ReadUpper(c));
    }
  }
};
constexpr TwoByteTables kTwoBytes;

}  // namespace

namespace unicode_internal {

CharClass ClassOfWide(char32_t c) { return c < TwoByteTables::kEnd ? kTwoBytes.classes[c] : ReadClass(c); }
char32_t FoldWide(char32_t c) { return c < TwoByteTables::kEnd ? kTwoBytes.fold[c] : ReadFold(c); }
char32_t UpperWide(char32_t c) { return c < TwoByteTables::kEnd ? kTwoBytes.upper[c] : ReadUpper(c); }

}  // namespace unicode_internal

char32_t Compose(char32_t base, char32_t mark) {
  for (const Composition& composition : kCompositions) {
    if (composition.mark != mark) continue;
    for (size_t i = 0; i + 1 < composition.pairs.size(); i += 2) {
      if (composition.pairs[i] == base) return composition.pairs[i + 1];
    }
  }
  return 0;
}

namespace {

std::string Map(std::string_view s, char32_t (*map)(char32_t)) {
  std::string out;
  out.reserve(s.size());
  for (size_t i = 0; i < s.size();) {
    const CodePoint c = DecodeUtf8(s, i);
    if (c.value == kInvalid) {
      out.push_back(s[i]);
    } else {
      AppendCodePoint(map(c.value), &out);
    }
    i += c.size;
  }
  return out;
}

}  // namespace

std::string ToUpper(std::string_view s) { return Map(s, UpperCase); }
std::string ToLower(std::string_view s) { return Map(s, FoldCase); }

}  // namespace understudy::text
