#include "pseudonym/normalise.h"

#include <array>
#include <cstdint>
#include <iterator>
#include <memory>

#include "pseudonym/fold_table.h"
#include "pseudonym/utf8.h"

namespace understudy::pseudonym {
namespace {

// From a code point below U+2000 straight to its entry; those few above are searched.
class FoldIndex {
 public:
  FoldIndex() {
    for (size_t i = 0; i < kFoldTableSize; ++i) {
      if (kFoldTable[i].code_point < kDirect) {
        direct_[kFoldTable[i].code_point] = static_cast<uint16_t>(i + 1);
        first_above_ = i + 1;
      }
    }
  }
  const FoldEntry* Find(char32_t c) const {
    if (c < kDirect) return direct_[c] == 0 ? nullptr : &kFoldTable[direct_[c] - 1];
    if (c < 0xFB00 || c > 0xFF5E) return nullptr;
    size_t low = first_above_;
    size_t high = kFoldTableSize;
    while (low < high) {
      const size_t middle = (low + high) / 2;
      if (kFoldTable[middle].code_point < c) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < kFoldTableSize && kFoldTable[low].code_point == c ? &kFoldTable[low] : nullptr;
  }

 private:
  static constexpr char32_t kDirect = 0x2000;
  std::array<uint16_t, kDirect> direct_{};
  size_t first_above_ = 0;
};

const FoldIndex& Index() {
  static const FoldIndex index;
  return index;
}

constexpr char32_t kModifierApostrophe = 0x2BC;

void AppendFolded(char32_t c, Buffer* out) {
  if (c >= 0x2010 && c <= 0x2015) c = '-';
  if (c == 0x2212) c = '-';
  if (c == 0x2018 || c == 0x2019 || c == 0x201B || c == kModifierApostrophe || c == 0xB4 || c == 0x60)
    c = '\'';
  const FoldEntry* entry = Index().Find(c);
  if (entry == nullptr) {
    AppendCodePoint(c, out);
    return;
  }
  for (const uint16_t folded : entry->folded) {
    if (folded == 0) break;
    // An accent that stands alone is a blank and the accent: the blank would be one beside other blanks.
    if (folded != ' ') AppendCodePoint(folded == kModifierApostrophe ? U'\'' : folded, out);
  }
}

// An ASCII letter in upper case or a digit; nothing else.
void AppendAlphanumeric(char32_t c, Buffer* out) {
  if (c >= 'a' && c <= 'z') c -= 32;
  if (IsDigit(c) || (c >= 'A' && c <= 'Z')) out->push_back(static_cast<char>(c));
}

// Lower case of ASCII; 0 for what needs a closer look: blanks, controls, the grave accent, other bytes.
struct AsciiFold {
  constexpr AsciiFold() {
    for (unsigned c = '!'; c < 0x80; ++c) {
      lower[c] = static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    lower[static_cast<unsigned char>('`')] = 0;
  }
  std::array<unsigned char, 256> lower{};
};
constexpr AsciiFold kAscii;

// Folds as much of the beginning of `value` as is ASCII without blanks; how many bytes that was.
size_t FoldAsciiPrefix(std::string_view value, size_t from, Buffer* out) {
  char* to = out->Room(value.size() - from);
  if (to == nullptr) return from;
  size_t i = from;
  for (; i < value.size(); ++i) {
    const unsigned char lower = kAscii.lower[static_cast<unsigned char>(value[i])];
    if (lower == 0) break;
    *to++ = static_cast<char>(lower);
  }
  out->Grow(i - from);
  return i;
}

}  // namespace

void FoldName(std::string_view value, Buffer* out) {
  const size_t start = out->size();
  bool blank = false;
  for (size_t i = FoldAsciiPrefix(value, 0, out); i < value.size();) {
    if (value[i] == ' ' && i + 1 < value.size() && out->size() > start &&
        kAscii.lower[static_cast<unsigned char>(value[i + 1])] != 0) {
      out->push_back(' ');
      blank = false;
      i = FoldAsciiPrefix(value, i + 1, out);
      continue;
    }
    const unsigned char byte = static_cast<unsigned char>(value[i]);
    if (byte > ' ' && byte < 0x80 && byte != '`') {
      // The common case without a table: ASCII, no blank.
      if (blank) out->push_back(' ');
      blank = false;
      out->push_back(static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte));
      ++i;
      continue;
    }
    const char32_t c = NextCodePoint(value, &i);
    if (IsInvisible(c)) continue;
    if (IsBlank(c)) {
      blank = out->size() > start;
      continue;
    }
    if (blank) out->push_back(' ');
    blank = false;
    AppendFolded(c, out);
  }
}

void FoldEmail(std::string_view value, Buffer* out) {
  size_t i = 0;
  while (i < value.size()) {
    const size_t next = FoldAsciiPrefix(value, i, out);
    if (next > i) {
      i = next;
      continue;
    }
    const char32_t c = NextCodePoint(value, &i);
    if (c == '`') {
      out->push_back('`');
    } else if (!IsBlank(c) && !IsInvisible(c)) {
      AppendFolded(c, out);
    }
  }
  if (!out->empty() && out->back() == '.') out->pop_back();
}

void FoldIdentifier(std::string_view value, Buffer* out) {
  for (size_t i = 0; i < value.size();) {
    const char32_t c = NextCodePoint(value, &i);
    if (c < 0x80) {
      AppendAlphanumeric(c, out);
    } else if (!IsBlank(c) && !IsInvisible(c)) {
      // Full-width letters and digits are letters and digits, typographic hyphens nothing.
      const FoldEntry* entry = Index().Find(c);
      if (entry == nullptr && !(c >= 0x2010 && c <= 0x2015)) AppendCodePoint(c, out);
      for (size_t k = 0; entry != nullptr && k < std::size(entry->folded) && entry->folded[k] != 0; ++k) {
        const char32_t folded = entry->folded[k];
        if (folded < 0x80) {
          AppendAlphanumeric(folded, out);
        } else {
          AppendCodePoint(folded, out);
        }
      }
    }
  }
}

std::string FoldedName(std::string_view value) {
  Buffer buffer;
  FoldName(value, &buffer);
  return std::string(buffer.view());
}

std::string_view TrimBlanks(std::string_view value) {
  const auto shown = [](char c) { return c > ' ' && c < 0x7F; };
  if (!value.empty() && shown(value.front()) && shown(value.back())) return value;
  const auto nothing = [](char32_t c) { return IsBlank(c) || IsInvisible(c); };
  while (!value.empty()) {
    size_t i = 0;
    if (!nothing(NextCodePoint(value, &i))) break;
    value.remove_prefix(i);
  }
  while (!value.empty()) {
    // Back to where the last code point begins: at most three continuation bytes before its end.
    size_t begin = value.size() - 1;
    while (begin > 0 && value.size() - begin < 4 && (static_cast<unsigned char>(value[begin]) & 0xC0) == 0x80)
      --begin;
    size_t end = begin;
    if (!nothing(NextCodePoint(value, &end)) || end != value.size()) break;
    value.remove_suffix(value.size() - begin);
  }
  return value;
}

}  // namespace understudy::pseudonym
