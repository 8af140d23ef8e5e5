#include "copyformat/text_escape.h"

#include <cstring>

#include "copyformat/text_index.h"

namespace understudy::copyformat {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// Decodes one escape; `at` is behind the backslash and before `end`. Returns what follows it.
const char* DecodeEscape(const char* at, const char* end, char* byte) {
  const char c = *at++;
  switch (c) {
    case 'b':
      *byte = '\b';
      return at;
    case 'f':
      *byte = '\f';
      return at;
    case 'n':
      *byte = '\n';
      return at;
    case 'r':
      *byte = '\r';
      return at;
    case 't':
      *byte = '\t';
      return at;
    case 'v':
      *byte = '\v';
      return at;
    default:
      break;
  }
  if (IsOctal(c)) {
    int value = c - '0';
    for (int digits = 1; digits < 3 && at != end && IsOctal(*at); ++digits) value = value * 8 + (*at++ - '0');
    *byte = static_cast<char>(value & 0xFF);
    return at;
  }
  if (c == 'x' && at != end && HexDigit(*at) >= 0) {
    int value = HexDigit(*at++);
    if (at != end && HexDigit(*at) >= 0) value = value * 16 + HexDigit(*at++);
    *byte = static_cast<char>(value);
    return at;
  }
  *byte = c;
  return at;
}

}  // namespace

std::string_view Unescape(std::string_view raw, ByteBuffer* scratch) {
  scratch->Clear();
  char* const begin = scratch->Reserve(raw.size());
  char* out = begin;
  const char* at = raw.data();
  const char* const end = at + raw.size();
  while (at != end) {
    const void* found = std::memchr(at, '\\', static_cast<size_t>(end - at));
    const char* stop = found == nullptr ? end : static_cast<const char*>(found);
    const size_t run = static_cast<size_t>(stop - at);
    std::memcpy(out, at, run);
    out += run;
    if (stop == end) break;
    if (stop + 1 == end) {
      *out++ = '\\';
      break;
    }
    at = DecodeEscape(stop + 1, end, out++);
  }
  scratch->Commit(static_cast<size_t>(out - begin));
  return scratch->view();
}

void AppendEscaped(std::string_view value, ByteBuffer* out) {
  const char* at = value.data();
  const char* const end = at + value.size();
  for (;;) {
    const char* stop = FindEscapable(at, end);
    out->Append(at, static_cast<size_t>(stop - at));
    if (stop == end) return;
    char* to = out->Reserve(2);
    to[0] = '\\';
    to[1] = *stop == '\\' ? '\\' : "btnvfr"[*stop - '\b'];
    out->Commit(2);
    at = stop + 1;
  }
}

}  // namespace understudy::copyformat
