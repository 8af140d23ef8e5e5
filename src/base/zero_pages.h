// A large array that costs nothing until it is used, and then only where it is used.
//
// DESIGN
//   Straight from the kernel: malloc keeps large blocks that were freed, and calloc clears those whole. Of a
//   megabyte that takes longer than looking up the rows of most database tables does.
// Ownership: its own memory, aligned to a page. Threads: as a plain array.
#ifndef UNDERSTUDY_BASE_ZERO_PAGES_H_
#define UNDERSTUDY_BASE_ZERO_PAGES_H_

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

namespace understudy {

// `kCount` times T, all bytes zero; T must be content with that. None before Make().
template <typename T, size_t kCount>
class ZeroPages {
 public:
  // Throws std::bad_alloc.
  void Make() {
    void* pages = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc();
    pages_.reset(static_cast<T*>(pages));
  }
  explicit operator bool() const { return pages_ != nullptr; }
  T& operator[](size_t i) const { return pages_.get()[i]; }
  // Null before Make().
  T* data() const { return pages_.get(); }

 private:
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static constexpr size_t kBytes = kCount * sizeof(T);
  struct Unmap {
    void operator()(T* pages) const { munmap(pages, kBytes); }
  };
  std::unique_ptr<T, Unmap> pages_;
};

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_ZERO_PAGES_H_
