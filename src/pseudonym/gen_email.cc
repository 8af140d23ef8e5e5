// E-mail addresses, lists of them, user names, and the reserved domains they live under.
//
// An address looks like a person's and carries 40 bits of digest as a code behind two names that carry at
// least 26 more: over 64 bits in all. Domains are under example.com, .net and .org (RFC 2606), one word per
// domain, so colleagues stay colleagues.
#include <algorithm>
#include <cstring>

#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/plain_address.h"
#include "pseudonym/utf8.h"

namespace understudy::pseudonym {
namespace {

constexpr size_t kReservedSize = 12;
constexpr char kReserved[][kReservedSize + 1] = {".example.com", ".example.net", ".example.org"};
constexpr int kEmailCode = 8;
constexpr int kLoginCode = 9;
constexpr size_t kFullCode = 13;  // 65 bits, where there is no room for names

size_t Room(const Context& context, size_t used) {
  if (context.max_chars == 0) return 1u << 20;
  return context.max_chars > used ? context.max_chars - used : 0;
}

bool AllUpper(std::string_view s) {
  bool upper = false;
  for (const char c : s) {
    if (c >= 'a' && c <= 'z') return false;
    upper = upper || (c >= 'A' && c <= 'Z');
  }
  return upper;
}

void UpperAscii(std::string* out, size_t from) {
  for (size_t i = from; i < out->size(); ++i) {
    if ((*out)[i] >= 'a' && (*out)[i] <= 'z') (*out)[i] = static_cast<char>((*out)[i] - 32);
  }
}

// `count` characters of Crockford's base 32 in lower case; the end of them.
char* WriteCode(Draw* draw, int count, char* to) {
  constexpr int kAtOnce = 6;  // 30 bits
  static constexpr char kCrockford[] = "0123456789abcdefghjkmnpqrstvwxyz";
  while (count > 0) {
    const int size = std::min(count, kAtOnce);
    const uint32_t bits = draw->Below(1u << (5 * size));
    for (int i = 0; i < size; ++i) to[i] = kCrockford[bits >> 5 * (size - 1 - i) & 31];
    to += size;
    count -= size;
  }
  return to;
}

// What WriteUser may write.
size_t UserRoom(const Env& env) {
  return env.latin->ascii_first_name.room() + env.latin->ascii_surname.room() + 2 + kLoginCode;
}

// A user name, of a first name too or of the surname alone; the end of it.
char* WriteUser(const Env& env, Draw draw, bool first, char* to) {
  if (first) {
    to = env.latin->ascii_first_name.Write(&draw, to);
    *to++ = '.';
  }
  to = env.latin->ascii_surname.Write(&draw, to);
  *to++ = '.';
  return WriteCode(&draw, first ? kEmailCode : kLoginCode, to);
}

// A user name of the digest, in `room` characters.
void AppendUser(const Env& env, const Digester& digester, const Digest& digest, bool first, size_t room,
                std::string* out) {
  const size_t from = out->size();
  out->resize(from + UserRoom(env));
  const char* end = WriteUser(env, Draw(digester, digest), first, out->data() + from);
  const auto size = static_cast<size_t>(end - out->data()) - from;
  out->resize(from + (size <= room ? size : 0));
  if (size <= room) return;
  Draw again(digester, digest);
  AppendCode(&again, static_cast<int>(std::min(room, kFullCode)), out);
}

size_t DomainRoom(const Env& env) { return env.latin->ascii_company.room() + kReservedSize; }

char* WriteDomain(const Env& env, Draw draw, char* to) {
  to = env.latin->ascii_company.Write(&draw, to);
  std::memcpy(to, kReserved[draw.Below(3)], kReservedSize);
  return to + kReservedSize;
}

// The pseudonym of an address whose domain is the end of it, both folded.
void RenderFoldedAddress(const Env& env, std::string_view folded, std::string_view domain,
                         const Context& context, std::string* out) {
  const size_t from = out->size();
  const Digester digester = env.For(Kind::kEmail);
  // Both at once: neither waits for the other.
  const Digest digest = digester.Of(folded);
  const Digest of_domain = digester.Of(domain, Purpose::kMailDomain);
  // Room for all of it at once: a string that grows with every part costs more than the parts.
  out->resize(from + UserRoom(env) + 1 + DomainRoom(env));
  char* to = WriteUser(env, Draw(digester, digest), true, out->data() + from);
  *to++ = '@';
  to = WriteDomain(env, Draw(digester, of_domain), to);
  out->resize(static_cast<size_t>(to - out->data()));
  if (context.max_chars == 0 || out->size() - from <= context.max_chars) return;
  // No room: the shortest reserved domain that people know, and as much of the code as fits.
  constexpr std::string_view kShort = "@a.test";
  constexpr std::string_view kKnown = "@example.com";
  out->resize(from);
  const std::string_view tail = context.max_chars >= kFullCode + kKnown.size() ? kKnown : kShort;
  AppendUser(env, digester, digest, true, Room(context, tail.size()), out);
  out->append(tail);
  if (out->size() - from > context.max_chars) out->resize(from + context.max_chars);
}

// Whether it may be more than an address: a list of them, one with a name.
bool HasListMarks(std::string_view value) {
  constexpr uint64_t kMarks =
      1ull << ',' | 1ull << ';' | 1ull << '\n' | 1ull << '"' | 1ull << '<' | 1ull << '>';
  uint64_t seen = 0;
  for (const char c : value) seen |= static_cast<unsigned char>(c) < 64 ? kMarks & 1ull << c : 0;
  return seen != 0;
}

// "Name" <a@b>, <a@b>, a@b
void RenderMailbox(const Env& env, std::string_view item, const Context& context, std::string* out) {
  const size_t close = item.rfind('>');
  const size_t open = close == std::string_view::npos ? close : item.rfind('<', close);
  if (open == std::string_view::npos) return RenderAddress(env, item, context, out);
  std::string_view name = item.substr(0, open);
  const std::string_view trimmed = TrimBlanks(name);
  if (!trimmed.empty() && trimmed != "\"\"") {
    const bool quoted = trimmed.size() >= 2 && trimmed.front() == '"' && trimmed.back() == '"';
    const std::string_view inner = quoted ? trimmed.substr(1, trimmed.size() - 2) : trimmed;
    Context plain;
    plain.language = context.language;
    plain.country = context.country;
    if (quoted) out->push_back('"');
    if (inner.find('@') != std::string_view::npos) {
      RenderAddress(env, inner, plain, out);
    } else {
      RenderName(env, inner, plain, out);
    }
    if (quoted) out->push_back('"');
  } else {
    out->append(trimmed);
  }
  if (!name.empty() && name.back() == ' ') out->push_back(' ');
  out->push_back('<');
  RenderAddress(env, TrimBlanks(item.substr(open + 1, close - open - 1)), context, out);
  out->push_back('>');
}

}  // namespace

void AppendCode(Draw* draw, int count, std::string* out) {
  const size_t from = out->size();
  out->resize(from + static_cast<size_t>(count));
  WriteCode(draw, count, out->data() + from);
}

void RenderDomain(const Env& env, std::string_view domain, std::string* out) {
  Buffer folded;
  FoldEmail(domain, &folded);
  const Digester digester = env.For(Kind::kEmail);
  const size_t from = out->size();
  out->resize(from + DomainRoom(env));
  const Draw draw(digester, digester.Of(folded.view(), Purpose::kMailDomain));
  out->resize(static_cast<size_t>(WriteDomain(env, draw, out->data() + from) - out->data()));
}

void RenderAddress(const Env& env, std::string_view address, const Context& context, std::string* out) {
  const size_t from = out->size();
  const size_t at = address.rfind('@');
  if (at == std::string_view::npos) return RenderLogin(env, address, context, out);
  if (at == 0) {  // "@acme.com" (crm_lead.email_domain_criterion)
    out->push_back('@');
    if (address.size() > 1) RenderDomain(env, address.substr(1), out);
    return;
  }
  // Folding goes letter by letter: the folded domain is what comes behind the folded rest.
  Buffer folded;
  FoldEmail(address.substr(0, at + 1), &folded);
  const size_t local = folded.size();
  FoldEmail(address.substr(at + 1), &folded);
  RenderFoldedAddress(env, folded.view(), folded.view().substr(local), context, out);
  if (AllUpper(address)) UpperAscii(out, from);
}

void RenderEmail(const Env& env, std::string_view value, const Context& context, std::string* out) {
  const size_t from = out->size();
  PlainAddress plain;
  if (plain.Parse(value)) return RenderFoldedAddress(env, plain.folded(), plain.domain(), context, out);
  if (context.max_chars == 0 && !HasListMarks(value)) return RenderAddress(env, value, context, out);
  size_t start = 0;
  bool quoted = false;
  bool angle = false;
  const auto flush = [&](size_t end) {
    const std::string_view piece = value.substr(start, end - start);
    const std::string_view item = TrimBlanks(piece);
    if (item.empty()) {
      out->append(piece);
      return;
    }
    const size_t offset = static_cast<size_t>(item.data() - piece.data());
    out->append(piece.substr(0, offset));
    RenderMailbox(env, item, context, out);
    out->append(piece.substr(offset + item.size()));
  };
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '"') quoted = !quoted;
    if (c == '<') angle = true;
    if (c == '>') angle = false;
    if (quoted || angle || (c != ',' && c != ';' && c != '\n')) continue;
    // "Okonkwo, Ada <a@b>": a comma before the first address is part of the name.
    if (value.substr(start, i - start).find('@') == std::string_view::npos) continue;
    flush(i);
    out->push_back(c);
    start = i + 1;
  }
  flush(value.size());
  if (context.max_chars == 0 || out->size() - from <= context.max_chars) return;
  if (CountCodePoints(std::string_view(*out).substr(from)) <= context.max_chars) return;
  // Cut, the last address would reach who knows whom: what doesn't fit becomes one address that does.
  out->resize(from);
  Buffer folded;
  FoldEmail(value, &folded);
  const Digester digester = env.For(Kind::kEmail);
  constexpr std::string_view kShort = "@a.test";
  AppendUser(env, digester, digester.Of(folded.view(), Purpose::kPart), true, Room(context, kShort.size()),
             out);
  out->append(kShort.substr(0, std::min<size_t>(kShort.size(), context.max_chars)));
}

void RenderLogin(const Env& env, std::string_view value, const Context& context, std::string* out) {
  if (value.find('@') != std::string_view::npos) return RenderEmail(env, value, context, out);
  const size_t from = out->size();
  Buffer folded;
  FoldName(value, &folded);
  const Digester digester = env.For(Kind::kLogin);
  AppendUser(env, digester, digester.Of(folded.view()), false, Room(context, 0), out);
  if (AllUpper(value)) UpperAscii(out, from);
}

void RenderSocial(const Env& env, std::string_view value, const Context& context, std::string* out) {
  if (value.find("://") != std::string_view::npos) return RenderUrl(env, value, context, out);
  const size_t from = out->size();
  if (value.front() == '@') {
    out->push_back('@');
    value.remove_prefix(1);
  }
  Buffer folded;
  FoldName(value, &folded);
  const Digester digester = env.For(Kind::kSocial);
  const size_t used = out->size() - from;
  AppendUser(env, digester, digester.Of(folded.view()), false, Room(context, used), out);
  std::replace(out->begin() + static_cast<ptrdiff_t>(from), out->end(), '.', '_');
}

}  // namespace understudy::pseudonym
