// Small, exact file operations: read whole, write beside and rename in, make directories.
//
// Threads: thread-safe. Errors name the path and the system's reason.
#ifndef UNDERSTUDY_BASE_FILE_H_
#define UNDERSTUDY_BASE_FILE_H_

#include <sys/types.h>

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace understudy {

// An owned file descriptor; -1 is none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { Close(); }
  Fd(Fd&& other) noexcept : fd_(other.Release()) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = other.Release();
    }
    return *this;
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void Close();

 private:
  int fd_ = -1;
};

absl::StatusOr<std::string> ReadFile(const std::string& path);
// The rest of an open file; `path` is for messages.
absl::StatusOr<std::string> ReadAll(int fd, const std::string& path);
// Writes to a temporary name in the same directory, syncs, renames over `path`, syncs the directory.
// A reader sees the old content or the new, whole.
absl::Status WriteFileAtomic(const std::string& path, std::string_view content, mode_t mode = 0644);
// mkdir -p; existing directories are fine and keep their mode.
absl::Status MakeDirectories(const std::string& path, mode_t mode = 0755);
// "opening /x: Permission denied"
absl::Status ErrnoStatus(std::string_view what, const std::string& path, int error_number);

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_FILE_H_
