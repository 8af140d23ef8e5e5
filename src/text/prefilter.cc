#include "text/prefilter.h"

#include <bit>

#include "base/huge_pages.h"

namespace understudy::text {

PrefilterBits::PrefilterBits(size_t keys, size_t min_words) {
  size_t count = 2;
  while (count < min_words || count * 4 < keys) count *= 2;
  words_.reserve(count);
  AdviseHugePages(words_.data(), count * sizeof(uint64_t));
  words_.assign(count, 0);
  shift_ = 64 - std::countr_zero(count);
}

}  // namespace understudy::text
