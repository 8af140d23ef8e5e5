#include "base/visible.h"

#include "base/utf8.h"

namespace understudy {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

bool Obeyed(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

bool Turns(char32_t c) {
  return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool BreaksLine(char32_t c) { return c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029; }

std::string Shown(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t from = i;
    const char32_t c = NextCodePoint(text, &i);
    if (keep_lines && (c == '\n' || c == '\t')) {
      out += text[from];
    } else if (BreaksLine(c)) {
      out += ' ';
    } else if (c >= kBadByte || Obeyed(c) || Turns(c)) {
      out += kReplacement;
    } else {
      out += text.substr(from, i - from);
    }
  }
  return out;
}

}  // namespace

std::string Visible(std::string_view text) { return Shown(text, false); }
std::string VisibleLines(std::string_view text) { return Shown(text, true); }

}  // namespace understudy
