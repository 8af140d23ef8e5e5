#include "base/visible.h"

#include <cstdint>

namespace understudy {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

struct Decoded {
  uint32_t code = 0;
  size_t size = 0;  // 0: the first byte begins no character
};

Decoded Decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  uint32_t code = lead & (0x7fU >> size);
  for (size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return {};
    code = code << 6 | (byte & 0x3fU);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (overlong || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {};
  return {code, size};
}

bool Obeyed(uint32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

bool Turns(uint32_t code) {
  return code == 0x61c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

bool BreaksLine(uint32_t code) {
  return code == '\n' || code == '\r' || code == '\t' || code == 0x2028 || code == 0x2029;
}

std::string Shown(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded c = Decode(text);
    const size_t size = c.size == 0 ? 1 : c.size;
    if (c.size != 0 && keep_lines && (c.code == '\n' || c.code == '\t')) {
      out += text[0];
    } else if (c.size != 0 && BreaksLine(c.code)) {
      out += ' ';
    } else if (c.size == 0 || Obeyed(c.code) || Turns(c.code)) {
      out += kReplacement;
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace

std::string Visible(std::string_view text) { return Shown(text, false); }
std::string VisibleLines(std::string_view text) { return Shown(text, true); }

}  // namespace understudy
