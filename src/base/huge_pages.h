// Asks for pages of 2 MB under a large table that is read at random places.
//
// DESIGN: with pages of 4 KB nearly every look-up in a table of tens of megabytes walks the page tables, too.
// Advice only: where the system gives none (transparent_hugepage=never), nothing changes.
// Threads: thread-safe.
#ifndef UNDERSTUDY_BASE_HUGE_PAGES_H_
#define UNDERSTUDY_BASE_HUGE_PAGES_H_

#include <cstddef>

namespace understudy {

// For memory that is allocated and not touched yet; small blocks are left alone.
void AdviseHugePages(void* begin, size_t bytes);

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_HUGE_PAGES_H_
