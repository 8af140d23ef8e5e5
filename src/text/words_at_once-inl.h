// The inner loop of the candidate scan: as many words at once as a vector has lanes of 64 bits.
//
// DESIGN
//   A lane takes a word of up to 16 bytes, gathered and cut to its size, folds and hashes it as HashShort
//   does and looks it up in both prefilters. Lanes that are candidates are moved to the front and stored all
//   together: no branch depends on the text.
//   Vectors have 256 bits at most: products in vectors of 512 bits make a core slower for everything that
//   comes after them (rewriting whole messages lost 6 % by it, though the scan alone gained a third).
// Compiled once for each instruction set by whoever includes it between HWY_BEFORE_NAMESPACE's.
#if defined(UNDERSTUDY_TEXT_WORDS_AT_ONCE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef UNDERSTUDY_TEXT_WORDS_AT_ONCE_INL_H_
#undef UNDERSTUDY_TEXT_WORDS_AT_ONCE_INL_H_
#else
#define UNDERSTUDY_TEXT_WORDS_AT_ONCE_INL_H_
#endif

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/eight_bytes.h"
#include "hwy/highway.h"
#include "text/candidate_words.h"
#include "text/candidates.h"
#include "text/prefilter.h"
#include "text/tokens.h"

#if HWY_TARGET != HWY_SCALAR

HWY_BEFORE_NAMESPACE();
namespace understudy::text {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// For each set of four lanes, four bits each: its members from the lowest one on, then the others.
constexpr struct LanesFirst {
  static constexpr uint32_t kLanes = 4;
  uint32_t order[1 << kLanes];
  constexpr LanesFirst() : order() {
    for (uint32_t set = 0; set < 1 << kLanes; ++set) {
      int at = 0;
      for (const uint32_t wanted : {1u, 0u}) {
        for (uint32_t lane = 0; lane < kLanes; ++lane) {
          if ((set >> lane & 1) == wanted) order[set] |= lane << 4 * at++;
        }
      }
    }
  }
} kLanesFirst;

using Lanes = hn::CappedTag<uint64_t, LanesFirst::kLanes>;
using Words = hn::Vec<Lanes>;  // a word, or a number of one, a lane

HWY_ATTR inline Words Number(uint64_t n) { return hn::Set(Lanes(), n); }

// Of numbers below 2^32.
HWY_ATTR inline Words Smaller(Words a, Words b) {
  const hn::Repartition<uint32_t, Lanes> halves;
  return hn::BitCast(Lanes(), hn::Min(hn::BitCast(halves, a), hn::BitCast(halves, b)));
}

HWY_ATTR inline Words Times(Words a, Words b) {
  const hn::Repartition<uint32_t, Lanes> halves;
  return hn::MulEven(hn::BitCast(halves, a), hn::BitCast(halves, b));
}

// HashShort of every lane.
HWY_ATTR inline Words HashOf(Words lo, Words hi, Words size) {
  const auto halves = [](Words v) HWY_ATTR { return Times(v, hn::ShiftRight<32>(v)); };
  const auto swapped = [](Words v) HWY_ATTR { return hn::Or(hn::ShiftLeft<32>(v), hn::ShiftRight<32>(v)); };
  const Words x = hn::Xor(lo, Number(kMix1));
  const Words y = hn::Xor(hn::Xor(hi, Number(kMix2)), Times(size, Number(kSizeMix)));
  const Words f = hn::Xor(hn::Add(halves(x), y), swapped(hn::Add(halves(y), x)));
  return hn::Xor(Times(f, Number(kLowMix)), swapped(Times(hn::ShiftRight<32>(f), Number(kHighMix))));
}

// The first `bytes` (0 to 8) bytes of a lane. In two steps: not every target can shift by 64 bits.
HWY_ATTR inline Words FirstBytes(Words bytes) {
  const Words half = hn::Sub(Number(32), hn::ShiftLeft<2>(bytes));
  return hn::Shr(hn::Shr(Number(~uint64_t{0}), half), half);
}

// `why` in the lanes where `mask` is set.
HWY_ATTR inline Words Because(hn::Mask<Lanes> mask, Candidate::Why why) {
  return hn::IfThenElseZero(mask, Number(why));
}

// Which lanes' hashes are in `filter`, which is not empty; `bits` are PrefilterBitsOf them.
HWY_ATTR inline hn::Mask<Lanes> In(const Prefilter& filter, Words hash, Words bits) {
  const auto place = hn::BitCast(hn::RebindToSigned<Lanes>(), hn::ShiftRightSame(hash, filter.shift));
  return hn::Eq(hn::And(hn::GatherIndex(Lanes(), filter.words, place), bits), bits);
}

// Appends the candidates among the first `count` words of `edges` (where a word begins, where it ends, and so
// on; aligned as vectors are, and readable for a vector behind the count). From the beginning of each, 16
// bytes of `text` can be read. Of a word that must be read token by token only the place counts, and its size
// stands where the hash would; returns whether there may be one.
HWY_ATTR inline bool WordsAtOnce(std::string_view text, const uint32_t* edges, size_t count,
                                 const Prefilter& known, const Prefilter& triggers, CandidateWords* words) {
  if (count == 0) return false;
  const Lanes d;
  const hn::RebindToSigned<Lanes> di;
  const size_t lanes = hn::Lanes(d);
  const Words none = hn::Zero(d), one = Number(1), in_word = Number(63);
  const Words last = Number(text.size() - 16);
  // In each byte of eight: set in a small letter; in a letter and not in a digit; beyond ASCII.
  const Words lower = Number(0x20 * kEightOnes), letter = Number(0x40 * kEightOnes),
              wide_byte = Number(kEightHigh);
  const Words nibble = hn::ShiftLeft<2>(hn::Iota(d, 0));
  const auto* bytes = reinterpret_cast<const uint64_t*>(text.data());
  Words any = none;
  words->Reserve(count + lanes);
  for (size_t i = 0; i < count; i += lanes) {
    const Words pairs = hn::Load(d, reinterpret_cast<const uint64_t*>(edges) + i);
    const Words begin = hn::And(pairs, Number(0xFFFFFFFF));
    const Words size = hn::Sub(hn::ShiftRight<32>(pairs), begin);
    const auto at = hn::BitCast(di, Smaller(begin, last));  // lanes behind the count read somewhere, too
    const Words in_lo = Smaller(size, Number(8));
    const Words mask_lo = FirstBytes(in_lo);
    const Words mask_hi = FirstBytes(hn::Sub(Smaller(size, Number(16)), in_lo));
    const Words lo = hn::And(hn::GatherOffset(d, bytes, at), mask_lo);
    const Words hi = hn::And(hn::GatherOffset(d, bytes + 1, at), mask_hi);
    const Words hash = HashOf(hn::Or(lo, hn::And(lower, mask_lo)), hn::Or(hi, hn::And(lower, mask_hi)), size);
    const Words bits =
        hn::Or(hn::Shl(one, hn::And(hash, in_word)), hn::Shl(one, hn::And(hn::ShiftRight<6>(hash), in_word)));
    const Words digits = hn::And(hn::Or(hn::AndNot(lo, mask_lo), hn::AndNot(hi, mask_hi)), letter);
    const Words high = hn::And(hn::Or(lo, hi), wide_byte);
    const auto longer = hn::RebindMask(d, hn::Gt(hn::BitCast(di, size), hn::Set(di, 16)));
    const auto wide = hn::Or(hn::Ne(high, none), longer);
    Words why = Because(hn::Ne(digits, none), Candidate::kDigit);
    if (known.words != nullptr) why = hn::Or(why, Because(In(known, hash, bits), Candidate::kKnown));
    if (triggers.words != nullptr) why = hn::Or(why, Because(In(triggers, hash, bits), Candidate::kTrigger));
    why = hn::Or(why, Because(hn::Eq(hn::And(lo, Number(0xFFFFFFFF)), Number(kKeyPrefix)), Candidate::kKey));
    why = hn::Or(why, Because(wide, Candidate::kWide));
    const Words place =
        hn::Or(begin, hn::ShiftLeft<32>(hn::Or(hn::ShiftLeft<Candidate::kWhyBits>(size), why)));
    const auto found = hn::And(hn::Ne(why, none), hn::FirstN(d, count - i));
    any = hn::Or(any, why);
    uint64_t found_bits = 0;
    hn::StoreMaskBits(d, found, reinterpret_cast<uint8_t*>(&found_bits));
    const Words order = hn::And(hn::Shr(Number(kLanesFirst.order[found_bits]), nibble), Number(7));
    const auto to_front = hn::IndicesFromVec(d, order);
    hn::StoreU(hn::TableLookupLanes(hn::IfThenElse(wide, size, hash), to_front), d, words->next_hash());
    hn::StoreU(hn::TableLookupLanes(place, to_front), d, words->next_place());
    words->Added(static_cast<size_t>(std::popcount(found_bits)));
  }
  return !hn::AllFalse(d, hn::Ne(hn::And(any, Number(Candidate::kWide)), none));
}

}  // namespace HWY_NAMESPACE
}  // namespace understudy::text
HWY_AFTER_NAMESPACE();

#endif  // HWY_TARGET != HWY_SCALAR
#endif  // UNDERSTUDY_TEXT_WORDS_AT_ONCE_INL_H_
