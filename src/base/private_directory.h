// A directory of our own for a while: below $TMPDIR or /tmp, mode 0700, removed with its content.
//
// Ownership: the object owns the directory. Threads: thread-compatible.
#ifndef UNDERSTUDY_BASE_PRIVATE_DIRECTORY_H_
#define UNDERSTUDY_BASE_PRIVATE_DIRECTORY_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace understudy {

class PrivateDirectory {
 public:
  static absl::StatusOr<PrivateDirectory> Make();
  PrivateDirectory(PrivateDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PrivateDirectory& operator=(PrivateDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~PrivateDirectory();
  const std::string& path() const { return path_; }

 private:
  explicit PrivateDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_PRIVATE_DIRECTORY_H_
