// How a value of an identifying column becomes entries: the rules of DESIGN §7 on spellings, short values and
// common words, in one place.
#include <algorithm>

#include "text/known_values.h"
#include "text/unicode.h"

namespace understudy::text {

using pseudonym::Entity;
using pseudonym::Kind;

namespace {

bool BlankOnly(std::string_view value) {
  for (size_t i = 0; i < value.size();) {
    const CodePoint c = DecodeUtf8(value, i);
    if (c.value == kInvalid || ClassOf(c.value) != CharClass::kBlank) return false;
    i += c.size;
  }
  return true;
}

// Digits of a short number say nothing: "user 10".
bool SaysNothing(const Token& token, const StopWords& words) {
  return words.Never(token.hash) || (token.all_digits && token.chars < 4) || (token.chars < 2 && !token.solo);
}

std::string_view WithoutScheme(std::string_view url) {
  const size_t colon = url.find("://");
  if (colon != std::string_view::npos) url.remove_prefix(colon + 3);
  if (url.size() > 4 && (url.substr(0, 4) == "www." || url.substr(0, 4) == "WWW.")) url.remove_prefix(4);
  return url;
}

// Names of RFC 2606 belong to nobody, and pseudonyms stand under them.
bool Reserved(std::string_view url) {
  const std::string_view host = url.substr(0, url.find_first_of("/:?#"));
  for (std::string_view name :
       {"example.com", "example.net", "example.org", ".example", ".test", ".invalid"}) {
    if (host.ends_with(name)) return true;
  }
  return false;
}

}  // namespace

void KnownValues::Builder::Add(Kind kind, std::string_view value, const ValueContext& context) {
  if (BlankOnly(value)) {
    ++counts_.empty;
    return;
  }
  ++counts_.added;
  Entry entry;
  entry.kind = kind;
  entry.context = ContextId(context);
  if (kind == Kind::kEmail || value.find('@') != std::string_view::npos) {
    // "Ada <ada@x.org>, bob@x.org": every address; what is no address falls through.
    if (AddEmails(entry, value)) return;
    // "Visitor", "unknown" in a column of addresses: no address, so nothing to know.
    if (kind == Kind::kEmail) {
      ++counts_.too_short;
      return;
    }
  }
  if (kind == Kind::kPhone) {
    AddPhone(entry, value, context.country);
  } else if (IsCode(kind)) {
    AddCode(entry, value);
  } else if (kind == Kind::kUrl || kind == Kind::kSocial) {
    const std::string_view url = WithoutScheme(value);
    if (Reserved(url)) {
      ++counts_.stop_words;
    } else {
      AddWords(entry, url);
    }
  } else {
    AddWords(entry, value);
  }
}

bool KnownValues::Builder::AddEmails(Entry entry, std::string_view value) {
  bool any = false;
  if (entry.kind != Kind::kLogin) entry.kind = Kind::kEmail;
  entry.final = true;
  for (size_t at = value.find('@'); at != std::string_view::npos; at = value.find('@', at + 1)) {
    const EmailExtent extent = FindEmail(value, at);
    if (extent.end == 0) continue;
    Put(EmailHash(ToLower(value.substr(extent.begin, extent.end - extent.begin))), entry, false);
    any = true;
  }
  return any;
}

void KnownValues::Builder::AddCode(Entry entry, std::string_view value) {
  const std::string code = CompactCode(value);
  if (code.find_first_of("0123456789") == std::string::npos) {
    AddWords(entry, value);
    return;
  }
  if (code.size() < kMinCodeChars || code.size() > kMaxCodeChars) {
    ++counts_.too_short;
    return;
  }
  entry.final = true;
  PutCode(CodeHash(code), code, entry);
  // A VAT number is also written without its country.
  const bool prefixed = code[0] >= 'A' && code[1] >= 'A' && code[2] < 'A';
  if (entry.kind == Kind::kVat && prefixed && code.size() >= 10) {
    entry.part = true;
    const std::string_view number = std::string_view(code).substr(2);
    PutCode(CodeHash(number), number, entry);
  }
}

void KnownValues::Builder::AddPhone(Entry entry, std::string_view value, std::string_view country) {
  entry.final = true;
  for (const PhoneSpellings& phone : SplitPhones(value, country)) {
    if (phone.national.size() < kMinCodeChars) {
      ++counts_.too_short;
      continue;
    }
    if (!phone.international.empty()) PutCode(PhoneHash(phone.international), phone.international, entry);
    PutCode(PhoneHash(phone.national), phone.national, entry);
  }
}

void KnownValues::Builder::AddSequence(Entry entry, const SplitValue& split, size_t from, size_t to) {
  if (from >= to) return;
  const bool whole = !entry.part && !entry.reversed;  // parts are not counted again
  static const StopWords* const kNone = new StopWords();
  const StopWords& words = options_.stop_words != nullptr ? *options_.stop_words : *kNone;
  const auto begin = split.tokens.begin() + static_cast<std::ptrdiff_t>(from);
  const auto end = split.tokens.begin() + static_cast<std::ptrdiff_t>(to);
  if (to - from == 1 && begin->chars < kMinWordChars) {
    counts_.too_short += whole;
    return;
  }
  if (std::all_of(begin, end, [&](const Token& t) { return SaysNothing(t, words); })) {
    counts_.stop_words += whole;
    return;
  }
  entry.common =
      std::all_of(begin, end, [&](const Token& t) { return words.Common(t.hash) || SaysNothing(t, words); });
  std::vector<uint64_t> hashes;
  for (auto t = begin; t != end; ++t) hashes.push_back(t->hash);
  PutSequence(hashes, entry);
}

void KnownValues::Builder::AddNameParts(Entry entry, const SplitValue& split) {
  const size_t n = split.tokens.size();
  const size_t surname = split.surname_tokens;
  if (surname == 0 || surname > 3 || surname >= n || split.comma || n == kMaxTokens) return;
  size_t first = 0;
  const StopWords* words = options_.stop_words;
  while (words != nullptr && first + surname < n && words->Honorific(split.tokens[first].hash)) ++first;
  if (first > 0) AddSequence(entry, split, first, n);

  // Last First: the surname's tokens, then the others.
  if (first + surname < n) {
    SplitValue turned;
    turned.tokens.assign(split.tokens.end() - static_cast<std::ptrdiff_t>(surname), split.tokens.end());
    turned.tokens.insert(turned.tokens.end(), split.tokens.begin() + static_cast<std::ptrdiff_t>(first),
                         split.tokens.end() - static_cast<std::ptrdiff_t>(surname));
    Entry reversed = entry;
    reversed.reversed = true;
    reversed.surname_tokens = static_cast<uint8_t>(surname);
    AddSequence(reversed, turned, 0, turned.tokens.size());
  }

  Entry part = entry;
  part.part = true;
  part.kind = Kind::kSurname;
  part.plain_gaps = surname == 1;
  AddSequence(part, split, n - surname, n);
  if (first + surname < n) {
    part.kind = Kind::kFirstName;
    part.plain_gaps = true;
    AddSequence(part, split, first, first + 1);
    // "Marie-Claire" is one first name.
    size_t end = first + 1;
    while (end + surname < n && (split.after_blank >> end & 1) == 0) ++end;
    part.plain_gaps = false;
    if (end > first + 1) AddSequence(part, split, first, end);
  }
}

void KnownValues::Builder::AddWithoutLegalForm(Entry entry, const SplitValue& split) {
  if (split.legal_tokens == 0) return;
  entry.part = true;
  AddSequence(entry, split, 0, split.tokens.size() - split.legal_tokens);
}

void KnownValues::Builder::AddWords(Entry entry, std::string_view value) {
  SplitValue split;
  SplitIntoTokens(value, &split);
  if (split.tokens.empty()) {
    ++counts_.empty;
    return;
  }
  entry.plain_gaps = split.plain_gaps;
  entry.surname_tokens = static_cast<uint8_t>(std::min<size_t>(split.surname_tokens, 3));
  AddSequence(entry, split, 0, split.tokens.size());
  const bool name = entry.kind == Kind::kName;
  const Entity entity = contexts_[entry.context].entity;
  const bool digits =
      std::any_of(split.tokens.begin(), split.tokens.end(), [](const Token& t) { return t.has_digit; });
  const bool person = name && entity != Entity::kCompany && split.legal_tokens == 0 && !digits &&
                      (entity == Entity::kPerson || split.tokens.size() <= 5);
  if (person) AddNameParts(entry, split);
  if (entry.kind == Kind::kCompany || (name && !person)) AddWithoutLegalForm(entry, split);
}

}  // namespace understudy::text
