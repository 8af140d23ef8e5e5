// Counts every allocation of the process (malloc, calloc, realloc, operator new), so that a benchmark can say
// how many a row costs. Link allocation_counter.cc.
#ifndef UNDERSTUDY_BENCH_ALLOCATION_COUNTER_H_
#define UNDERSTUDY_BENCH_ALLOCATION_COUNTER_H_

#include <cstdint>

namespace understudy::bench {

uint64_t Allocations();
// Of the calling thread alone: another one may still be preparing its values.
uint64_t OwnAllocations();

}  // namespace understudy::bench

#endif  // UNDERSTUDY_BENCH_ALLOCATION_COUNTER_H_
