#include "text/tokens.h"

#include <bit>

#include "base/eight_bytes.h"
#include "text/sixteen_bytes.h"
#include "text/unicode.h"

namespace understudy::text {
namespace {

constexpr size_t kEuropean = 64;  // bytes of a word that ReadEuropean reads

inline bool AsciiWord(unsigned char c) { return (c | 0x20u) - 'a' < 26u || c - unsigned{'0'} < 10u; }

// ASCII tokens need no table, however long they are (a file in base64 is one). Stops before the first byte
// that is no ASCII word.
void ReadAscii(std::string_view text, Token* t, bool* lower) {
  size_t i = t->begin;
  bool digit = false, other = false, low = false;
  uint32_t letters = 0;
  for (; i < text.size() && AsciiWord(static_cast<unsigned char>(text[i])); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool is_digit = c < 0x3A;
    digit |= is_digit;
    other |= !is_digit;
    letters += !is_digit;
    low |= c >= 'a';
  }
  const auto first = static_cast<unsigned char>(text[t->begin]);
  t->starts_upper = first >= 'A' && first <= 'Z';
  t->end = static_cast<uint32_t>(i);
  t->chars = t->end - t->begin;
  t->has_digit = digit;
  t->all_digits = digit && !other;
  t->all_upper = letters >= 2 && !low;
  *lower = low;
}

void ReadWide(std::string_view text, Token* t) {
  bool lower = false, other = false;
  uint32_t letters = 0, chars = 0;
  size_t i = t->begin, end = t->begin;
  t->ascii = true;
  t->has_digit = false;
  while (i < text.size()) {
    const CodePoint c = DecodeUtf8(text, i);
    const CharClass k = c.value == kInvalid ? CharClass::kOther : ClassOf(c.value);
    if (k == CharClass::kSolo) {
      if (chars > 0) break;
      t->solo = true;
      t->ascii = false;
      chars = 1;
      end = i + c.size;
      break;
    }
    if (k == CharClass::kOther || k == CharClass::kBlank) break;
    if (c.size > 1) t->ascii = false;
    if (k == CharClass::kLetter) {
      const bool upper = IsUpper(c.value);
      if (chars == 0) t->starts_upper = upper;
      lower |= !upper && UpperCase(c.value) != c.value;
      ++letters;
      other = true;
    } else if (k == CharClass::kDigit) {
      t->has_digit = true;
    }
    i += c.size;
    if (k == CharClass::kIgnorable) continue;
    if (k != CharClass::kMark) ++chars;
    end = i;
  }
  t->end = static_cast<uint32_t>(end);
  t->chars = chars;
  t->all_digits = t->has_digit && !other;
  t->all_upper = letters >= 2 && !lower;
}

// What is known of a token when its letters and digits are: a bit for each of up to 64 bytes.
void Describe(uint64_t letters, uint64_t digits, uint64_t lower, uint32_t size, Token* t) {
  t->end = t->begin + size;
  t->chars = size;
  t->has_digit = digits != 0;
  t->all_digits = letters == 0;
  t->starts_upper = (letters & ~lower & 1) != 0;
  t->all_upper = (letters & (letters - 1)) != 0 && (letters & lower) == 0;
}

// ASCII tokens of 16 bytes and more, up to kEuropean: addresses, references, hashes. False if it is not such
// a token; then nothing is written.
[[gnu::noinline]] bool ReadLong(std::string_view text, Token* t) {
  char folded[kEuropean];
  uint64_t letters = 0, digits = 0, lower = 0, wide = 0;
  for (uint32_t size = 0; size < kEuropean; size += SixteenBytes::kBytes) {
    const size_t at = t->begin + size;
    if (at >= text.size()) break;
    const SixteenBytes sixteen = SixteenAt(text, at);
    sixteen.StoreFolded(folded + size);
    const ByteKinds kinds = sixteen.kinds();
    letters |= uint64_t{kinds.letters} << size;
    digits |= uint64_t{kinds.digits} << size;
    lower |= uint64_t{kinds.lower} << size;
    wide |= uint64_t{kinds.wide} << size;
    if ((kinds.letters | kinds.digits) != 0xFFFF) break;
  }
  const auto size = static_cast<uint32_t>(std::countr_one(letters | digits));
  if (size == kEuropean || (wide >> size & 1) != 0) return false;
  const uint64_t token = (uint64_t{1} << size) - 1;
  Describe(letters & token, digits & token, lower, size, t);
  t->hash = HashFolded(folded, size);
  return true;
}

// ASCII tokens of up to 15 bytes, nearly all there are: all bytes at once. False if it is not such a token;
// then nothing is written.
inline bool ReadShort(std::string_view text, Token* t) {
  const SixteenBytes sixteen = SixteenAt(text, t->begin);
  const ByteKinds kinds = sixteen.kinds();
  const uint32_t others = ~(kinds.letters | kinds.digits) & 0xFFFF;
  if (others == 0) return ReadLong(text, t);
  const auto size = static_cast<uint32_t>(std::countr_zero(others));
  if (size == 0 || (kinds.wide >> size & 1) != 0) return false;
  const uint32_t token = (uint32_t{1} << size) - 1;
  Describe(kinds.letters & token, kinds.digits & token, kinds.lower, size, t);
  t->hash = sixteen.Hash(size);
  return true;
}

// The size of a code point that begins no token; 0 if it begins one.
[[gnu::noinline]] size_t BeyondAscii(std::string_view text, size_t at) {
  const CodePoint c = DecodeUtf8(text, at);
  const CharClass k = c.value == kInvalid ? CharClass::kOther : ClassOf(c.value);
  return k == CharClass::kLetter || k == CharClass::kSolo ? 0 : c.size;
}

// Words of ASCII and of the letters of two bytes whose small ones have two bytes, too (Latin, Greek,
// Cyrillic), that end at something else than a mark: read and folded in one go. False if it is not such a
// token; then nothing is written.
[[gnu::noinline]] bool ReadEuropean(std::string_view text, Token* t) {
  char folded[kEuropean];
  size_t i = t->begin, size = 0;
  uint32_t letters = 0, chars = 0;
  bool lower = false, digit = false, ascii = true, starts_upper = false;
  for (; i < text.size(); ++chars) {
    const auto b = static_cast<unsigned char>(text[i]);
    if (size + 2 > kEuropean) return false;
    if (b < 0x80) {
      if (!AsciiWord(b)) break;
      const bool is_digit = b < 0x3A;
      if (chars == 0) starts_upper = !is_digit && b < 'a';
      digit |= is_digit;
      letters += !is_digit;
      lower |= b >= 'a';
      folded[size++] = static_cast<char>(b | 0x20);
      ++i;
      continue;
    }
    const CodePoint c = DecodeUtf8(text, i);
    if (c.size != 2) return false;
    const CharClass k = ClassOf(c.value);
    if (k == CharClass::kOther || k == CharClass::kBlank) break;
    if (k != CharClass::kLetter) return false;
    const char32_t fold = FoldCase(c.value);
    if (fold < 0x80 || fold >= 0x800) return false;
    const bool upper = IsUpper(c.value);
    if (chars == 0) starts_upper = upper;
    lower |= !upper && UpperCase(c.value) != c.value;
    ++letters;
    ascii = false;
    folded[size++] = static_cast<char>(0xC0 | fold >> 6);
    folded[size++] = static_cast<char>(0x80 | (fold & 0x3F));
    i += 2;
  }
  t->end = static_cast<uint32_t>(i);
  t->chars = chars;
  t->ascii = ascii;
  t->starts_upper = starts_upper;
  t->has_digit = digit;
  t->all_digits = letters == 0;
  t->all_upper = letters >= 2 && !lower;
  t->hash = HashFolded(folded, size);
  return true;
}

// Any other token.
[[gnu::noinline]] void ReadAny(std::string_view text, Token* token) {
  bool lower = false;
  if (static_cast<unsigned char>(text[token->begin]) < 0x80) ReadAscii(text, token, &lower);
  if (token->end == token->begin ||
      (token->end < text.size() && static_cast<unsigned char>(text[token->end]) >= 0x80)) {
    ReadWide(text, token);
  }
  static thread_local std::string folded;
  folded.clear();
  AppendFolded(text, *token, &folded);
  token->hash = HashFolded(folded.data(), folded.size());
}

}  // namespace

uint64_t HashFolded(const char* bytes, size_t size) {
  uint64_t h = 0;
  const size_t whole = size;
  while (size > 16) {
    uint64_t lo, hi;
    std::memcpy(&lo, bytes, 8);
    std::memcpy(&hi, bytes + 8, 8);
    h = Fold128(h ^ lo ^ kMix3, hi ^ kMix1);
    bytes += 16;
    size -= 16;
  }
  const std::string_view tail(bytes, size);
  const uint64_t lo = EightAt(tail, 0), hi = size > 8 ? EightAt(tail, 8) : 0;
  return HashShort(lo ^ h, hi, whole);
}

void AppendFolded(std::string_view text, const Token& token, std::string* out) {
  if (token.ascii) {
    for (size_t i = token.begin; i < token.end; ++i) out->push_back(static_cast<char>(text[i] | 0x20));
    return;
  }
  char32_t pending = 0;  // a letter that a mark may still change
  const std::string_view word = text.substr(0, token.end);
  for (size_t i = token.begin; i < token.end;) {
    const CodePoint c = DecodeUtf8(word, i);
    i += c.size;
    const CharClass k = ClassOf(c.value);
    if (k == CharClass::kIgnorable) continue;
    if (k == CharClass::kMark && pending != 0) {
      const char32_t composed = Compose(pending, c.value);
      if (composed != 0) {
        pending = composed;
        continue;
      }
    }
    if (pending != 0) AppendCodePoint(FoldCase(pending), out);
    pending = c.value;
  }
  if (pending != 0) AppendCodePoint(FoldCase(pending), out);
}

Token TokenOfWord(std::string_view text, uint32_t begin, uint32_t size, uint64_t hash) {
  const ByteKinds kinds = SixteenAt(text, begin).kinds();
  const uint32_t bytes = (uint32_t{1} << size) - 1;
  Token token;
  token.begin = begin;
  Describe(kinds.letters & bytes, kinds.digits & bytes, kinds.lower, size, &token);
  token.hash = hash;
  return token;
}

bool NextToken(std::string_view text, size_t from, Token* token) {
  size_t i = from;
  while (i < text.size()) {
    const auto b = static_cast<unsigned char>(text[i]);
    if (b < 0x80) {
      if (AsciiWord(b)) break;
      ++i;
      continue;
    }
    const size_t size = BeyondAscii(text, i);
    if (size == 0) break;
    i += size;
  }
  if (i >= text.size()) return false;
  *token = Token();
  token->begin = static_cast<uint32_t>(i);
  token->end = token->begin;
  if (!ReadShort(text, token) && !ReadEuropean(text, token)) ReadAny(text, token);
  return true;
}

}  // namespace understudy::text
