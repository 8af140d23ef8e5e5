// What a match of a pattern may begin with: a few table look-ups that say "not here" for all patterns at
// once.
//
// DESIGN
//   Numbers are everywhere and nearly all are nothing; asking re2 at each costs more than everything else. So
//   each pattern is read once, as far as its first kPlaces bytes: as an automaton whose states after k bytes
//   give the bytes that may stand at place k. A table per place holds a bit per pattern; the bits that
//   survive all places are the patterns to try. Places are judged independently, and whatever the reader does
//   not understand (look-arounds, classes by name) makes the pattern possible everywhere: never a false no,
//   which a test holds against re2. A code point beyond ASCII is read as one or more bytes from 0x80 on.
//   Repetitions count up to kPlaces.
// Source of the construction: Thompson, "Regular Expression Search Algorithm", CACM 11 (1968).
// Threads: immutable after construction, thread-safe.
#ifndef UNDERSTUDY_TEXT_PATTERN_START_H_
#define UNDERSTUDY_TEXT_PATTERN_START_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::text {

class PatternStarts {
 public:
  static constexpr size_t kMaxPatterns = 64;  // bits of a mask; patterns beyond are not for this class
  static constexpr size_t kPlaces = 8;        // the longest of a MAC address that tells it from a time

  // The patterns in re2's syntax, anchored at their beginning; at most kMaxPatterns.
  explicit PatternStarts(const std::vector<std::string_view>& patterns = {});

  // Bit i: pattern i may match text[from, …).
  uint64_t At(std::string_view text, size_t from) const {
    uint64_t mask = all_;
    for (size_t k = 0; k < kPlaces && mask != 0; ++k) {
      if (from + k >= text.size()) return mask & ended_[k];
      mask &= places_[k][static_cast<unsigned char>(text[from + k])];
    }
    return mask;
  }

 private:
  uint64_t all_ = 0;
  uint64_t places_[kPlaces][256] = {};
  uint64_t ended_[kPlaces] = {};  // patterns that match with no more than k bytes
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_PATTERN_START_H_
