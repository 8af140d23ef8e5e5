// Names of people: which token is what, and the pseudonym of each.
//
// A surname is keyed by itself alone, so families stay families and "Mrs. Okonkwo" in a text meets the
// record. A first name inside a full name is keyed by the whole name, so frequent first names can't be
// counted out. Titles, particles ("van der") and punctuation stay; an initial becomes another initial.
#include <algorithm>
#include <iterator>

#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/utf8.h"
#include "pseudonym/word_set.h"

namespace understudy::pseudonym {
namespace {

constexpr WordSet kTitles({"mr",     "mrs",  "ms",  "miss", "mx",   "dr",         "prof", "sir",  "madam",
                           "herr",   "frau", "mag", "ing",  "dipl", "m",          "mme",  "mlle", "monsieur",
                           "madame", "sr",   "sra", "srta", "don",  "don\u0303a", "dott", "sig",  "sigra",
                           "pan",    "pani", "dhr", "mevr", "jr",   "ii",         "iii",  "iv",   "phd",
                           "mba",    "md",   "msc", "bsc",  "esq",  "dr-ing"});
constexpr WordSet kParticles({"von", "van", "de",  "der", "den", "da", "di", "del", "della", "la",  "le",
                              "du",  "des", "dos", "das", "do",  "al", "el", "bin", "ibn",   "ter", "ten",
                              "zu",  "zur", "zum", "vom", "af",  "av", "y",  "e",   "und",   "and"});
constexpr WordSet kDoubleSurnames({"欧阳", "司马", "上官", "诸葛", "歐陽", "司馬", "諸葛"});

enum class Role : uint8_t { kSeparator, kGiven, kSurname, kKept, kLabel, kEmail };

// Trivial, so that room for many costs nothing.
struct Token {
  const char* begin;
  size_t size;
  Role role;
  std::string_view text() const { return {begin, size}; }
};

// More words than this are no name; they are treated word by word as text.
constexpr size_t kMaxTokens = 32;

struct Parsed {
  Token tokens[kMaxTokens];
  size_t count = 0;
  Script script = Script::kNone;
  bool words = false;  // too many tokens
};

// What an ASCII character can be in a name.
enum Class : uint8_t {
  kNothing = 0,
  kSeparates = 1,
  kIsLetter = 2,
  kIsOdd = 4,
  kIsAt = 8,
  kIsOther = 16,
  kIsDot = 32
};
struct Classes {
  constexpr Classes() {
    for (unsigned c = 0; c <= ' '; ++c) of[c] = kSeparates;
    for (const unsigned char c : std::string_view(",;()\"/&|<>[]:")) of[c] = kSeparates;
    for (unsigned c = 'a'; c <= 'z'; ++c) of[c] = of[c - 32] = kIsLetter;
    for (unsigned c = '0'; c <= '9'; ++c) of[c] = kIsOdd;
    of[size_t{'_'}] = kIsOdd;
    of[size_t{'@'}] = kIsAt;
    of[size_t{'.'}] = kIsDot;
  }
  uint8_t of[128] = {};
};
constexpr Classes kClasses;

bool IsSeparator(char32_t c) { return IsBlank(c) || c == 0x30FB || c == 0x3001 || c == 0x60C || c == 0xFF0C; }

// Whether ASCII `token`, with or without a dot at its end, may be a title or particle.
bool MayBeKept(std::string_view token, bool dotted) {
  if (dotted && token.find('.') < token.size() - 1) return true;
  const auto first =
      static_cast<unsigned char>(token[0] >= 'A' && token[0] <= 'Z' ? token[0] + 32 : token[0]);
  const size_t size = token.size() - (token.back() == '.' ? 1 : 0);
  return kTitles.MayContain(first, size) || kParticles.MayContain(first, size);
}

// What a token is by itself, of characters whose classes together are `seen`; surnames are told from given
// names later.
Role RoleOf(std::string_view token, uint8_t seen, Script* script) {
  if ((seen & ~unsigned{kIsDot}) == kIsLetter && !MayBeKept(token, seen != kIsLetter)) {  // the common case
    if (*script == Script::kNone) *script = Script::kLatin;
    return Role::kGiven;
  }
  if ((seen & kIsAt) != 0) return Role::kEmail;
  bool letter = false;
  for (size_t i = 0; i < token.size();) {
    const char32_t c = NextCodePoint(token, &i);
    const uint8_t what = c < 0x80 ? kClasses.of[c] : static_cast<uint8_t>(kNothing);
    const Script of = what == kIsLetter ? Script::kLatin : c < 0x80 ? Script::kNone : ScriptOf(c);
    if (of == Script::kNone) continue;
    letter = true;
    if (*script == Script::kNone || (*script == Script::kHan && of == Script::kKana)) *script = of;
  }
  if ((seen & kIsOdd) != 0) return Role::kLabel;
  if (!letter) return Role::kKept;
  if (token.size() > 12) return Role::kGiven;  // longer than any title
  Buffer folded;
  FoldName(token, &folded);
  std::string_view word = folded.view();
  while (!word.empty() && word.back() == '.') word.remove_suffix(1);
  if (kTitles.Contains(word) && (word.size() > 1 || token.back() == '.' || token.size() == 2)) {
    return token.size() == 2 && word.size() == 1 && token != "M." ? Role::kGiven : Role::kKept;
  }
  if (kParticles.Contains(word)) {
    size_t i = 0;
    if (IsLower(NextCodePoint(token, &i))) return Role::kKept;
  }
  return Role::kGiven;
}

void Tokenise(std::string_view value, Parsed* parsed) {
  size_t start = 0;
  bool separator = true;
  uint8_t seen = 0;
  const auto flush = [&](size_t end) {
    if (end == start) return;
    if (parsed->count == kMaxTokens) {
      parsed->words = true;
      return;
    }
    Token& token = parsed->tokens[parsed->count++];
    token.begin = value.data() + start;
    token.size = end - start;
    token.role = separator ? Role::kSeparator : RoleOf(token.text(), seen, &parsed->script);
    start = end;
    seen = 0;
  };
  for (size_t i = 0; i < value.size() && !parsed->words;) {
    const size_t here = i;
    const auto byte = static_cast<unsigned char>(value[i]);
    uint8_t what = kIsOther;
    bool is = false;
    if (byte < 0x80) {
      what = kClasses.of[byte];
      is = what == kSeparates;
      ++i;
    } else {
      is = IsSeparator(NextCodePoint(value, &i));
    }
    if (is != separator) flush(here);
    seen = static_cast<uint8_t>(seen | what);
    separator = is;
  }
  if (!parsed->words) flush(value.size());
}

bool HasComma(std::string_view separator) {
  return separator.find(',') != std::string_view::npos || separator.find("，") != std::string_view::npos ||
         separator.find("،") != std::string_view::npos;
}

bool IsEastAsian(Script script) {
  return script == Script::kHan || script == Script::kKana || script == Script::kHangul;
}

// The last name token is the surname; before a comma all are; in East Asian scripts the first.
void AssignRoles(Parsed* parsed) {
  size_t comma = kMaxTokens;
  size_t names_before = 0;
  size_t names_after = 0;
  for (size_t i = 0; i < parsed->count; ++i) {
    const Token& token = parsed->tokens[i];
    if (token.role == Role::kSeparator && comma == kMaxTokens && HasComma(token.text())) comma = i;
    if (token.role == Role::kGiven) ++(comma == kMaxTokens ? names_before : names_after);
  }
  if (comma != kMaxTokens && names_before > 0 && names_after > 0) {
    for (size_t i = 0; i < comma; ++i) {
      if (parsed->tokens[i].role == Role::kGiven) parsed->tokens[i].role = Role::kSurname;
    }
    return;
  }
  const bool first = IsEastAsian(parsed->script);
  for (size_t i = 0; i < parsed->count; ++i) {
    Token& token = parsed->tokens[first ? i : parsed->count - 1 - i];
    if (token.role != Role::kGiven) continue;
    token.role = Role::kSurname;
    return;
  }
}

// Bytes of the surname in a name written without a blank: 0 if it isn't one.
size_t UnspacedSurname(std::string_view token, Script script, bool japanese) {
  const size_t length = CountCodePoints(token);
  if (length < 2 || length > (script == Script::kHangul ? 4u : 5u)) return 0;
  if (script == Script::kHangul) return PrefixBytes(token, length == 4 ? 2 : 1);
  if (japanese) return PrefixBytes(token, length <= 2 ? 1 : length == 5 ? 3 : 2);
  const size_t two = PrefixBytes(token, 2);
  return length >= 3 && kDoubleSurnames.Contains(token.substr(0, two))
             ? two
             : PrefixBytes(token, length == 4 ? 2 : 1);
}

bool IsInitial(std::string_view token) {
  size_t i = 0;
  const char32_t c = NextCodePoint(token, &i);
  return IsUpper(c) && (i == token.size() || token.substr(i) == ".");
}

void RenderSurnameWord(const Env& env, const Language& language, std::string_view word, std::string* out) {
  const size_t from = out->size();
  Buffer folded;
  FoldName(word, &folded);
  const Digester digester = env.For(Kind::kSurname);
  Draw draw(digester, digester.Of(folded.view()));
  language.surname.Render(&draw, out);
  ApplyCase(word, from, out);
}

// "Müller-Lüdenscheidt": each half is a surname of its own.
void RenderSurnameToken(const Env& env, const Language& language, std::string_view token, std::string* out) {
  for (;;) {
    const size_t hyphen = token.find('-');
    const std::string_view word = token.substr(0, hyphen);
    if (!word.empty()) RenderSurnameWord(env, language, word, out);
    if (hyphen == std::string_view::npos) return;
    out->push_back('-');
    token.remove_prefix(hyphen + 1);
  }
}

void RenderGivenToken(const Language& language, std::string_view token, Draw* draw, std::string* out) {
  for (;;) {
    const size_t hyphen = token.find('-');
    const std::string_view word = token.substr(0, hyphen);
    const size_t from = out->size();
    if (!word.empty()) language.first_name.Render(draw, out);
    if (!word.empty() && IsInitial(word)) {
      out->resize(from + PrefixBytes(std::string_view(*out).substr(from), 1));
      if (word.back() == '.') out->push_back('.');
    } else {
      ApplyCase(word, from, out);
    }
    if (hyphen == std::string_view::npos) return;
    out->push_back('-');
    token.remove_prefix(hyphen + 1);
  }
}

// "Ada Okonkwo" and "Okonkwo, Ada" are one whole.
void FoldWhole(const Parsed& parsed, Buffer* whole) {
  for (const Role role : {Role::kGiven, Role::kSurname}) {
    for (size_t i = 0; i < parsed.count; ++i) {
      if (parsed.tokens[i].role != role) continue;
      FoldName(parsed.tokens[i].text(), whole);
      whole->push_back(' ');
    }
    whole->push_back('\x1f');
  }
}

void RenderParsed(const Env& env, const Parsed& parsed, const Language& language, const Context& context,
                  std::string* out) {
  Buffer whole;
  FoldWhole(parsed, &whole);
  const Digester digester = env.For(Kind::kFirstName);
  Draw given(digester, digester.Of(whole.view(), Purpose::kWholeName));
  for (size_t i = 0; i < parsed.count; ++i) {
    const Token& token = parsed.tokens[i];
    switch (token.role) {
      case Role::kSeparator:
      case Role::kKept:
        out->append(token.text());
        break;
      case Role::kGiven:
        RenderGivenToken(language, token.text(), &given, out);
        break;
      case Role::kSurname:
        RenderSurnameToken(env, language, token.text(), out);
        break;
      case Role::kLabel:
        RenderSameShape(env, Kind::kName, token.text(), out);
        break;
      case Role::kEmail:
        RenderEmail(env, token.text(), context, out);
        break;
    }
  }
}

}  // namespace

bool IsTitleOrParticle(std::string_view folded) {
  return kTitles.Contains(folded) || kParticles.Contains(folded);
}

void ApplyCase(std::string_view model, size_t from, std::string* out) {
  const auto is = [&](size_t i, char first, char last) { return model[i] >= first && model[i] <= last; };
  if (model.size() >= 2 && is(0, 'A', 'Z') && is(1, 'a', 'z')) return;  // the common case: both are there
  size_t upper = 0;
  size_t lower = 0;
  for (size_t i = 0; i < model.size() && (lower == 0 || upper == 0);) {
    const char32_t c = NextCodePoint(model, &i);
    if (IsUpper(c)) ++upper;
    if (IsLower(c)) ++lower;
  }
  if (upper >= 2 && lower == 0) UpperTail(out, from);
  if (upper == 0 && lower > 0) LowerTail(out, from);
}

void RenderName(const Env& env, std::string_view value, const Context& context, std::string* out) {
  Parsed parsed;
  Tokenise(value, &parsed);
  if (parsed.words) {
    RenderSameShape(env, Kind::kName, value, out);
    return;
  }
  AssignRoles(&parsed);
  const Language& language = env.LanguageFor(parsed.script, context);
  size_t names = 0;
  size_t only = 0;
  for (size_t i = 0; i < parsed.count; ++i) {
    if (parsed.tokens[i].role != Role::kSurname && parsed.tokens[i].role != Role::kGiven) continue;
    ++names;
    only = i;
  }
  if (names == 1 && IsEastAsian(parsed.script) && parsed.count + 1 < kMaxTokens) {
    // Written in one piece: split it, so that the family keeps its name.
    const std::string_view token = parsed.tokens[only].text();
    const size_t bytes = UnspacedSurname(token, parsed.script, language.code == "ja");
    if (bytes > 0 && bytes < token.size()) {
      std::copy_backward(parsed.tokens + only, parsed.tokens + parsed.count,
                         parsed.tokens + parsed.count + 1);
      ++parsed.count;
      parsed.tokens[only] = {token.data(), bytes, Role::kSurname};
      parsed.tokens[only + 1] = {token.data() + bytes, token.size() - bytes, Role::kGiven};
    }
  }
  RenderParsed(env, parsed, language, context, out);
}

void RenderFirstName(const Env& env, std::string_view value, const Context& context, std::string* out) {
  Parsed parsed;
  Tokenise(value, &parsed);
  if (parsed.words) return RenderSameShape(env, Kind::kFirstName, value, out);
  const Language& language = env.LanguageFor(parsed.script, context);
  const Digester digester = env.For(Kind::kFirstName);
  for (size_t i = 0; i < parsed.count; ++i) {
    const Token& token = parsed.tokens[i];
    if (token.role == Role::kGiven) {
      Buffer folded;
      FoldName(token.text(), &folded);
      Draw draw(digester, digester.Of(folded.view()));
      RenderGivenToken(language, token.text(), &draw, out);
    } else if (token.role == Role::kLabel || token.role == Role::kEmail) {
      RenderSameShape(env, Kind::kFirstName, token.text(), out);
    } else {
      out->append(token.text());
    }
  }
}

void RenderSurname(const Env& env, std::string_view value, const Context& context, std::string* out) {
  Parsed parsed;
  Tokenise(value, &parsed);
  if (parsed.words) return RenderSameShape(env, Kind::kSurname, value, out);
  const Language& language = env.LanguageFor(parsed.script, context);
  for (size_t i = 0; i < parsed.count; ++i) {
    const Token& token = parsed.tokens[i];
    if (token.role == Role::kGiven) {
      RenderSurnameToken(env, language, token.text(), out);
    } else if (token.role == Role::kLabel || token.role == Role::kEmail) {
      RenderSameShape(env, Kind::kSurname, token.text(), out);
    } else {
      out->append(token.text());
    }
  }
}

}  // namespace understudy::pseudonym
