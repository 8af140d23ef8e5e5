// Vector scans over COPY text: where the separators are, and whether a value
// needs escaping.
//
// DESIGN
//   IndexSeparators is the first of two stages (simdjson's idea): it writes the
//   positions of every tab, newline and backslash, 64 bytes at a time, without
//   looking at what they mean; text_scanner.h then walks the positions. Highway
//   picks the widest instruction set at run time. The ...Scalar functions are
//   the plain twins: the same result, byte by byte; tests hold the two against
//   each other on every target.
// Threads: all functions are thread-safe.
#ifndef UNDERSTUDY_COPYFORMAT_TEXT_INDEX_H_
#define UNDERSTUDY_COPYFORMAT_TEXT_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace understudy::copyformat {

// Entries that IndexSeparators may write behind the last real one.
inline constexpr size_t kIndexSlack = 64;

// Writes base + i for each i < size where data[i] is \t, \n or \\, in order;
// returns how many. The backslash of a field that is just `\N` (one of those
// bytes before it and behind it) may be left out. `positions` has room for size
// + kIndexSlack entries, and kSlack (batch.h) bytes behind data[size] are
// readable.
size_t IndexSeparators(const char* data, size_t size, uint32_t base, uint32_t* positions);
size_t IndexSeparatorsScalar(const char* data, size_t size, uint32_t base, uint32_t* positions);

// The first byte that COPY text writes as an escape (\b \t \n \v \f \r \\), or
// `end`. Reads no byte outside [begin, end).
const char* FindEscapable(const char* begin, const char* end);
const char* FindEscapableScalar(const char* begin, const char* end);

// For tests: the instruction sets this machine can choose from, and forcing one
// (0: back to the best).
std::vector<int64_t> ScanTargetsForTest();
void ForceScanTargetForTest(int64_t target);
std::string ScanTargetName(int64_t target);

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_TEXT_INDEX_H_
