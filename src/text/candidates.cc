#include "text/candidates.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "text/sixteen_bytes.h"
#include "text/tokens.h"

// Highway compiles this file once for each instruction set and picks at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "text/candidates.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "text/words_at_once-inl.h"

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
  Masks masks = {0, 0};
  for (size_t i = 0; i < 64; i += lanes) {
    const auto v = hn::LoadU(d, reinterpret_cast<const int8_t*>(bytes) + i);
    const auto folded = hn::Or(v, bit5);
    const auto letter = hn::And(hn::Gt(folded, before_a), hn::Lt(folded, after_z));
    const auto digit = hn::And(hn::Gt(v, before_zero), hn::Lt(v, after_nine));
    const auto word = hn::Or(hn::Or(letter, digit), hn::Lt(v, hn::Zero(d)));
    uint64_t word_bits = 0, at_bits = 0;
    hn::StoreMaskBits(d, word, reinterpret_cast<uint8_t*>(&word_bits));
    hn::StoreMaskBits(d, hn::Eq(v, at_sign), reinterpret_cast<uint8_t*>(&at_bits));
    masks.word |= word_bits << i;
    masks.at |= at_bits << i;
  }
  return masks;
}

class Scanner {
 public:
  Scanner(std::string_view text, const Prefilter& known, const Prefilter& triggers, Candidates* out)
      : text_(text), known_(known), triggers_(triggers), out_(out) {}

  HWY_ATTR void Run() {
    const size_t size = text_.size();
    size_t count = 0;   // of edges_
    bool open = false;  // a word began before this block and has not ended
    for (size_t chunk = 0; chunk < size; chunk += kChunk) {
      const size_t upto = std::min(size, chunk + kChunk);
      for (size_t base = chunk; base < upto; base += 64) {
        count += Edges(base, &open, edges_ + count);
      }
      if (open && upto == size && size % 64 == 0) edges_[count++] = static_cast<uint32_t>(size);
      const uint32_t begun = edges_[count & ~size_t{1}];  // if the count is odd
      Words(count / 2);
      edges_[0] = begun;
      count %= 2;
    }
    if (wide_) {
      ReadWide();
    } else {
      std::swap(out_->words, out_->scanned);
    }
  }

 private:
  static constexpr size_t kChunk = 2048;      // bytes of text whose edges are found before its words are read
  static constexpr size_t kEdgesAtOnce = 24;  // more than most blocks of 64 bytes have

  // Where words begin and end in the 64 bytes at `base`, appended to `edges`; returns how many.
  HWY_INLINE size_t Edges(size_t base, bool* open, uint32_t* edges) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text_.data()) + base;
    const size_t size = text_.size() - base;
    Masks masks;
    if (size >= 64) {
      masks = Classify(bytes);
    } else {
      alignas(64) uint8_t last[64] = {};
      std::memcpy(last, bytes, size);
      masks = Classify(last);
    }
    if (HWY_UNLIKELY(masks.at != 0)) Ats(base, masks.at);
    uint64_t bits = masks.word ^ ((masks.word << 1) | (*open ? 1 : 0));
    *open = (masks.word >> 63) != 0;
    const auto count = static_cast<size_t>(std::popcount(bits));
    // A fixed number first: how many there are can't be foretold, and a wrong guess costs more than these.
    for (size_t i = 0; i < kEdgesAtOnce; ++i, bits &= bits - 1) {
      edges[i] = static_cast<uint32_t>(base) + static_cast<uint32_t>(std::countr_zero(bits));
    }
    for (size_t i = kEdgesAtOnce; i < count; ++i, bits &= bits - 1) {
      edges[i] = static_cast<uint32_t>(base) + static_cast<uint32_t>(std::countr_zero(bits));
    }
    return count;
  }

  HWY_NOINLINE void Ats(size_t base, uint64_t at) {
    if (out_->ats.size() < out_->at_count + 64) out_->ats.resize(out_->at_count * 2 + 256);
    for (; at != 0; at &= at - 1) {
      out_->ats[out_->at_count++] = static_cast<uint32_t>(base + std::countr_zero(at));
    }
  }

  // The first `count` words of edges_.
  HWY_ATTR void Words(size_t count) {
    size_t whole = count;  // from which 16 bytes of text can be read
    while (whole > 0 && edges_[2 * whole - 2] + 16 > text_.size()) --whole;
    size_t next = 0;
#if HWY_TARGET != HWY_SCALAR
    wide_ |= WordsAtOnce(text_, edges_, whole, known_, triggers_, &out_->scanned);
    next = whole;
#endif
    for (; next < count; ++next) Word(edges_[2 * next], edges_[2 * next + 1]);
  }

  // One word: the last ones of a text, and all of them where there are no vectors.
  HWY_NOINLINE void Word(size_t begin, size_t end) {
    const size_t size = end - begin;
    const SixteenBytes sixteen = SixteenAt(text_, begin);
    const ByteKinds kinds = sixteen.kinds();
    const uint32_t bytes = (uint32_t{1} << std::min<size_t>(size, 16)) - 1;
    if (size > 16 || (kinds.wide & bytes) != 0) {
      wide_ = true;
      Scanned(size, begin, 0, Candidate::kWide);
      return;
    }
    const uint64_t hash = sixteen.Hash(static_cast<uint32_t>(size));
    const uint32_t why = static_cast<uint32_t>((kinds.digits & bytes) != 0) * Candidate::kDigit |
                         static_cast<uint32_t>(known_.Has(hash)) * Candidate::kKnown |
                         static_cast<uint32_t>(triggers_.Has(hash)) * Candidate::kTrigger |
                         static_cast<uint32_t>(BeginsAsKey(text_, begin)) * Candidate::kKey;
    if (why != 0) Scanned(hash, begin, size, why);
  }

  void Scanned(uint64_t hash, size_t begin, size_t size, uint32_t why) {
    out_->scanned.push_back(
        {hash, static_cast<uint32_t>(begin), static_cast<uint32_t>(size << Candidate::kWhyBits) | why});
  }

  // The words that the scan left to be read token by token; in place of a hash they have their size.
  HWY_NOINLINE void ReadWide() {
    const CandidateWords& scanned = out_->scanned;
    for (size_t i = 0; i < scanned.size(); ++i) {
      const Candidate word = scanned[i];
      if (!word.Is(Candidate::kWide)) {
        out_->words.push_back(word);
        continue;
      }
      // No further than the word: what holds no token (a no-break space) must not be read up to the next one.
      const std::string_view upto = text_.substr(0, word.begin + word.hash);
      Token token;
      for (size_t at = word.begin; at < upto.size() && NextToken(upto, at, &token); at = token.end) {
        const Candidate candidate = CandidateOf(text_, token, known_, triggers_);
        if (candidate.Is(kAnyReason)) out_->words.push_back(candidate);
      }
    }
  }

  const std::string_view text_;
  const Prefilter known_;
  const Prefilter triggers_;
  Candidates* const out_;
  // Where a word begins, where it ends, and so on; behind them room for what Edges() and a vector take at
  // once.
  alignas(64) uint32_t edges_[kChunk + 2 * 64];
  bool wide_ = false;  // a word was scanned that must be read token by token
};

void Scan(std::string_view text, const Prefilter& known, const Prefilter& triggers, Candidates* out) {
  Scanner(text, known, triggers, out).Run();
}

}  // namespace HWY_NAMESPACE
}  // namespace understudy::text
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace understudy::text {

HWY_EXPORT(Scan);

void FindCandidates(std::string_view text, const Prefilter& known, const Prefilter& triggers,
                    Candidates* out) {
  out->words.clear();
  out->scanned.clear();
  out->at_count = 0;
  HWY_DYNAMIC_DISPATCH(Scan)(text, known, triggers, out);
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
  out->at_count = out->ats.size();
}

}  // namespace understudy::text
#endif  // HWY_ONCE
