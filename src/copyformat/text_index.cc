#include "copyformat/text_index.h"

#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "copyformat/text_index.cc"
#include "hwy/foreach_target.h"  // compiles the part below once per instruction set
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace understudy::copyformat {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

size_t IndexSeparatorsVector(const char* data, size_t size, uint32_t base, uint32_t* positions) {
  return IndexSeparatorsScalar(data, size, base, positions);
}
const char* FindEscapableVector(const char* begin, const char* end) {
  return FindEscapableScalar(begin, end);
}

#else

// At most 64 lanes, so that one block is a whole number of vectors everywhere.
using Bytes = hn::CappedTag<uint8_t, 64>;

// One bit per byte of a 64-byte block: set where `test` holds.
template <class Test>
HWY_INLINE uint64_t BlockBits(const uint8_t* block, Test test) {
  const Bytes d;
  const size_t lanes = hn::Lanes(d);
  alignas(8) uint8_t bits[8 + 8] = {};
  for (size_t i = 0; i < 64; i += lanes) {
    hn::StoreMaskBits(d, test(hn::LoadU(d, block + i)), bits + i / 8);
  }
  uint64_t word;
  std::memcpy(&word, bits, sizeof(word));
  return word;
}

// Writes the positions of the set bits. Eight at once without asking how many
// there are: most blocks of rows with short fields have about that many, and a
// branch per bit would be mispredicted once a block.
HWY_INLINE uint32_t* WritePositions(uint64_t bits, uint32_t base, uint32_t* out) {
  if (bits == 0) return out;
  const int count = std::popcount(bits);
  for (int written = 0;;) {
    for (int i = 0; i < 8; ++i) {
      out[written + i] = base + static_cast<uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
    written += 8;
    if (written >= count) return out + count;
  }
}

size_t IndexSeparatorsVector(const char* data, size_t size, uint32_t base, uint32_t* positions) {
  const Bytes d;
  const auto tab = hn::Set(d, '\t');
  const auto newline = hn::Set(d, '\n');
  const auto backslash = hn::Set(d, '\\');
  const auto letter_n = hn::Set(d, 'N');
  const auto block_bits = [&](const uint8_t* block) HWY_ATTR {
    const uint64_t ends =
        BlockBits(block, [&](auto v) HWY_ATTR { return hn::Or(hn::Eq(v, tab), hn::Eq(v, newline)); });
    const uint64_t escapes = BlockBits(block, [&](auto v) HWY_ATTR { return hn::Eq(v, backslash); });
    if (escapes == 0) return ends;
    // A backslash that makes a whole field NULL is left out: the scanner tells
    // such a field by its bytes, and a branch on each NULL would be
    // mispredicted. What reaches over the block's edge stays in.
    const uint64_t letters = BlockBits(block, [&](auto v) HWY_ATTR { return hn::Eq(v, letter_n); });
    return ends | (escapes & ~((letters >> 1) & (ends << 1) & (ends >> 2)));
  };
  const uint8_t* bytes = reinterpret_cast<const uint8_t*>(data);
  uint32_t* out = positions;
  size_t i = 0;
  for (; i + 64 <= size; i += 64) {
    out = WritePositions(block_bits(bytes + i), base + static_cast<uint32_t>(i), out);
  }
  if (i < size) {
    const uint64_t inside = (uint64_t{1} << (size - i)) - 1;
    out = WritePositions(block_bits(bytes + i) & inside, base + static_cast<uint32_t>(i), out);
  }
  return static_cast<size_t>(out - positions);
}

const char* FindEscapableVector(const char* begin, const char* end) {
  const Bytes d;
  const auto backspace = hn::Set(d, 0x08);
  const auto span = hn::Set(d, 0x0D - 0x08);
  const auto backslash = hn::Set(d, '\\');
  const size_t lanes = hn::Lanes(d);
  const char* at = begin;
  for (; static_cast<size_t>(end - at) >= lanes; at += lanes) {
    const auto v = hn::LoadU(d, reinterpret_cast<const uint8_t*>(at));
    // 0x08…0x0D in one comparison: the difference wraps around for smaller
    // bytes.
    const auto shifted = hn::Sub(v, backspace);
    const auto hit = hn::Or(hn::Eq(hn::Min(shifted, span), shifted), hn::Eq(v, backslash));
    const intptr_t first = hn::FindFirstTrue(d, hit);
    if (first >= 0) return at + first;
  }
  return FindEscapableScalar(at, end);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace understudy::copyformat
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace understudy::copyformat {

HWY_EXPORT(IndexSeparatorsVector);
HWY_EXPORT(FindEscapableVector);

size_t IndexSeparators(const char* data, size_t size, uint32_t base, uint32_t* positions) {
  return HWY_DYNAMIC_DISPATCH(IndexSeparatorsVector)(data, size, base, positions);
}

size_t IndexSeparatorsScalar(const char* data, size_t size, uint32_t base, uint32_t* positions) {
  size_t count = 0;
  for (size_t i = 0; i < size; ++i) {
    const char c = data[i];
    if (c == '\t' || c == '\n' || c == '\\') positions[count++] = base + static_cast<uint32_t>(i);
  }
  return count;
}

const char* FindEscapable(const char* begin, const char* end) {
  // Below this a call through the dispatch table costs more than it saves.
  if (end - begin < 32) return FindEscapableScalar(begin, end);
  return HWY_DYNAMIC_DISPATCH(FindEscapableVector)(begin, end);
}

const char* FindEscapableScalar(const char* begin, const char* end) {
  for (; begin != end; ++begin) {
    const unsigned char c = static_cast<unsigned char>(*begin);
    if (static_cast<unsigned char>(c - 0x08) <= 0x0D - 0x08 || c == '\\') break;
  }
  return begin;
}

std::vector<int64_t> ScanTargetsForTest() { return hwy::SupportedAndGeneratedTargets(); }

void ForceScanTargetForTest(int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

std::string ScanTargetName(int64_t target) { return hwy::TargetName(target); }

}  // namespace understudy::copyformat
#endif  // HWY_ONCE
