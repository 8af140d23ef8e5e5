// Counts every allocation of the process (malloc, calloc, realloc, operator new), so that a benchmark can say
// how many a row costs. Link allocation_counter.cc.
#ifndef UNDERSTUDY_BENCH_ALLOCATION_COUNTER_H_
#define UNDERSTUDY_BENCH_ALLOCATION_COUNTER_H_

#include <cstdint>

namespace understudy::bench {

uint64_t Allocations();

}  // namespace understudy::bench

#endif  // UNDERSTUDY_BENCH_ALLOCATION_COUNTER_H_
