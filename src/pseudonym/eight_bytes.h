// ASCII eight bytes at a time: names are short, and a loop over their bytes is what treating one costs.
//
// Threads: thread-safe. Endianness: as on a little-endian machine on any.
#ifndef UNDERSTUDY_PSEUDONYM_EIGHT_BYTES_H_
#define UNDERSTUDY_PSEUDONYM_EIGHT_BYTES_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace understudy::pseudonym {

inline constexpr uint64_t kEightOnes = 0x0101010101010101;
inline constexpr uint64_t kEightHigh = 0x80 * kEightOnes;

// The first byte is the lowest one.
inline uint64_t FirstIsLowest(uint64_t word) {
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

// The `size` bytes at `from`, the first eight of them if they are more; zeros behind.
inline uint64_t LoadUpToEight(const char* from, size_t size) {
  uint64_t word = 0;
  if (size >= 8) {
    std::memcpy(&word, from, 8);
    return FirstIsLowest(word);
  }
  const auto at = [from](size_t i) {
    return static_cast<uint64_t>(static_cast<unsigned char>(from[i])) << i * 8;
  };
  if (size >= 4 && std::endian::native == std::endian::little) {
    uint32_t first, last;  // they may overlap, in bytes that are the same in both
    std::memcpy(&first, from, 4);
    std::memcpy(&last, from + size - 4, 4);
    return first | static_cast<uint64_t>(last) << (size - 4) * 8;
  }
  for (size_t i = 0; i < size; ++i) word |= at(i);
  return word;
}

// Of bytes below 0x80: the high bit where one is at least `least`. Never carries into the next byte.
inline uint64_t AtLeast(uint64_t seven, unsigned char least) { return seven + (0x80U - least) * kEightOnes; }

// How many of the lowest bytes have no high bit set in `mask`.
inline size_t BytesBefore(uint64_t mask) { return static_cast<size_t>(std::countr_zero(mask)) / 8; }

// How many bytes from `from` on are ASCII letters.
inline size_t LetterRun(std::string_view value, size_t from) {
  size_t run = 0;
  for (;;) {
    const uint64_t bytes = LoadUpToEight(value.data() + from + run, value.size() - from - run);
    const uint64_t lower = (bytes & ~kEightHigh) | 0x20 * kEightOnes;
    const uint64_t letters = AtLeast(lower, 'a') & ~AtLeast(lower, 'z' + 1) & ~bytes & kEightHigh;
    const size_t count = BytesBefore(letters ^ kEightHigh);
    run += count;
    if (count < 8) return run;
  }
}

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_EIGHT_BYTES_H_
