// ASCII eight bytes at a time: names are short, and a loop over their bytes is what treating one costs.
//
// Threads: thread-safe. Endianness: as on a little-endian machine on any.
#ifndef UNDERSTUDY_BASE_EIGHT_BYTES_H_
#define UNDERSTUDY_BASE_EIGHT_BYTES_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace understudy {

inline constexpr uint64_t kEightOnes = 0x0101010101010101;
inline constexpr uint64_t kEightHigh = 0x80 * kEightOnes;

// The first byte is the lowest one.
inline uint64_t FirstIsLowest(uint64_t word) {
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

// All of `value`, which has fewer than eight bytes; zeros behind.
inline uint64_t UpToSeven(std::string_view value) {
  const size_t size = value.size();
  const auto byte = [&](size_t i) { return static_cast<uint64_t>(static_cast<unsigned char>(value[i])); };
  if (size >= 4) {
    // The halves overlap where they are the same.
    uint64_t word = 0, last = 0;
    std::memcpy(&word, value.data(), 4);
    std::memcpy(&last, value.data() + size - 4, 4);
    return FirstIsLowest(word) | FirstIsLowest(last) << 8 * (size - 4);
  }
  if (size == 0) return 0;
  return byte(0) | byte(size / 2) << 8 * (size / 2) | byte(size - 1) << 8 * (size - 1);
}

// The eight bytes of `value` from `from`, which is in it; zeros where it ends.
inline uint64_t EightAt(std::string_view value, size_t from) {
  if (value.size() < 8) return UpToSeven(value) >> (from & 7) * 8;  // `from` is below 8 as it is
  // The last ones are read from before `from`, which takes no branch.
  const size_t start = std::min(from, value.size() - 8);
  uint64_t word = 0;
  std::memcpy(&word, value.data() + start, 8);
  return FirstIsLowest(word) >> (from - start) * 8;
}

// The high bits of the first `count` bytes, all if they are more.
inline uint64_t HighOfFirst(size_t count) { return kEightHigh >> (8 - std::min<size_t>(count, 8)) * 8; }

// Of bytes below 0x80: the high bit where one is at least `least`. Never carries into the next byte.
inline uint64_t AtLeast(uint64_t seven, unsigned char least) { return seven + (0x80U - least) * kEightOnes; }

// Of bytes below 0x80: the high bit where one is in first … last.
inline uint64_t InRange(uint64_t seven, unsigned char first, unsigned char last) {
  return AtLeast(seven, first) & ~AtLeast(seven, static_cast<unsigned char>(last + 1)) & kEightHigh;
}
// Of bytes below 0x80: the high bit where one is `byte`.
inline uint64_t EqualTo(uint64_t seven, char byte) {
  return ~AtLeast(seven ^ static_cast<unsigned char>(byte) * kEightOnes, 1) & kEightHigh;
}

// How many of the lowest bytes have no high bit set in `mask`.
inline size_t BytesBefore(uint64_t mask) { return static_cast<size_t>(std::countr_zero(mask)) / 8; }

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_EIGHT_BYTES_H_
