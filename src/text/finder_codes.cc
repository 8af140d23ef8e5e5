// Known codes in a text: phones, IBANs, VAT numbers and the like, whatever stands between their groups.
#include <algorithm>

#include "text/finder.h"
#include "text/unicode.h"

namespace understudy::text {
namespace {

using Entry = KnownValues::Entry;

constexpr size_t kMaxCodeGap = 4;       // bytes between two groups of a code
constexpr uint32_t kMaxCodePrefix = 4;  // letters of a group without digits: "DE", "CHE"

// An ASCII byte that may stand between two groups of a code: a blank that breaks no line, or - . / ( ).
constexpr bool IsCodeGapByte(char c) {
  return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || c == '\t' || c == '\v' ||
         c == '\f';
}
bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }
bool IsWideByte(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Between two groups of a code: few bytes, those above and their like beyond ASCII.
bool CodeGap(std::string_view gap) {
  if (gap.size() > kMaxCodeGap) return false;
  for (size_t i = 0; i < gap.size();) {
    if (!IsWideByte(gap[i])) {
      if (!IsCodeGapByte(gap[i])) return false;
      ++i;
      continue;
    }
    const CodePoint c = DecodeUtf8(gap, i);
    i += c.size;
    const bool hyphen = c.value == 0x2011 || c.value == 0x2013;
    if (!hyphen && (c.value == kInvalid || ClassOf(c.value) != CharClass::kBlank)) return false;
  }
  return true;
}

char Upper(char c) { return static_cast<char>(c >= 'a' ? c & ~0x20 : c); }

// Not to be met among the hashes of words.
uint64_t StartOfCode(char first, char second) {
  const auto byte = [](char c) { return static_cast<uint64_t>(static_cast<unsigned char>(c)); };
  return HashShort(byte(first) | byte(second) << 8, kMix2, 2);
}
constexpr uint64_t kAnyCode = kMix3;

// What a byte is to the characters of a code.
enum class CodeByte : uint8_t { kOther, kGap, kWord, kUnclear };
constexpr struct CodeBytes {
  CodeByte of[256] = {};
  constexpr CodeBytes() {
    for (int c = 0; c < 0x80; ++c)
      of[c] = IsCodeGapByte(static_cast<char>(c)) ? CodeByte::kGap : CodeByte::kOther;
    for (int c = '0'; c <= '9'; ++c) of[c] = CodeByte::kWord;
    for (int c = 'a'; c <= 'z'; ++c) of[c] = of[c & ~0x20] = CodeByte::kWord;
    // A trunk prefix in brackets, or something beyond ASCII.
    of[static_cast<unsigned char>('(')] = CodeByte::kUnclear;
    for (int c = 0x80; c < 256; ++c) of[c] = CodeByte::kUnclear;
  }
} kCodeBytes;

// The first characters of what may be a code, without what stands between them.
struct CodeBegin {
  static constexpr int kZeros = 2;  // of a phone's prefix
  static constexpr int kChars = kMinCodeChars + kZeros;
  char chars[kChars] = {};
  int size = 0;
  int Zeros() const { return chars[0] != '0' ? 0 : chars[1] != '0' ? 1 : 2; }
  bool IsAfterZeros() const { return Zeros() == kZeros && chars[kZeros] == '0'; }  // it may begin still later
};

// False if it can't be told.
bool ReadCodeBegin(std::string_view text, uint32_t begin, CodeBegin* code) {
  for (size_t i = begin; i < text.size() && code->size < CodeBegin::kChars; ++i) {
    switch (kCodeBytes.of[static_cast<unsigned char>(text[i])]) {
      case CodeByte::kWord:
        code->chars[code->size++] = Upper(text[i]);
        break;
      case CodeByte::kGap:
        break;
      case CodeByte::kOther:
        return true;
      case CodeByte::kUnclear:
        return false;
    }
  }
  return true;
}

// Begins a code among `starts` with a group at `begin`? What may come before it is "00" or "0", as CodesFrom
// has it. Never a false no.
bool MayBeginCode(std::string_view text, uint32_t begin, const Prefilter& starts) {
  CodeBegin code;
  if (!ReadCodeBegin(text, begin, &code) || code.IsAfterZeros()) return true;
  for (int i = 0; i <= code.Zeros() && code.size >= i + static_cast<int>(kMinCodeChars); ++i) {
    if (starts.Has(CodeStartHash(code.chars + i))) return true;
  }
  return false;
}

bool CodeGroup(const Token& t) {
  return t.ascii &&
         (t.has_digit || (t.starts_upper && (t.all_upper || t.chars == 1) && t.chars <= kMaxCodePrefix));
}

}  // namespace

void Finder::LookUpCode(uint64_t hash, std::string_view code, uint32_t begin, uint32_t end, Match* best) {
  if (!known_->prefilter().Has(hash)) return;
  Entry entry;
  if (!known_->Find(hash, &entry) || !entry.final || !IsCode(entry.kind)) return;
  if (notes_ != nullptr) {
    notes_->codes = true;
    notes_->Add(StartOfCode(code[0], code[1]));
  }
  if (end - begin <= best->end - best->begin) return;
  best->begin = begin;
  best->end = end;
  best->entry = entry;
  best->detector = -1;
  best->hash = hash;
}

void Finder::CodesFrom(const Token& first, uint32_t limit, Match* best) {
  if (gated_ && !MayBeginCode(text_, first.begin, known_->code_starts())) return;
  char code[kMaxCodeChars], digits[kMaxCodeChars];
  size_t code_size = 0, digits_size = 0;
  bool all_digits = true;
  uint32_t begin = first.begin;
  const bool bracket = begin > 0 && text_[begin - 1] == '(';
  const uint32_t sign = begin - (bracket ? 1 : 0);
  const bool plus = sign > 0 && text_[sign - 1] == '+';
  if (plus) begin = sign - 1;
  Token token = first;
  for (;;) {
    const uint32_t size = token.end - token.begin;
    if (!CodeGroup(token) || code_size + size > kMaxCodeChars) return;
    if (token.end > limit) {
      stopped_ = true;
      return;
    }
    // "(0)": the trunk prefix that is not dialled after a country code.
    const bool trunk = size == 1 && text_[token.begin] == '0' && token.begin > 0 &&
                       text_[token.begin - 1] == '(' && token.end < text_.size() && text_[token.end] == ')' &&
                       code_size > 0;
    for (uint32_t i = token.begin; i < token.end; ++i) {
      const char c = text_[i];
      code[code_size++] = Upper(c);
      if (!trunk) digits[digits_size++] = c;
    }
    all_digits &= token.all_digits;
    if (code_size >= kMinCodeChars) {
      const std::string_view whole(code, code_size);
      LookUpCode(CodeHash(whole), whole, first.begin, token.end, best);
      std::string_view number(digits, digits_size);
      if (all_digits && digits_size >= kMinCodeChars) {
        const uint32_t from = plus ? begin : (bracket ? sign : begin);
        if (!plus && number.starts_with("00")) number.remove_prefix(2);
        LookUpCode(PhoneHash(number), number, from, token.end, best);
        if (!plus && number.starts_with("0")) {
          number.remove_prefix(1);
          LookUpCode(PhoneHash(number), number, from, token.end, best);
        }
      }
    }
    const uint32_t end = token.end;
    // Nearly all numbers end here.
    if (end >= text_.size() || (!IsCodeGapByte(text_[end]) && !IsWideByte(text_[end]))) return;
    if (!NextToken(text_, end, &token) || !CodeGap(text_.substr(end, token.begin - end))) return;
  }
}

// A number too short to be a code is one only with another group beside it: behind it a number or capitals,
// or capitals before it. Says no to most numbers of a text; a yes means only "look".
bool Finder::MayBeCode(size_t index) const {
  const Candidate candidate = candidates_.words[index];
  if (candidate.Is(Candidate::kWide) || candidate.size() >= kMinCodeChars) return true;
  size_t at = candidate.begin + candidate.size();
  const size_t gap_end = std::min(at + kMaxCodeGap, text_.size());
  while (at < gap_end && IsCodeGapByte(text_[at])) ++at;
  if (at < text_.size() && at > candidate.begin + candidate.size()) {
    const bool next_is_number = index + 1 < candidates_.words.size() &&
                                candidates_.words[index + 1].begin == at &&
                                candidates_.words[index + 1].Is(Candidate::kDigit);
    if (next_is_number || IsCapital(text_[at])) return true;
  }
  if (at < text_.size() && IsWideByte(text_[at])) return true;
  return MayFollowCapitals(candidate.begin);
}

bool Finder::MayFollowCapitals(uint32_t begin) const {
  size_t at = begin;
  const size_t gap_begin = at > kMaxCodeGap ? at - kMaxCodeGap : 0;
  while (at > gap_begin && IsCodeGapByte(text_[at - 1])) --at;
  return at > 0 && (IsWideByte(text_[at - 1]) || (at < begin && IsCapital(text_[at - 1])));
}

void Finder::NoteAnyCode() {
  notes_->codes = true;
  notes_->Add(kAnyCode);
}

// A known code's first two characters, however its groups stand: what comes before them in other spellings is
// "00" or "0", as CodesFrom has it.
void Finder::NoteCodeFrom(uint32_t begin) {
  CodeBegin code;
  if (MayFollowCapitals(begin) || !ReadCodeBegin(text_, begin, &code) || code.IsAfterZeros()) {
    NoteAnyCode();
    return;
  }
  if (code.size < static_cast<int>(kMinCodeChars)) return;
  notes_->codes = true;
  for (int i = 0; i <= code.Zeros(); ++i) notes_->Add(StartOfCode(code.chars[i], code.chars[i + 1]));
}

bool Finder::MayBeNotedCode(uint32_t begin) const {
  CodeBegin code;
  if (only_->Has(kAnyCode) || MayFollowCapitals(begin)) return true;
  if (!ReadCodeBegin(text_, begin, &code) || code.IsAfterZeros()) return true;
  if (code.size < static_cast<int>(kMinCodeChars)) return false;
  for (int i = 0; i <= code.Zeros(); ++i) {
    if (only_->Has(StartOfCode(code.chars[i], code.chars[i + 1]))) return true;
  }
  return false;
}

void Finder::Codes(const Token& token, uint32_t limit, Match* best) {
  CodesFrom(token, limit, best);
  // "DE 638 591 761", "B-XY 1234": up to two groups of capitals stand before the first digit.
  uint32_t at = token.begin;
  for (int groups = 0; groups < 2; ++groups) {
    uint32_t end = at;
    while (end > 0 && at - end < kMaxCodeGap && CodeGap(text_.substr(end - 1, at - end + 1))) --end;
    uint32_t begin = end;
    while (begin > 0 && end - begin <= kMaxCodePrefix && text_[begin - 1] >= 'A' && text_[begin - 1] <= 'Z')
      --begin;
    if (begin == end || end - begin > kMaxCodePrefix || end == at) break;
    if (!matches_.empty() && begin < matches_.back().end) {
      stopped_ = true;
      break;
    }
    Token prefix;
    if (!NextToken(text_, begin, &prefix) || prefix.begin != begin || prefix.end != end) break;
    CodesFrom(prefix, limit, best);
    at = begin;
  }
}

}  // namespace understudy::text
