// Tables and masks for the bytes of a word, eight in a number, for the candidate scan.
#ifndef UNDERSTUDY_TEXT_WORD_BYTES_H_
#define UNDERSTUDY_TEXT_WORD_BYTES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace understudy::text {

// In each byte of eight: set beyond ASCII; set in a letter and not in a digit; set in a small letter.
inline constexpr uint64_t kHighBits = 0x8080808080808080, kLetterBits = 0x4040404040404040,
                          kLowerBits = 0x2020202020202020;

// The first `count` bytes of a number, which are its low ones; `count` is not 0.
inline uint64_t FirstOfEight(size_t count) { return ~uint64_t{0} >> (64 - 8 * std::min<size_t>(count, 8)); }

// For each set of four lanes, four bits each: its members from the lowest one on, then the others.
inline constexpr struct LanesFirst {
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

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_WORD_BYTES_H_
