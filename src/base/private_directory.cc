#include "base/private_directory.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/status.h"

namespace understudy {

absl::StatusOr<PrivateDirectory> PrivateDirectory::Make() {
  const char* base = std::getenv("TMPDIR");
  std::string name = fmt::format("{}/understudy.XXXXXX", base != nullptr ? base : "/tmp");
  if (::mkdtemp(name.data()) == nullptr) return ErrnoStatus("making directory", name, errno);
  return PrivateDirectory(name);
}

PrivateDirectory::~PrivateDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace understudy
