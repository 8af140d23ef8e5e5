#include "text/tokens.h"

#include <bit>

#include "text/unicode.h"

namespace understudy::text {
namespace {

inline bool AsciiWord(unsigned char c) { return (c | 0x20u) - 'a' < 26u || c - unsigned{'0'} < 10u; }

// ASCII tokens, the common case, need no table. Stops before the first byte that is no ASCII word.
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

// The high bit of every byte that lies in [first, last]; bytes must be below 0x80.
inline uint64_t InRange(uint64_t x, uint8_t first, uint8_t last) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  return ((x + (0x80 - first) * kOnes) & ~(x + (0x7F - last) * kOnes)) & (kOnes << 7);
}

// ASCII tokens of up to 15 bytes with 16 bytes to read, nearly all there are: two words at a time instead of
// byte by byte. False if it is not such a token; then nothing is written.
inline bool ReadShort(const char* bytes, Token* t) {
  constexpr uint64_t kHigh = 0x8080808080808080;
  uint64_t x[2], word[2], digit[2], upper[2], lower[2];
  std::memcpy(x, bytes, sizeof(x));
  for (int i = 0; i < 2; ++i) {
    const uint64_t low = x[i] & ~kHigh, ascii = ~x[i] & kHigh;
    digit[i] = InRange(low, '0', '9') & ascii;
    upper[i] = InRange(low, 'A', 'Z') & ascii;
    lower[i] = InRange(low, 'a', 'z') & ascii;
    word[i] = digit[i] | upper[i] | lower[i];
  }
  const uint64_t end0 = ~word[0] & kHigh, end1 = ~word[1] & kHigh;
  if ((end0 | end1) == 0) return false;
  const auto size =
      static_cast<uint32_t>(end0 != 0 ? std::countr_zero(end0) / 8 : 8 + std::countr_zero(end1) / 8);
  if (size == 0 || (static_cast<unsigned char>(bytes[size]) & 0x80) != 0) return false;
  const uint64_t mask[2] = {size >= 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * size)) - 1,
                            size <= 8 ? 0 : (uint64_t{1} << (8 * (size - 8))) - 1};
  const auto any = [&](const uint64_t* bits) { return ((bits[0] & mask[0]) | (bits[1] & mask[1])) != 0; };
  t->end = t->begin + size;
  t->chars = size;
  t->has_digit = any(digit);
  const uint64_t letters[2] = {(upper[0] | lower[0]) & mask[0], (upper[1] | lower[1]) & mask[1]};
  const auto two = [](uint64_t bits) { return (bits & (bits - 1)) != 0; };
  t->all_digits = (letters[0] | letters[1]) == 0;
  t->starts_upper = (upper[0] & 0x80) != 0;
  t->all_upper = (two(letters[0]) || two(letters[1]) || (letters[0] != 0 && letters[1] != 0)) && !any(lower);
  constexpr uint64_t kLower = 0x2020202020202020;
  t->hash = HashShort((x[0] | kLower) & mask[0], (x[1] | kLower) & mask[1], size);
  return true;
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
  char tail[16] = {};
  std::memcpy(tail, bytes, size);
  uint64_t lo, hi;
  std::memcpy(&lo, tail, 8);
  std::memcpy(&hi, tail + 8, 8);
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

bool NextToken(std::string_view text, size_t from, Token* token) {
  size_t i = from;
  while (i < text.size()) {
    const auto b = static_cast<unsigned char>(text[i]);
    if (b < 0x80) {
      if (AsciiWord(b)) break;
      ++i;
      continue;
    }
    const CodePoint c = DecodeUtf8(text, i);
    const CharClass k = c.value == kInvalid ? CharClass::kOther : ClassOf(c.value);
    if (k == CharClass::kLetter || k == CharClass::kSolo) break;
    i += c.size;
  }
  if (i >= text.size()) return false;
  *token = Token();
  token->begin = static_cast<uint32_t>(i);
  token->end = token->begin;
  if (i + 16 <= text.size() && ReadShort(text.data() + i, token)) return true;
  bool lower = false;
  if (static_cast<unsigned char>(text[i]) < 0x80) ReadAscii(text, token, &lower);
  if (token->end == token->begin ||
      (token->end < text.size() && static_cast<unsigned char>(text[token->end]) >= 0x80)) {
    ReadWide(text, token);
  }
  if (token->ascii && token->end - token->begin <= 16) {
    char folded[16] = {};
    const size_t size = token->end - token->begin;
    for (size_t k = 0; k < size; ++k) folded[k] = static_cast<char>(text[token->begin + k] | 0x20);
    uint64_t lo, hi;
    std::memcpy(&lo, folded, 8);
    std::memcpy(&hi, folded + 8, 8);
    token->hash = HashShort(lo, hi, size);
    return true;
  }
  static thread_local std::string folded;
  folded.clear();
  AppendFolded(text, *token, &folded);
  token->hash = HashFolded(folded.data(), folded.size());
  return true;
}

}  // namespace understudy::text
