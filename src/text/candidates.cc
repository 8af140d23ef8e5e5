#include "text/candidates.h"

#include <algorithm>
#include <bit>

#include "text/sixteen_bytes.h"
#include "text/tokens.h"

// Highway compiles this file once for each instruction set and picks at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "text/candidates.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "text/word_edges-inl.h"
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

class Scanner {
 public:
  Scanner(std::string_view text, const Prefilter& known, const Prefilter& triggers, Candidates* out)
      : text_(text), known_(known), triggers_(triggers), out_(out) {}

  HWY_ATTR void Run() {
    const auto words = [this](const uint32_t* edges, size_t count) HWY_ATTR { Words(edges, count); };
    const auto ats = [this](size_t base, uint64_t bits) { Ats(base, bits); };
    WordEdges(text_, words, ats).Run();
    if (wide_) {
      ReadWide();
    } else {
      std::swap(out_->words, out_->scanned);
    }
  }

 private:
  HWY_NOINLINE void Ats(size_t base, uint64_t at) {
    if (out_->ats.size() < out_->at_count + 64) out_->ats.resize(out_->at_count * 2 + 256);
    for (; at != 0; at &= at - 1) {
      out_->ats[out_->at_count++] = static_cast<uint32_t>(base + std::countr_zero(at));
    }
  }

  HWY_ATTR void Words(const uint32_t* edges, size_t count) {
    size_t whole = count;  // from which 16 bytes of text can be read
    while (whole > 0 && edges[2 * whole - 2] + 16 > text_.size()) --whole;
    size_t next = 0;
#if HWY_TARGET != HWY_SCALAR
    wide_ |= WordsAtOnce(text_, edges, whole, known_, triggers_, &out_->scanned);
    next = whole;
#endif
    for (; next < count; ++next) Word(edges[2 * next], edges[2 * next + 1]);
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
