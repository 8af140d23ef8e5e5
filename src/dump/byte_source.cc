#include "dump/byte_source.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/status.h"

namespace understudy::dump {
namespace {

// How often a silent pipe is left to look whether the user cancelled.
constexpr int kPollMs = 100;

}  // namespace

absl::StatusOr<size_t> FdSource::Read(char* to, size_t size) {
  for (;;) {
    if (cancel_ != nullptr) {
      if (cancel_->cancelled()) return Cancelled();
      pollfd waiting{fd_, POLLIN, 0};
      const int ready = ::poll(&waiting, 1, kPollMs);
      if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    }
    const ssize_t n = ::read(fd_, to, size);
    if (n >= 0) return static_cast<size_t>(n);
    if (errno != EINTR) return ErrnoStatus("reading", name_, errno);
  }
}

}  // namespace understudy::dump
