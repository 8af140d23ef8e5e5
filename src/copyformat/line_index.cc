#include "copyformat/line_index.h"

#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "copyformat/line_index.cc"
#include "hwy/foreach_target.h"  // compiles the part below once per instruction set
#include "hwy/highway.h"

#ifndef UNDERSTUDY_COPYFORMAT_LINE_INDEX_CC_ONCE
#define UNDERSTUDY_COPYFORMAT_LINE_INDEX_CC_ONCE
namespace understudy::copyformat {

// An odd number of backslashes stands before `at`.
inline bool EscapedAt(const char* begin, const char* at) {
  const char* p = at;
  while (p != begin && p[-1] == '\\') --p;
  return ((at - p) & 1) != 0;
}

}  // namespace understudy::copyformat
#endif

HWY_BEFORE_NAMESPACE();
namespace understudy::copyformat {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

WholeLines FindWholeLinesVector(const char* data, size_t size) { return FindWholeLinesScalar(data, size); }

#else

// At most 64 lanes, so that one block is a whole number of vectors everywhere.
using LineBytes = hn::CappedTag<uint8_t, 64>;

WholeLines FindWholeLinesVector(const char* data, size_t size) {
  const LineBytes d;
  const auto newline = hn::Set(d, '\n');
  const auto backslash = hn::Set(d, '\\');
  const size_t lanes = hn::Lanes(d);
  const auto bits_of = [&](const char* block, auto what) HWY_ATTR {
    alignas(8) uint8_t bits[8 + 8] = {};
    for (size_t i = 0; i < 64; i += lanes) {
      hn::StoreMaskBits(d, hn::Eq(hn::LoadU(d, reinterpret_cast<const uint8_t*>(block) + i), what),
                        bits + i / 8);
    }
    uint64_t word;
    std::memcpy(&word, bits, sizeof(word));
    return word;
  };
  WholeLines lines;
  uint64_t after_newline = 1;    // the byte before the block ends a row
  uint64_t after_backslash = 0;  // the byte before the block is a backslash
  for (size_t at = 0; at < size; at += 64) {
    uint64_t newlines = bits_of(data + at, newline);
    uint64_t backslashes = bits_of(data + at, backslash);
    if (size - at < 64) {
      const uint64_t inside = (uint64_t{1} << (size - at)) - 1;
      newlines &= inside;
      backslashes &= inside;
    }
    const uint64_t begins = backslashes & ((newlines << 1) | after_newline);
    const uint64_t ends = newlines & ((backslashes << 1) | after_backslash);
    for (uint64_t odd = begins | ends; odd != 0; odd &= odd - 1) {
      const auto bit = static_cast<size_t>(std::countr_zero(odd));
      const char* const p = data + at + bit;
      const bool mark = ((begins >> bit) & 1) != 0;
      // The byte behind the last one may be slack: a row that is cut there is no mark yet.
      if (mark ? (at + bit + 1 == size || p[1] != '.') : !EscapedAt(data, p)) continue;
      const uint64_t before = newlines & ((uint64_t{1} << bit) - 1);
      lines.rows += static_cast<uint64_t>(std::popcount(before));
      if (before != 0) lines.bytes = at + 64 - static_cast<size_t>(std::countl_zero(before));
      lines.stop = mark ? WholeLines::Stop::kMark : WholeLines::Stop::kEscapedNewline;
      return lines;
    }
    if (newlines != 0) {
      lines.rows += static_cast<uint64_t>(std::popcount(newlines));
      lines.bytes = at + 64 - static_cast<size_t>(std::countl_zero(newlines));
    }
    after_newline = newlines >> 63;
    after_backslash = backslashes >> 63;
  }
  return lines;
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace understudy::copyformat
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace understudy::copyformat {

HWY_EXPORT(FindWholeLinesVector);

WholeLines FindWholeLines(const char* data, size_t size) {
  return HWY_DYNAMIC_DISPATCH(FindWholeLinesVector)(data, size);
}

WholeLines FindWholeLinesScalar(const char* data, size_t size) {
  WholeLines lines;
  for (size_t at = 0; at < size; ++at) {
    if (at == lines.bytes && data[at] == '\\' && at + 1 < size && data[at + 1] == '.') {
      lines.stop = WholeLines::Stop::kMark;
      return lines;
    }
    if (data[at] != '\n') continue;
    if (EscapedAt(data, data + at)) {
      lines.stop = WholeLines::Stop::kEscapedNewline;
      return lines;
    }
    lines.bytes = at + 1;
    ++lines.rows;
  }
  return lines;
}

}  // namespace understudy::copyformat
#endif
