// Sixteen bytes of a text at once: what kind each of them is, and the hash of the word that they begin.
//
// Threads: thread-safe.
#ifndef UNDERSTUDY_TEXT_SIXTEEN_BYTES_H_
#define UNDERSTUDY_TEXT_SIXTEEN_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "text/tokens.h"

namespace understudy::text {

// What a byte is, a bit for each of 16.
struct ByteKinds {
  uint32_t letters;
  uint32_t digits;
  uint32_t lower;  // bit 5 is set: of a letter that it is lower case
  uint32_t wide;   // beyond ASCII
};

#if defined(__SSE2__)

namespace sixteen_bytes_internal {
// Keeps the first n bytes: from place 16 - n on.
alignas(32) inline constexpr struct KeepFirst {
  uint8_t bytes[32] = {};
  constexpr KeepFirst() {
    for (int i = 0; i < 16; ++i) bytes[i] = 0xFF;
  }
} kKeepFirst;
}  // namespace sixteen_bytes_internal

class SixteenBytes {
 public:
  static constexpr size_t kBytes = 16;

  explicit SixteenBytes(const char* bytes) : v_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes))) {}

  ByteKinds kinds() const {
    // Signed comparisons: a byte from 0x80 on is negative, with or without bit 5.
    const __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(folded(), _mm_set1_epi8('a' - 1)),
                                         _mm_cmplt_epi8(folded(), _mm_set1_epi8('z' + 1)));
    return {Bits(letter), digits(), Bits(_mm_slli_epi16(v_, 2)), Bits(v_)};
  }
  uint32_t digits() const {
    return Bits(_mm_and_si128(_mm_cmpgt_epi8(v_, _mm_set1_epi8('0' - 1)),
                              _mm_cmplt_epi8(v_, _mm_set1_epi8('9' + 1))));
  }
  // Which bytes are `c`.
  uint32_t Are(char c) const { return Bits(_mm_cmpeq_epi8(v_, _mm_set1_epi8(c))); }

  // Of the first `size` bytes, folded.
  uint64_t Hash(uint32_t size) const {
    const __m128i keep = _mm_loadu_si128(
        reinterpret_cast<const __m128i*>(sixteen_bytes_internal::kKeepFirst.bytes + kBytes - size));
    const __m128i kept = _mm_and_si128(folded(), keep);
    return HashShort(static_cast<uint64_t>(_mm_cvtsi128_si64(kept)),
                     static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(kept, kept))), size);
  }
  // Writes the bytes, folded as ASCII letters and digits are.
  void StoreFolded(char* to) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), folded()); }

 private:
  __m128i folded() const { return _mm_or_si128(v_, _mm_set1_epi8(0x20)); }
  static uint32_t Bits(__m128i mask) { return static_cast<uint32_t>(_mm_movemask_epi8(mask)); }
  __m128i v_;
};

#else

class SixteenBytes {
 public:
  static constexpr size_t kBytes = 16;

  explicit SixteenBytes(const char* bytes) { std::memcpy(bytes_, bytes, kBytes); }

  ByteKinds kinds() const {
    return {Bits([](unsigned char c) { return (c | 0x20u) - 'a' < 26u; }), digits(),
            Bits([](unsigned char c) { return (c & 0x20) != 0; }),
            Bits([](unsigned char c) { return c >= 0x80; })};
  }
  uint32_t digits() const {
    return Bits([](unsigned char c) { return c - unsigned{'0'} < 10u; });
  }
  uint32_t Are(char wanted) const {
    return Bits([&](unsigned char c) { return c == static_cast<unsigned char>(wanted); });
  }
  uint64_t Hash(uint32_t size) const {
    char folded[kBytes];
    StoreFolded(folded);
    return HashFolded(folded, size);
  }
  void StoreFolded(char* to) const {
    for (size_t i = 0; i < kBytes; ++i) to[i] = static_cast<char>(bytes_[i] | 0x20);
  }

 private:
  template <typename Is>
  uint32_t Bits(Is is) const {
    uint32_t bits = 0;
    for (size_t i = 0; i < kBytes; ++i) bits |= static_cast<uint32_t>(is(bytes_[i])) << i;
    return bits;
  }
  unsigned char bytes_[kBytes];
};

#endif

// The bytes from `at` on, which is in the text; zeros behind its end.
inline SixteenBytes SixteenAt(std::string_view text, size_t at) {
  const size_t left = text.size() - at;
  if (left >= SixteenBytes::kBytes) return SixteenBytes(text.data() + at);
  char padded[SixteenBytes::kBytes] = {};
  std::memcpy(padded, text.data() + at, left);
  return SixteenBytes(padded);
}

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_SIXTEEN_BYTES_H_
