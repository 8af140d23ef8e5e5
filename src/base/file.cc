#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/status.h"

namespace understudy {
namespace {

absl::Status WriteAll(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus("writing", path, errno);
    content.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

}  // namespace

void Fd::Close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

absl::Status ErrnoStatus(std::string_view what, const std::string& path, int error_number) {
  const std::string text = fmt::format("{} {}: {}", what, path, std::strerror(error_number));
  if (error_number == ENOENT) return absl::NotFoundError(text);
  if (error_number == EACCES || error_number == EPERM) return absl::PermissionDeniedError(text);
  return absl::InternalError(text);
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path) {
  std::string content;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus("reading", path, errno);
    if (n == 0) return content;
    content.append(buffer, static_cast<size_t>(n));
  }
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("opening", path, errno);
  return ReadAll(fd.get(), path);
}

absl::Status WriteFileAtomic(const std::string& path, std::string_view content, mode_t mode) {
  static std::atomic<unsigned> serial{0};
  const std::string temporary = fmt::format("{}.tmp.{}.{}", path, ::getpid(), serial.fetch_add(1));
  Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd.valid()) return ErrnoStatus("creating", temporary, errno);
  absl::Status status = WriteAll(fd.get(), content, temporary);
  if (status.ok() && ::fsync(fd.get()) != 0) status = ErrnoStatus("syncing", temporary, errno);
  fd.Close();
  if (status.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) {
    status = ErrnoStatus("renaming into", path, errno);
  }
  if (!status.ok()) {
    ::unlink(temporary.c_str());
    return status;
  }
  const std::string parent = std::filesystem::path(path).parent_path().string();
  Fd directory(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.valid()) ::fsync(directory.get());
  return absl::OkStatus();
}

absl::Status MakeDirectories(const std::string& path, mode_t mode) {
  std::string prefix;
  for (const auto& part : std::filesystem::path(path)) {
    prefix = (std::filesystem::path(prefix) / part).string();
    if (::mkdir(prefix.c_str(), mode) != 0 && errno != EEXIST) {
      return ErrnoStatus("making directory", prefix, errno);
    }
  }
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return ErrnoStatus("making directory", path, errno);
  if (!S_ISDIR(info.st_mode)) return ErrnoStatus("making directory", path, ENOTDIR);
  return absl::OkStatus();
}

}  // namespace understudy
