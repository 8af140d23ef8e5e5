// Words of a text, as known values and detectors see them.
//
// DESIGN
//   A token is a maximal run of letters and digits; apostrophes, hyphens, dots and blanks separate, so that
//   "O'Neill" is two tokens and is found as "O’Neill" and "O Neill" too. A code point of a script without
//   blanks is a token. A token's hash is over its case-folded, composed (NFC for the common marks) bytes;
//   soft hyphens and zero-width blanks inside it count for nothing. HashFolded is the one hash: the vector
//   scan computes it inline for ASCII words of up to 16 bytes.
// Threads: all functions are thread-safe.
#ifndef UNDERSTUDY_TEXT_TOKENS_H_
#define UNDERSTUDY_TEXT_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace understudy::text {

struct Token {
  uint32_t begin = 0;  // bytes in the text
  uint32_t end = 0;
  uint64_t hash = 0;
  uint32_t chars = 0;  // code points
  bool has_digit = false;
  bool all_digits = false;
  bool ascii = true;
  bool starts_upper = false;
  bool all_upper = false;  // at least two letters, none lower
  bool solo = false;
};

inline constexpr uint64_t kMix1 = 0x9E3779B97F4A7C15;
inline constexpr uint64_t kMix2 = 0xE7037ED1A0B428DB;
inline constexpr uint64_t kMix3 = 0x8EBC6AF09C88C6E3;

// The high and low half of a 128-bit product, folded: one multiplication spreads every bit (as wyhash does).
inline uint64_t Fold128(uint64_t a, uint64_t b) {
  const unsigned __int128 p = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(p) ^ static_cast<uint64_t>(p >> 64);
}
// Of up to 16 folded bytes, with zeros behind them. Products of 32 bits alone, since every vector unit has
// them: the scan computes it for several words at once. (Halves multiplied with each other and added
// crosswise, as XXH3 accumulates; then one product for each half, so that every bit reaches both ends.)
inline constexpr uint64_t kSizeMix = 0x8EBC6AF1, kLowMix = 0x9E3779B1, kHighMix = 0x85EBCA77;
inline uint64_t HashShort(uint64_t lo, uint64_t hi, size_t size) {
  constexpr auto halves = [](uint64_t v) { return (v & 0xFFFFFFFF) * (v >> 32); };
  constexpr auto swapped = [](uint64_t v) { return v << 32 | v >> 32; };
  const uint64_t x = lo ^ kMix1, y = hi ^ kMix2 ^ (size & 0xFFFFFFFF) * kSizeMix;
  const uint64_t f = (halves(x) + y) ^ swapped(halves(y) + x);
  return (f & 0xFFFFFFFF) * kLowMix ^ swapped((f >> 32) * kHighMix);
}
uint64_t HashFolded(const char* bytes, size_t size);

// The hash of a sequence grows by one token at a time.
inline uint64_t ExtendSequence(uint64_t sequence, uint64_t token) {
  return Fold128(sequence ^ kMix2, token ^ kMix1);
}

// The first token at or after `from`; false when there is none before `text` ends. `from` must not lie
// inside a token.
bool NextToken(std::string_view text, size_t from, Token* token);

// The token that is known to be the `size` (1 to 16) bytes from `begin` on, ASCII all, and its hash: what
// NextToken would say of it.
Token TokenOfWord(std::string_view text, uint32_t begin, uint32_t size, uint64_t hash);

// The token's bytes, folded and composed, appended to `out`.
void AppendFolded(std::string_view text, const Token& token, std::string* out);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_TOKENS_H_
