#include "odoo/copy_bytes.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace understudy::odoo {
namespace {

// Read and write in pieces of this size where the kernel can't copy by itself.
constexpr size_t kPlainBytes = 256 << 10;

// The pair of file systems (or the kernel) can't do it, as opposed to a copy that failed.
bool NotSupported(int error) {
  return error == EXDEV || error == ENOSYS || error == EOPNOTSUPP || error == EINVAL || error == ENOTTY ||
         error == EPERM || error == ETXTBSY || error == EBADF;
}

int PlainRange(int from, int to, uint64_t begin, uint64_t end) {
  const auto buffer = std::make_unique<char[]>(kPlainBytes);
  while (begin < end) {
    const size_t want = static_cast<size_t>(std::min<uint64_t>(kPlainBytes, end - begin));
    const ssize_t got = pread(from, buffer.get(), want, static_cast<off_t>(begin));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) return 0;  // shorter than it was: the checksum will say so
    for (ssize_t done = 0; done < got;) {
      const ssize_t put =
          pwrite(to, buffer.get() + done, static_cast<size_t>(got - done), static_cast<off_t>(begin) + done);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return errno;
      done += put;
    }
    begin += static_cast<uint64_t>(got);
  }
  return 0;
}

// One run of data, without holes.
int DataRange(int from, int to, uint64_t begin, uint64_t end, CopyWays* ways) {
  while (begin < end && ways->copy_range.load(std::memory_order_relaxed)) {
    auto in = static_cast<off_t>(begin), out = static_cast<off_t>(begin);
    const ssize_t copied = copy_file_range(from, &in, to, &out, end - begin, 0);
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0 && !NotSupported(errno)) return errno;
    if (copied < 0) {
      ways->copy_range.store(false, std::memory_order_relaxed);
      break;
    }
    if (copied == 0) break;  // some file systems say 0 where read gives bytes: plain reading decides
    begin += static_cast<uint64_t>(copied);
  }
  return begin < end ? PlainRange(from, to, begin, end) : 0;
}

}  // namespace

bool TryReflink(int from, int to, CopyWays* ways) {
  if (!ways->reflink.load(std::memory_order_relaxed)) return false;
  if (ioctl(to, FICLONE, from) == 0) return true;
  if (NotSupported(errno)) ways->reflink.store(false, std::memory_order_relaxed);
  return false;
}

int CopyRange(int from, int to, uint64_t begin, uint64_t end, CopyWays* ways) {
  while (begin < end) {
    off_t data = lseek(from, static_cast<off_t>(begin), SEEK_DATA);
    if (data < 0 && errno == ENXIO) return 0;  // only a hole until the end
    if (data < 0) return DataRange(from, to, begin, end, ways);
    if (static_cast<uint64_t>(data) >= end) return 0;
    off_t hole = lseek(from, data, SEEK_HOLE);
    const uint64_t stop = hole < 0 ? end : std::min<uint64_t>(end, static_cast<uint64_t>(hole));
    const int error = DataRange(from, to, static_cast<uint64_t>(data), stop, ways);
    if (error != 0) return error;
    begin = stop;
  }
  return 0;
}

int WriteAll(int fd, const char* bytes, uint64_t size) {
  while (size > 0) {
    const ssize_t put = write(fd, bytes, size);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno;
    bytes += put;
    size -= static_cast<uint64_t>(put);
  }
  return 0;
}

}  // namespace understudy::odoo
