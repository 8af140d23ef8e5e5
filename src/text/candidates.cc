#include "text/candidates.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "text/tokens.h"

// Highway compiles this file once for each instruction set and picks at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "text/candidates.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef UNDERSTUDY_TEXT_CANDIDATES_ONCE
#define UNDERSTUDY_TEXT_CANDIDATES_ONCE
namespace understudy::text {
namespace {

constexpr uint32_t kAnyReason = Candidate::kDigit | Candidate::kKnown | Candidate::kTrigger | Candidate::kKey;

constexpr uint32_t kSizeLimit = ~uint32_t{0} >> Candidate::kWhyBits;  // a word of more is long anyway

// What the vector scan computes inline for short ASCII words.
Candidate CandidateOf(std::string_view text, const Token& token, const Prefilter& known,
                      const Prefilter& triggers) {
  const uint32_t size = token.end - token.begin;
  uint32_t why = 0;
  if (token.has_digit) why |= Candidate::kDigit;
  if (known.Has(token.hash)) why |= Candidate::kKnown;
  if (triggers.Has(token.hash)) why |= Candidate::kTrigger;
  if (MayBeKey(text, token)) why |= Candidate::kKey;
  if (!token.ascii || size > 16) why |= Candidate::kWide;
  return {token.hash, token.begin, std::min(size, kSizeLimit) << Candidate::kWhyBits | why};
}

}  // namespace
}  // namespace understudy::text
#endif  // UNDERSTUDY_TEXT_CANDIDATES_ONCE

HWY_BEFORE_NAMESPACE();
namespace understudy::text {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

struct Masks {
  uint64_t word;
  uint64_t at;
  uint64_t special;  // digits and bytes beyond ASCII
};

// Bit i of each mask is byte i of the 64 at `bytes`.
HWY_ATTR inline Masks Classify(const uint8_t* bytes) {
  // Signed comparisons, as x86 has no others: bytes from 0x80 are negative, with or without bit 5.
  const hn::CappedTag<int8_t, 64> d;
  const size_t lanes = hn::Lanes(d);
  const auto bit5 = hn::Set(d, 0x20);
  const auto before_a = hn::Set(d, 'a' - 1);
  const auto after_z = hn::Set(d, 'z' + 1);
  const auto before_zero = hn::Set(d, '0' - 1);
  const auto after_nine = hn::Set(d, '9' + 1);
  const auto at_sign = hn::Set(d, '@');
  Masks masks = {0, 0, 0};
  for (size_t i = 0; i < 64; i += lanes) {
    const auto v = hn::LoadU(d, reinterpret_cast<const int8_t*>(bytes) + i);
    const auto folded = hn::Or(v, bit5);
    const auto letter = hn::And(hn::Gt(folded, before_a), hn::Lt(folded, after_z));
    const auto digit = hn::And(hn::Gt(v, before_zero), hn::Lt(v, after_nine));
    const auto special = hn::Or(digit, hn::Lt(v, hn::Zero(d)));
    const auto word = hn::Or(letter, special);
    uint64_t word_bits = 0, at_bits = 0, special_bits = 0;
    hn::StoreMaskBits(d, word, reinterpret_cast<uint8_t*>(&word_bits));
    hn::StoreMaskBits(d, hn::Eq(v, at_sign), reinterpret_cast<uint8_t*>(&at_bits));
    hn::StoreMaskBits(d, special, reinterpret_cast<uint8_t*>(&special_bits));
    masks.special |= special_bits << i;
    masks.word |= word_bits << i;
    masks.at |= at_bits << i;
  }
  return masks;
}

alignas(16) inline constexpr struct LengthMasks {
  uint64_t m[17][2];
  constexpr LengthMasks() : m() {
    for (int n = 0; n <= 16; ++n) {
      for (int i = 0; i < n; ++i) m[n][i / 8] |= uint64_t{0xFF} << (8 * (i % 8));
    }
  }
} kLengthMasks;

// kShaped: a word of ASCII letters whose shape is none of `shapes` is not looked at.
template <bool kShaped>
class Scanner {
 public:
  Scanner(std::string_view text, const Prefilter& known, const Prefilter& triggers, const WordShapes* shapes,
          Candidates* out)
      : text_(text), known_(known), triggers_(triggers), shapes_(shapes), out_(out) {}

  HWY_ATTR void Run() {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text_.data());
    const size_t size = text_.size();
    bool open = false;  // a word began before this block and has not ended
    size_t start = 0;
    for (size_t base = 0; base < size; base += 64) {
      Reserve();
      Masks masks;
      if (size - base >= 64) {
        masks = Classify(bytes + base);
      } else {
        alignas(64) uint8_t last[64] = {};
        std::memcpy(last, bytes + base, size - base);
        masks = Classify(last);
      }
      for (uint64_t at = masks.at; at != 0; at &= at - 1) {
        out_->ats[out_->at_count++] = static_cast<uint32_t>(base + std::countr_zero(at));
      }
      uint64_t edges = masks.word ^ ((masks.word << 1) | (open ? 1 : 0));
      if (open && edges != 0) {
        Word(start, base + std::countr_zero(edges));
        edges &= edges - 1;
      } else if (open) {
        continue;
      }
      open = (masks.word >> 63) != 0;
      for (int pairs = std::popcount(edges) / 2; pairs > 0; --pairs) {
        const uint64_t from = edges & -edges;
        const size_t begin = base + std::countr_zero(edges);
        edges &= edges - 1;
        const size_t end = base + std::countr_zero(edges);
        if (kShaped && (masks.special & ((edges & -edges) - from)) == 0 && end - begin <= 16 &&
            !shapes_->Has(text_[begin], text_[end - 1], end - begin) && !BeginsAsKey(begin, end)) {
          edges &= edges - 1;
          continue;
        }
        Word(begin, end);
        edges &= edges - 1;
      }
      if (open) start = base + std::countr_zero(edges);
    }
    if (open) Word(start, size);
  }

 private:
  bool BeginsAsKey(size_t begin, size_t end) const {
    return end - begin > 1 && text_[begin] == static_cast<char>(kKeyPrefix & 0xFF) &&
           text_[begin + 1] == static_cast<char>(kKeyPrefix >> 8 & 0xFF);
  }

  void Reserve() {
    // A block of 64 bytes ends at most 33 words, and wide words push their tokens through Push().
    if (out_->words.size() < out_->word_count + 40) out_->words.resize(out_->word_count * 2 + 256);
    if (out_->ats.size() < out_->at_count + 64) out_->ats.resize(out_->at_count * 2 + 256);
  }

  HWY_INLINE void Word(size_t begin, size_t end) {
    const size_t size = end - begin;
    if (HWY_UNLIKELY(size > 16 || begin + 16 > text_.size())) {
      Slow(begin, end);
      return;
    }
    uint64_t lo, hi;
    std::memcpy(&lo, text_.data() + begin, 8);
    std::memcpy(&hi, text_.data() + begin + 8, 8);
    Short(begin, end, lo, hi);
  }

  HWY_INLINE void Short(size_t begin, size_t end, uint64_t lo, uint64_t hi) {
    constexpr uint64_t kHigh = 0x8080808080808080, kLetterBit = 0x4040404040404040,
                       kLower = 0x2020202020202020;
    const size_t size = end - begin;
    const uint64_t mask_lo = kLengthMasks.m[size][0], mask_hi = kLengthMasks.m[size][1];
    lo &= mask_lo;
    hi &= mask_hi;
    if (HWY_UNLIKELY(((lo | hi) & kHigh) != 0)) {
      Wide(begin, end);
      return;
    }
    const uint64_t digits = ((~lo & mask_lo) | (~hi & mask_hi)) & kLetterBit;  // letters have this bit set
    const uint64_t hash = HashShort(lo | (kLower & mask_lo), hi | (kLower & mask_hi), size);
    // Arithmetic instead of ||: no branch may depend on the data here.
    const uint32_t why = static_cast<uint32_t>(digits != 0) * Candidate::kDigit |
                         static_cast<uint32_t>(known_.Has(hash)) * Candidate::kKnown |
                         static_cast<uint32_t>(triggers_.Has(hash)) * Candidate::kTrigger |
                         static_cast<uint32_t>(static_cast<uint32_t>(lo) == kKeyPrefix) * Candidate::kKey;
    out_->words[out_->word_count] = {hash, static_cast<uint32_t>(begin),
                                     static_cast<uint32_t>(size << Candidate::kWhyBits) | why};
    out_->word_count += static_cast<uint32_t>(why != 0);
  }

  // Words at the end of the text, where 16 bytes can't be read, and long ones.
  HWY_NOINLINE void Slow(size_t begin, size_t end) {
    if (end - begin > 16) {
      Wide(begin, end);
      return;
    }
    char padded[16] = {};
    std::memcpy(padded, text_.data() + begin, end - begin);
    uint64_t lo, hi;
    std::memcpy(&lo, padded, 8);
    std::memcpy(&hi, padded + 8, 8);
    Short(begin, end, lo, hi);
  }

  // Anything else goes token by token.
  HWY_NOINLINE void Wide(size_t begin, size_t end) {
    // No further than the word: what holds no token (a no-break space) must not be read up to the next one.
    const std::string_view upto = text_.substr(0, end);
    Token token;
    for (size_t at = begin; at < end && NextToken(upto, at, &token); at = token.end) {
      const Candidate candidate = CandidateOf(text_, token, known_, triggers_);
      if (candidate.Is(kAnyReason)) Push(candidate);
    }
    Reserve();
  }

  void Push(const Candidate& candidate) {
    if (out_->word_count == out_->words.size()) out_->words.resize(out_->word_count * 2 + 256);
    out_->words[out_->word_count++] = candidate;
  }

  std::string_view text_;
  const Prefilter known_;
  const Prefilter triggers_;
  const WordShapes* const shapes_;
  Candidates* out_;
};

void Scan(std::string_view text, const Prefilter& known, const Prefilter& triggers, Candidates* out) {
  Scanner<false>(text, known, triggers, nullptr, out).Run();
}

void ScanShapes(std::string_view text, const Prefilter& known, const Prefilter& triggers,
                const WordShapes& shapes, Candidates* out) {
  Scanner<true>(text, known, triggers, &shapes, out).Run();
}

}  // namespace HWY_NAMESPACE
}  // namespace understudy::text
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace understudy::text {

HWY_EXPORT(Scan);
HWY_EXPORT(ScanShapes);

void FindCandidates(std::string_view text, const Prefilter& known, const Prefilter& triggers,
                    Candidates* out) {
  out->word_count = 0;
  out->at_count = 0;
  HWY_DYNAMIC_DISPATCH(Scan)(text, known, triggers, out);
}

void FindCandidates(std::string_view text, const Prefilter& known, const Prefilter& triggers,
                    const WordShapes& shapes, Candidates* out) {
  out->word_count = 0;
  out->at_count = 0;
  HWY_DYNAMIC_DISPATCH(ScanShapes)(text, known, triggers, shapes, out);
}

void FindCandidatesPlainly(std::string_view text, const Prefilter& known, const Prefilter& triggers,
                           Candidates* out) {
  out->words.clear();
  out->ats.clear();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '@') out->ats.push_back(static_cast<uint32_t>(i));
  }
  Token token;
  for (size_t at = 0; NextToken(text, at, &token); at = token.end) {
    const Candidate candidate = CandidateOf(text, token, known, triggers);
    if (candidate.Is(kAnyReason)) out->words.push_back(candidate);
  }
  out->word_count = out->words.size();
  out->at_count = out->ats.size();
}

}  // namespace understudy::text
#endif  // HWY_ONCE
