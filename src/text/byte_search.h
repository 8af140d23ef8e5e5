// The next of two bytes, without a call: in a text full of tags the next one is near.
//
// Threads: thread-safe.
#ifndef UNDERSTUDY_TEXT_BYTE_SEARCH_H_
#define UNDERSTUDY_TEXT_BYTE_SEARCH_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace understudy::text {

// Where the first `one` or `other` stands at or behind `from`; text.size() if there is none.
inline size_t FindEither(std::string_view text, size_t from, char one, char other) {
  const size_t size = text.size();
#if defined(__SSE2__)
  const __m128i first = _mm_set1_epi8(one), second = _mm_set1_epi8(other);
  for (; from + 16 <= size; from += 16) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from));
    const auto hits = static_cast<uint32_t>(
        _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(v, first), _mm_cmpeq_epi8(v, second))));
    if (hits != 0) return from + static_cast<size_t>(std::countr_zero(hits));
  }
#endif
  while (from < size && text[from] != one && text[from] != other) ++from;
  return from;
}

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_BYTE_SEARCH_H_
