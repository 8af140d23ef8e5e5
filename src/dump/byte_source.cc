#include "dump/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/status.h"

namespace understudy::dump {
namespace {

// How often a silent pipe is left to look whether the user cancelled.
constexpr int kPollMs = 100;
// The kernel's usual limit without privileges: fewer switches between the two ends.
constexpr int kPipeBytes = 1 << 20;

}  // namespace

void WidenPipe(int fd) { ::fcntl(fd, F_SETPIPE_SZ, kPipeBytes); }

// Waits for the first bytes only; what is there already comes along, so that a pipe, which gives little at a
// time, fills batches all the same.
absl::StatusOr<size_t> FdSource::Read(char* to, size_t size) {
  size_t have = 0;
  while (have < size) {
    pollfd waiting{fd_, POLLIN, 0};
    if (have > 0) {
      if (::poll(&waiting, 1, 0) <= 0) break;
    } else if (cancel_ != nullptr) {
      if (cancel_->cancelled()) return Cancelled();
      const int ready = ::poll(&waiting, 1, kPollMs);
      if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    }
    const ssize_t n = ::read(fd_, to + have, size - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus("reading", name_, errno);
    have += static_cast<size_t>(n);
    if (n == 0) break;  // the end; the next call meets it again
  }
  return have;
}

}  // namespace understudy::dump
