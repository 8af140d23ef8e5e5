// Where the words of a text begin and end, 64 bytes at a time: the outer loop of everything that reads words.
//
// DESIGN
//   A word is a maximal run of ASCII letters, digits and bytes beyond ASCII; a token, which is what a word is
//   if it is ASCII, never reaches over its ends. Edges are the bits that differ from the one before them.
// Compiled once for each instruction set by whoever includes it between HWY_BEFORE_NAMESPACE's.
#if defined(UNDERSTUDY_TEXT_WORD_EDGES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef UNDERSTUDY_TEXT_WORD_EDGES_INL_H_
#undef UNDERSTUDY_TEXT_WORD_EDGES_INL_H_
#else
#define UNDERSTUDY_TEXT_WORD_EDGES_INL_H_
#endif

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "hwy/highway.h"

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

// Calls words(edges, count) for the words of `text` in their order, some hundred at a time: edges[2i] is
// where a word begins and edges[2i + 1] where it ends; the list is aligned as vectors are, and readable for a
// vector behind its end. ats(base, bits) comes before, with the '@' of 64 bytes, if there are any.
template <typename Words, typename Ats>
class WordEdges {
 public:
  WordEdges(std::string_view text, const Words& words, const Ats& ats)
      : text_(text), words_(words), ats_(ats) {}

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
      words_(edges_, count / 2);
      edges_[0] = begun;
      count %= 2;
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
    if (HWY_UNLIKELY(masks.at != 0)) ats_(base, masks.at);
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

  const std::string_view text_;
  const Words& words_;
  const Ats& ats_;
  // Behind the edges room for what Edges() and a vector take at once.
  alignas(64) uint32_t edges_[kChunk + 2 * 64];
};

}  // namespace HWY_NAMESPACE
}  // namespace understudy::text
HWY_AFTER_NAMESPACE();

#endif  // UNDERSTUDY_TEXT_WORD_EDGES_INL_H_
