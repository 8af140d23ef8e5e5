// Kinds that keep the shape character by character: text, plates, account numbers, tokens, numbers.
#include <algorithm>

#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/utf8.h"

namespace understudy::pseudonym {
namespace {

// A letter of the same script and case. Scripts without a list of ours get one from the same block.
char32_t DrawLetter(char32_t c, Draw* draw) {
  static constexpr std::string_view kVowels = "aeiou";
  static constexpr std::string_view kConsonants = "bcdfghklmnprstvw";
  const char32_t lower = ToLower(c);
  switch (ScriptOf(c)) {
    case Script::kLatin: {
      // Vowels stay vowels, so that a word can still be read.
      const bool vowel = lower < 0x80 && kVowels.find(static_cast<char>(lower)) != std::string_view::npos;
      const std::string_view list = vowel ? kVowels : kConsonants;
      const char32_t drawn =
          static_cast<unsigned char>(list[draw->Below(static_cast<uint32_t>(list.size()))]);
      return lower != c ? ToUpper(drawn) : drawn;
    }
    case Script::kCyrillic:
      return lower != c ? 0x410 + draw->Below(26) : 0x430 + draw->Below(26);
    case Script::kGreek:
      return lower != c ? 0x391 + draw->Below(17) : 0x3B1 + draw->Below(17);
    case Script::kArabic:
      return 0x628 + draw->Below(19);
    case Script::kHebrew:
      return 0x5D0 + draw->Below(27);
    case Script::kHan:
      return 0x4E00 + draw->Below(0x5000);
    case Script::kKana:
      return (c >= 0x30A1 ? 0x30A2 : 0x3042) + draw->Below(80);
    case Script::kHangul:
      return 0xAC00 + draw->Below(11172);
    default:
      return 'a' + draw->Below(26);
  }
}

void AppendShape(std::string_view value, bool ascii_alphabet, Draw* draw, std::string* out) {
  for (size_t i = 0; i < value.size();) {
    const char32_t c = NextCodePoint(value, &i);
    if (IsDigit(c)) {
      out->push_back(draw->Digit());
    } else if (ascii_alphabet && c >= 'A' && c <= 'Z') {
      out->push_back(static_cast<char>('A' + draw->Below(26)));
    } else if (ascii_alphabet && c >= 'a' && c <= 'z') {
      out->push_back(static_cast<char>('a' + draw->Below(26)));
    } else if (IsLetter(c)) {
      AppendCodePoint(DrawLetter(c, draw), out);
    } else {
      AppendCodePoint(c, out);
    }
  }
}

// Values of more than 90 bits are drawn: they carry enough without a permutation.
constexpr uint32_t kMostCentibits = 9000;

bool IsHexAlphabet(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) { return (c | 32) >= 'g' && (c | 32) <= 'z'; });
}

// The characters a token is made of decide those of its pseudonym.
struct Alphabet {
  std::string_view digits = "0123456789";
  std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
  std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
};

Alphabet AlphabetOf(std::string_view value) {
  Alphabet alphabet;
  if (IsHexAlphabet(value)) {
    alphabet.lower = "abcdef";
    alphabet.upper = "ABCDEF";
  }
  return alphabet;
}

}  // namespace

void RenderSameShape(const Env& env, Kind kind, std::string_view value, std::string* out) {
  Buffer folded;
  FoldName(value, &folded);
  const Digester digester = env.For(kind);
  Draw draw(digester, digester.Of(folded.view(), Purpose::kPart));
  AppendShape(value, false, &draw, out);
}

void RenderText(const Env& env, std::string_view value, const Context& context, std::string* out) {
  if (context.unique && AppendPermuted(env.For(Kind::kText), value, false, out)) return;
  // Word by word, so that a word has one pseudonym wherever it stands.
  size_t start = 0;
  const auto flush = [&](size_t end) {
    if (end > start) RenderSameShape(env, Kind::kText, value.substr(start, end - start), out);
  };
  for (size_t i = 0; i < value.size();) {
    const size_t here = i;
    const char32_t c = NextCodePoint(value, &i);
    if (!IsBlank(c)) continue;
    flush(here);
    out->append(value.substr(here, i - here));
    start = i;
  }
  flush(value.size());
}

void RenderPlate(const Env& env, std::string_view value, const Context&, std::string* out) {
  Buffer folded;
  FoldIdentifier(value, &folded);
  const Digester digester = env.For(Kind::kPlate);
  if (AppendPermuted(digester, value, false, out)) return;
  Draw draw(digester, digester.Of(folded.view()));
  AppendShape(value, true, &draw, out);
}

void AppendIdentifierShape(std::string_view value, Draw* draw, std::string* out) {
  AppendShape(value, true, draw, out);
}

bool AppendPermuted(const Digester& digester, std::string_view value, bool hex_stays_hex, std::string* out) {
  const bool hex = hex_stays_hex && IsHexAlphabet(value);
  const uint32_t letters = hex ? 6 : 26;
  // What stands between letters and digits is no part of it, so that spellings meet.
  uint32_t centibits = 0;  // log2 of how many values have this shape, times 100
  thread_local std::string radices, digits;
  radices.clear();
  digits.clear();
  for (const char c : value) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
    const bool digit = c >= '0' && c <= '9';
    const char lower = static_cast<char>(c | 32);
    if (!digit && (lower < 'a' || lower > 'z')) continue;
    radices.push_back(static_cast<char>(digit ? 10 : letters));
    centibits += digit ? 332 : hex ? 258 : 470;
    digits.push_back(static_cast<char>(digit ? c - '0' : lower - 'a'));
  }
  if (digits.empty() || centibits > kMostCentibits) return false;
  const auto looks_hex = [&] {
    for (size_t i = 0; i < digits.size(); ++i) {
      if (radices[i] != 10 && digits[i] >= 6) return false;
    }
    return true;
  };
  // Hex and other values share a shape; those that aren't hex walk on until they are so no more.
  do {
    MapMixed(digester, radices, &digits);
  } while (hex_stays_hex && !hex && looks_hex());
  size_t next = 0;
  for (const char c : value) {
    if (c >= '0' && c <= '9') {
      out->push_back(static_cast<char>('0' + digits[next++]));
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      out->push_back(static_cast<char>((c >= 'a' ? 'a' : 'A') + digits[next++]));
    } else {
      out->push_back(c);
    }
  }
  return true;
}

void RenderToken(const Env& env, std::string_view value, const Context&, std::string* out) {
  const Alphabet alphabet = AlphabetOf(value);
  const Digester digester = env.For(Kind::kToken);
  if (AppendPermuted(digester, value, true, out)) return;
  Draw draw(digester, digester.Of(value));
  const auto pick = [&](std::string_view list) {
    return list[draw.Below(static_cast<uint32_t>(list.size()))];
  };
  for (size_t i = 0; i < value.size();) {
    const char32_t c = NextCodePoint(value, &i);
    if (IsDigit(c)) {
      out->push_back(pick(alphabet.digits));
    } else if (c >= 'a' && c <= 'z') {
      out->push_back(pick(alphabet.lower));
    } else if (c >= 'A' && c <= 'Z') {
      out->push_back(pick(alphabet.upper));
    } else if (IsLetter(c)) {
      AppendCodePoint(DrawLetter(c, &draw), out);
    } else {
      AppendCodePoint(c, out);
    }
  }
}

void RenderNumber(const Env& env, std::string_view value, const Context& context, std::string* out) {
  // All digits together are permuted, then put back between whatever stood around them; an exponent stays.
  size_t end = value.find_first_of("eE");
  const bool number = end != std::string_view::npos && end > 0 &&
                      value.find_first_not_of("0123456789.+-") == end && end + 1 < value.size() &&
                      value.find_first_not_of("0123456789+-", end + 1) == std::string_view::npos;
  if (!number) end = value.size();
  thread_local std::string digits;
  digits.clear();
  for (const char c : value.substr(0, end)) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  if (digits.empty()) return RenderText(env, value, context, out);
  env.digits.Map(&digits, 0);
  size_t next = 0;
  for (const char c : value.substr(0, end)) out->push_back(c >= '0' && c <= '9' ? digits[next++] : c);
  out->append(value.substr(end));
}

}  // namespace understudy::pseudonym
