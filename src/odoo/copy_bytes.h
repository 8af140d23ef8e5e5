// Moves a file's content the cheapest way the two file systems allow: reflink, copy_file_range, read and
// write.
//
// DESIGN
//   Which ways work is found out once per pair of file systems and remembered (CopyWays). Holes stay holes.
//   ioctl_ficlone(2), copy_file_range(2), lseek(2) SEEK_DATA.
// Threads: CopyWays is thread-safe; the functions are thread-safe on different descriptors, and
//   CopyRange on different ranges of the same ones.
#ifndef UNDERSTUDY_ODOO_COPY_BYTES_H_
#define UNDERSTUDY_ODOO_COPY_BYTES_H_

#include <atomic>
#include <cstdint>

namespace understudy::odoo {

// What was learnt about a pair of file systems. Starts optimistic.
struct CopyWays {
  std::atomic<bool> reflink{true};
  std::atomic<bool> copy_range{true};
};

// True if `to` is now a reflink of `from`. False: not possible here (never an error of its own).
bool TryReflink(int from, int to, CopyWays* ways);

// Copies [begin, end), data only; holes are left alone (the caller has set the size). 0 or an errno.
int CopyRange(int from, int to, uint64_t begin, uint64_t end, CopyWays* ways);

// write(2) until all is written. 0 or an errno.
int WriteAll(int fd, const char* bytes, uint64_t size);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_COPY_BYTES_H_
