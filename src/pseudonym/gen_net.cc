// Addresses of machines and pages: documentation ranges, reserved domains, version 4 UUIDs.
//
// IPv4: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 (RFC 5737). IPv6: 2001:db8::/32 (RFC 3849). MAC:
// locally administered, unicast (IEEE 802). UUID: RFC 4122, version 4, variant 10.
#include <arpa/inet.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/utf8.h"

namespace understudy::pseudonym {
namespace {

bool IsHex(char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f'); }
char HexChar(uint32_t value, bool upper) {
  return (upper ? "0123456789ABCDEF" : "0123456789abcdef")[value & 15];
}

}  // namespace

void RenderIp(const Env& env, std::string_view value, const Context&, std::string* out) {
  const std::string_view text = TrimBlanks(value);
  // "10.1.2.3/24": the prefix length stays.
  const size_t slash = text.find('/');
  char address[64];
  const std::string_view host = text.substr(0, slash);
  const size_t size = host.copy(address, sizeof address - 1);
  address[size] = '\0';
  unsigned char bytes[16];
  const Digester digester = env.For(Kind::kIp);
  char result[INET6_ADDRSTRLEN];
  if (inet_pton(AF_INET, address, bytes) == 1) {
    Draw draw(digester, digester.Of({reinterpret_cast<char*>(bytes), 4}));
    static constexpr unsigned char kRanges[3][3] = {{192, 0, 2}, {198, 51, 100}, {203, 0, 113}};
    std::memcpy(bytes, kRanges[draw.Below(3)], 3);
    bytes[3] = static_cast<unsigned char>(1 + draw.Below(254));
    inet_ntop(AF_INET, bytes, result, sizeof result);
  } else if (inet_pton(AF_INET6, address, bytes) == 1) {
    const Digest digest = digester.Of({reinterpret_cast<char*>(bytes), 16});
    const unsigned char prefix[4] = {0x20, 0x01, 0x0d, 0xb8};
    std::memcpy(bytes, prefix, 4);
    std::memcpy(bytes + 4, &digest.high, 8);
    std::memcpy(bytes + 12, &digest.low, 4);
    inet_ntop(AF_INET6, bytes, result, sizeof result);
  } else {
    return RenderSameShape(env, Kind::kIp, value, out);
  }
  out->append(result);
  if (slash != std::string_view::npos) out->append(text.substr(slash));
}

void RenderMac(const Env& env, std::string_view value, const Context&, std::string* out) {
  const bool good = std::count_if(value.begin(), value.end(), IsHex) == 12;
  if (!good) return RenderSameShape(env, Kind::kMac, value, out);
  const bool upper = std::any_of(value.begin(), value.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  Buffer folded;
  for (const char c : value) {
    if (IsHex(c)) folded.push_back(static_cast<char>(c | 32));
  }
  const Digester digester = env.For(Kind::kMac);
  Draw draw(digester, digester.Of(folded.view()));
  int place = 0;
  for (const char c : value) {
    if (!IsHex(c)) {
      out->push_back(c);
      continue;
    }
    // The second digit of the first byte: bit 1 set (local), bit 0 clear (one receiver).
    const uint32_t nibble = draw.Below(16);
    out->push_back(HexChar(place == 1 ? (nibble & 0xC) | 2 : nibble, upper));
    ++place;
  }
}

void RenderUuid(const Env& env, std::string_view value, const Context&, std::string* out) {
  const auto digits = std::count_if(value.begin(), value.end(), IsHex);
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return IsHex(c) || c == '-' || c == '{' || c == '}' || c == ' ';
  });
  // What is no UUID becomes one: unique columns rely on its bits.
  const std::string_view shape = digits == 32 && plain ? value : "00000000-0000-0000-0000-000000000000";
  const bool upper = std::any_of(value.begin(), value.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  Buffer folded;
  if (shape.data() != value.data()) FoldName(value, &folded);
  for (const char c : value) {
    if (shape.data() == value.data() && IsHex(c)) {
      folded.push_back(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
    }
  }
  const Digester digester = env.For(Kind::kUuid);
  const Digest digest = digester.Of(folded.view());
  int place = 0;
  for (const char c : shape) {
    if (!IsHex(c)) {
      out->push_back(c);
      continue;
    }
    auto nibble = static_cast<uint32_t>(
        (place < 16 ? digest.high >> (60 - 4 * place) : digest.low >> (60 - 4 * (place - 16))) & 15);
    if (place == 12) nibble = 4;
    if (place == 16) nibble = 8 | (nibble & 3);
    out->push_back(HexChar(nibble, upper));
    ++place;
  }
}

void RenderUrl(const Env& env, std::string_view value, const Context& context, std::string* out) {
  if (value.starts_with("mailto:")) {
    out->append("mailto:");
    return RenderEmail(env, value.substr(7), context, out);
  }
  if (value.starts_with("tel:")) {
    out->append("tel:");
    return RenderPhone(env, value.substr(4), context, out);
  }
  const size_t from = out->size();
  const size_t scheme = value.find("://");
  size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
  out->append(value.substr(0, start));
  const size_t end = std::min(value.find_first_of("/?#", start), value.size());
  std::string_view host = value.substr(start, end - start);
  const size_t at = host.rfind('@');  // "user:password@": dropped, whatever it was
  if (at != std::string_view::npos) host.remove_prefix(at + 1);
  const size_t colon = host.rfind(':');
  const std::string_view port = colon == std::string_view::npos ? std::string_view() : host.substr(colon);
  host = host.substr(0, colon);
  if (host.starts_with("www.")) {
    out->append("www.");
    host.remove_prefix(4);
  }
  if (!host.empty() && context.unique) {
    const Digester of_host = env.For(Kind::kUrl);
    Draw label(of_host, of_host.Of(host));
    AppendCode(&label, 13, out);
    out->push_back('.');
  }
  if (!host.empty()) RenderDomain(env, host, out);
  if (port.find_first_not_of("0123456789:") == std::string_view::npos) out->append(port);
  // Path, query and fragment: as many pieces, each drawn anew.
  const Digester digester = env.For(Kind::kUrl);
  Draw draw(digester, digester.Of(value));
  bool inside = false;
  for (size_t i = end; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '/' || c == '?' || c == '#' || c == '&' || c == '=') {
      out->push_back(c);
      inside = false;
    } else if (!inside) {
      AppendCode(&draw, 6, out);
      inside = true;
    }
  }
  if (out->size() == from) RenderDomain(env, value, out);  // "user@"
}

}  // namespace understudy::pseudonym
