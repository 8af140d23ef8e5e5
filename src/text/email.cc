#include "text/email.h"

#include <algorithm>
#include <bit>

#include "text/sixteen_bytes.h"
#include "text/unicode.h"

namespace understudy::text {
namespace {

constexpr size_t kMaxLocal = 128;   // RFC 5321 says 64 octets; some systems allow more
constexpr size_t kMaxDomain = 253;  // RFC 1035

bool AsciiAlnum(unsigned char c) { return (c | 0x20u) - 'a' < 26u || c - unsigned{'0'} < 10u; }

constexpr struct LocalBytes {
  bool is[256] = {};
  constexpr LocalBytes() {
    for (int c = 0x80; c < 256; ++c) is[c] = true;
    for (int c = '0'; c <= '9'; ++c) is[c] = true;
    for (int c = 'a'; c <= 'z'; ++c) is[c] = is[c - 32] = true;
    for (const unsigned char c : {'.', '_', '-', '+', '%', '\'', '&', '!', '#', '$', '*', '=', '~'})
      is[c] = true;
  }
} kLocalBytes;
bool LocalByte(unsigned char c) { return kLocalBytes.is[c]; }

// Punctuation beside an address is the sentence's, not the address's.
bool EdgeByte(unsigned char c) { return AsciiAlnum(c) || c >= 0x80 || c == '_' || c == '+'; }

// A byte ≥ 0x80 counts only as part of a letter.
bool WideLetterAt(std::string_view text, size_t i) {
  const CodePoint c = DecodeUtf8(text, i);
  if (c.value == kInvalid) return false;
  const CharClass k = ClassOf(c.value);
  return k == CharClass::kLetter || k == CharClass::kSolo || k == CharClass::kMark;
}

size_t LocalBegin(std::string_view text, size_t at) {
  size_t begin = at;
  while (begin > 0 && at - begin < kMaxLocal) {
    size_t i = begin - 1;
    const auto c = static_cast<unsigned char>(text[i]);
    if (!LocalByte(c)) break;
    if (c >= 0x80) {
      while (i > 0 && begin - i < 4 && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) --i;
      if (!WideLetterAt(text, i) || i + DecodeUtf8(text, i).size != begin) break;
    }
    begin = i;
  }
  while (begin < at && !EdgeByte(static_cast<unsigned char>(text[begin]))) ++begin;
  return begin;
}

}  // namespace

EmailExtent FindEmail(std::string_view text, size_t at) {
  const size_t begin = LocalBegin(text, at);
  if (begin == at || text[at - 1] == '.') return {};
  size_t end = at + 1, label = at + 1, last_label = 0;
  while (end < text.size() && end - at <= kMaxDomain) {
    const ByteKinds kinds = SixteenAt(text, end).kinds();
    end = std::min<size_t>(end + static_cast<size_t>(std::countr_one(kinds.letters | kinds.digits)),
                           at + kMaxDomain + 1);
    if (end == text.size() || end - at > kMaxDomain) break;
    const auto c = static_cast<unsigned char>(text[end]);
    if (c == '.') {
      if (end == label) break;
      label = end + 1;
      last_label = label;
      ++end;
    } else if (c >= 0x80) {
      if (!WideLetterAt(text, end)) break;
      end += DecodeUtf8(text, end).size;
    } else if (c == '-' && end > label) {
      ++end;
    } else {
      break;
    }
  }
  while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-')) {
    --end;
    if (end < last_label + 1 && last_label > at + 1) {
      const size_t dot = text.rfind('.', last_label - 2);
      last_label = dot == std::string_view::npos || dot < at ? 0 : dot + 1;
    }
  }
  // A top-level domain has at least two characters and is no number.
  if (last_label == 0 || end < last_label + 2) return {};
  bool letter = false;
  for (size_t i = last_label; i < end; ++i) letter |= !(text[i] >= '0' && text[i] <= '9');
  if (!letter) return {};
  return {begin, end};
}

}  // namespace understudy::text
