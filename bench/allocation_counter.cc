#include "allocation_counter.h"

#include <atomic>
#include <cstddef>

// glibc's own names for what we put ourselves in front of.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
}

namespace {
std::atomic<uint64_t> allocations{0};
thread_local uint64_t own_allocations = 0;
void Count() {
  allocations.fetch_add(1, std::memory_order_relaxed);
  ++own_allocations;
}
}  // namespace

extern "C" {
void* malloc(size_t size) {
  Count();
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  Count();
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  Count();
  return __libc_realloc(memory, size);
}
}

namespace understudy::bench {

uint64_t Allocations() { return allocations.load(std::memory_order_relaxed); }
uint64_t OwnAllocations() { return own_allocations; }

}  // namespace understudy::bench
