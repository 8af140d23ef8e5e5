#include "odoo/filestore_siblings.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "base/file.h"
#include "base/status.h"
#include "odoo/filestore_stage.h"
#include "odoo/store_name.h"

namespace understudy::odoo {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

Directory Open(int parent, const char* name) {
  const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return nullptr;
  DIR* const directory = fdopendir(fd);
  if (directory == nullptr) close(fd);
  return Directory(directory);
}

std::vector<std::string> EntriesOf(DIR* directory) {
  std::vector<std::string> names;
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  return names;
}

// The mode and the owner of a directory that is made anew, from the one it stands for.
absl::Status MakeAlike(int parent, const std::string& name, int like) {
  struct stat status;
  if (fstat(like, &status) != 0) return ErrnoStatus("reading the directory", name, errno);
  if (mkdirat(parent, name.c_str(), status.st_mode & 07777) != 0 && errno != EEXIST) {
    return ErrnoStatus("making", name, errno);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ListSiblings(const std::string& directory, std::string_view mark) {
  const std::filesystem::path path(directory);
  const std::string prefix = path.filename().string() + std::string(mark);
  const std::string parent = path.has_parent_path() ? path.parent_path().string() : ".";
  std::vector<std::string> siblings;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(parent, error)) {
    if (entry.path().filename().string().starts_with(prefix)) siblings.push_back(entry.path().string());
  }
  if (error) return ErrnoStatus("reading", parent, error.value());
  std::sort(siblings.begin(), siblings.end());
  return siblings;
}

absl::Status TidySiblings(const std::string& directory) {
  ASSIGN_OR_RETURN(const std::vector<std::string> old, ListSiblings(directory, kOldMark));
  struct stat status;
  if (!old.empty() && lstat(directory.c_str(), &status) != 0 && errno == ENOENT) {
    if (rename(old.back().c_str(), directory.c_str()) != 0) {
      return ErrnoStatus("bringing back", old.back(), errno);
    }
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> all, ListSiblings(directory, kBuildingMark));
  const std::string keep = std::filesystem::path(directory).filename().string() + std::string(kOldMark);
  for (const std::string& sibling : all) {
    if (std::filesystem::path(sibling).filename().string().starts_with(keep)) continue;
    RETURN_IF_ERROR(RemoveTree(sibling));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> CarryOver(int old_root, int new_root) {
  std::vector<std::string> carried;
  const Directory root = Open(old_root, ".");
  if (root == nullptr) return ErrnoStatus("reading", "the filestore that serves", errno);
  for (const std::string& name : EntriesOf(root.get())) {
    const Directory from = Open(old_root, name.c_str());
    if (from == nullptr) continue;  // no directory: nothing that Odoo put there
    Fd to;
    for (const std::string& file : EntriesOf(from.get())) {
      const std::string stored = fmt::format("{}/{}", name, file);
      if (!IsStoreName(stored)) continue;
      if (!to.valid()) {
        RETURN_IF_ERROR(MakeAlike(new_root, name, dirfd(from.get())));
        to = Fd(openat(new_root, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!to.valid()) return ErrnoStatus("opening", name, errno);
      }
      if (linkat(dirfd(from.get()), file.c_str(), to.get(), file.c_str(), 0) == 0) {
        carried.push_back(stored);
      } else if (errno != EEXIST && errno != ENOENT) {
        return ErrnoStatus("linking", stored, errno);
      }
    }
  }
  return carried;
}

absl::Status DropCarried(int root, const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (unlinkat(root, names[i].c_str(), 0) != 0 && errno != ENOENT) {
      return ErrnoStatus("removing", names[i], errno);
    }
    // One that still has files refuses.
    const bool last = i + 1 == names.size() || DirectoryOf(names[i + 1]) != DirectoryOf(names[i]);
    if (last) unlinkat(root, std::string(DirectoryOf(names[i])).c_str(), AT_REMOVEDIR);
  }
  return absl::OkStatus();
}

}  // namespace understudy::odoo
