#include "base/huge_pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace understudy {

void AdviseHugePages(void* begin, size_t bytes) {
  constexpr uintptr_t kPage = 4096;
  constexpr size_t kWorthIt = size_t{4} << 20;
  if (bytes < kWorthIt) return;
  const size_t skipped = -reinterpret_cast<uintptr_t>(begin) % kPage;  // up to the first whole page
  // A kernel without huge pages says EINVAL; then the pages are what they are.
  (void)::madvise(static_cast<char*>(begin) + skipped, (bytes - skipped) / kPage * kPage, MADV_HUGEPAGE);
}

}  // namespace understudy
