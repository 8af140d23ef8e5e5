#include "odoo/filestore_stage.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/status.h"
#include "odoo/copy_bytes.h"
#include "odoo/filestore_siblings.h"
#include "odoo/sha1.h"
#include "odoo/store_name.h"

namespace understudy::odoo {
namespace {

// glibc wraps renameat2 only since 2.28 and not everywhere; the call itself is as old as Linux 3.15.
int Exchange(const std::string& a, const std::string& b) {
  if (syscall(SYS_renameat2, AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return 0;
  return errno;
}

absl::Status SyncParent(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const Fd fd(open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || fsync(fd.get()) != 0) return FilestoreError("syncing", parent, errno);
  return absl::OkStatus();
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return FilestoreError("renaming", from, errno);
  return absl::OkStatus();
}

int RemoveEntries(int parent, const char* name, dev_t device) {
  const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return errno;
  struct stat status;
  DIR* directory = fstat(fd, &status) == 0 && status.st_dev == device ? fdopendir(fd) : nullptr;
  if (directory == nullptr) {
    close(fd);
    return EXDEV;
  }
  int error = 0;
  while (const dirent* entry = readdir(directory)) {
    const std::string_view child = entry->d_name;
    if (child == "." || child == "..") continue;
    if (unlinkat(fd, entry->d_name, 0) == 0) continue;
    error = errno == EISDIR || errno == EPERM ? RemoveEntries(fd, entry->d_name, device) : errno;
    if (error != 0) break;
  }
  closedir(directory);
  if (error != 0) return error;
  return unlinkat(parent, name, AT_REMOVEDIR) == 0 ? 0 : errno;
}

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

absl::Status FilestoreError(std::string_view what, const std::string& path, int error) {
  absl::Status status = ErrnoStatus(what, path, error);
  if (error != ENOSPC && error != EDQUOT && error != EFBIG) return status;
  return absl::ResourceExhaustedError(MessageOf(status));
}

absl::Status RemoveTree(const std::string& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) != 0) {
    return errno == ENOENT ? absl::OkStatus() : FilestoreError("removing", path, errno);
  }
  if (!S_ISDIR(status.st_mode)) return Refused(fmt::format("removing {}: not a directory", path));
  const int error = RemoveEntries(AT_FDCWD, path.c_str(), status.st_dev);
  return error == 0 ? absl::OkStatus() : FilestoreError("removing", path, error);
}

FilestoreStage::FilestoreStage(std::string directory, std::string path, std::string old_path,
                               StageOptions options)
    : directory_(std::move(directory)),
      path_(std::move(path)),
      old_path_(std::move(old_path)),
      options_(options) {}

FilestoreStage::~FilestoreStage() {
  if (state_ == State::kBuilding) RemoveTree(path_).IgnoreError();
}

absl::StatusOr<std::unique_ptr<FilestoreStage>> FilestoreStage::Create(const std::string& directory,
                                                                       const std::string& run_id,
                                                                       const StageOptions& options) {
  if (run_id.empty() || run_id.find('/') != std::string::npos)
    return UsageError("a run id must be a plain word");
  const std::string final_path = WithoutSlash(directory);
  const std::string parent = std::filesystem::path(final_path).parent_path().string();
  if (!parent.empty()) RETURN_IF_ERROR(MakeDirectories(parent));
  struct stat status;
  const bool exists = lstat(final_path.c_str(), &status) == 0;
  if (exists && !S_ISDIR(status.st_mode)) {
    return Refused(fmt::format("{} is not a directory (a symlink is not followed): name the directory itself",
                               final_path));
  }
  const std::string path = fmt::format("{}{}{}", final_path, kBuildingMark, run_id);
  if (mkdir(path.c_str(), options.directory_mode) != 0) return FilestoreError("making", path, errno);
  std::unique_ptr<FilestoreStage> stage(
      new FilestoreStage(final_path, path, fmt::format("{}{}{}", final_path, kOldMark, run_id), options));
  stage->root_ = Fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!stage->root_.valid()) return FilestoreError("opening", path, errno);
  const mode_t mask = umask(0);
  umask(mask);
  stage->must_chmod_ = ((options.file_mode | options.directory_mode) & mask) != 0;
  RETURN_IF_ERROR(stage->Own(stage->root_.get(), options.directory_mode, path));
  if (exists) {
    stage->previous_ = Fd(open(final_path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!stage->previous_.valid()) return FilestoreError("opening", final_path, errno);
    stage->had_previous_ = true;
  }
  return stage;
}

absl::Status FilestoreStage::Own(int fd, mode_t mode, const std::string& what) const {
  if (must_chmod_ && fchmod(fd, mode) != 0) return FilestoreError("setting the mode of", what, errno);
  if (options_.owner.has_value() || options_.group.has_value()) {
    const uid_t owner = options_.owner.value_or(static_cast<uid_t>(-1));
    const gid_t group = options_.group.value_or(static_cast<gid_t>(-1));
    if (fchown(fd, owner, group) != 0) return FilestoreError("setting the owner of", what, errno);
  }
  return absl::OkStatus();
}

absl::StatusOr<Fd> FilestoreStage::OpenDirectory(std::string_view name) const {
  const std::string directory(name);
  const bool made = mkdirat(root_.get(), directory.c_str(), options_.directory_mode) == 0;
  if (!made && errno != EEXIST) return FilestoreError("making", path_ + "/" + directory, errno);
  Fd fd(openat(root_.get(), directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid()) return FilestoreError("opening", path_ + "/" + directory, errno);
  if (made) RETURN_IF_ERROR(Own(fd.get(), options_.directory_mode, path_ + "/" + directory));
  return fd;
}

absl::StatusOr<Fd> FilestoreStage::CreateFile(int directory, const std::string& name) const {
  Fd fd(openat(directory, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               options_.file_mode));
  if (!fd.valid()) {
    if (errno == EEXIST) return absl::AlreadyExistsError(name);
    return FilestoreError("creating", path_ + "/…/" + name, errno);
  }
  RETURN_IF_ERROR(Own(fd.get(), options_.file_mode, name));
  return fd;
}

absl::StatusOr<std::string> FilestoreStage::AddContent(std::string_view content) {
  const std::string sha1 = Sha1Of(content);
  RETURN_IF_ERROR(AddContent(content, sha1));
  return StoreNameOf(sha1);
}

absl::Status FilestoreStage::AddContent(std::string_view content, std::string_view sha1) {
  return AddFile(sha1,
                 [&](int file) -> absl::StatusOr<bool> {
                   const int error = WriteAll(file, content.data(), content.size());
                   if (error != 0) return FilestoreError("writing", path_ + "/" + StoreNameOf(sha1), error);
                   return true;
                 })
      .status();
}

absl::StatusOr<bool> FilestoreStage::AddPieces(std::string_view sha1,
                                               const std::function<absl::Status(const Take&)>& produce) {
  return AddFile(sha1, [&](int file) -> absl::StatusOr<bool> {
    Sha1 hash;
    hash.Start();
    absl::Status written;
    const absl::Status produced = produce([&](std::string_view piece) {
      hash.Add(piece.data(), piece.size());
      const int error = WriteAll(file, piece.data(), piece.size());
      if (error != 0) written = FilestoreError("writing", path_ + "/" + StoreNameOf(sha1), error);
      return written;
    });
    RETURN_IF_ERROR(written);
    return produced.ok() && hash.Finish() == sha1;
  });
}

absl::StatusOr<bool> FilestoreStage::AddFile(std::string_view sha1,
                                             const std::function<absl::StatusOr<bool>(int)>& write) {
  // Thousands of people share an avatar: most of what comes is there, and one question says so.
  struct stat status;
  if (fstatat(root_.get(), StoreNameOf(sha1).c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return true;
  ASSIGN_OR_RETURN(const Fd directory, OpenDirectory(sha1.substr(0, 2)));
  // Two workers may bring the same content: each writes its own temporary file, the rename is idempotent.
  const std::string temporary = fmt::format(".new-{}", temporary_.fetch_add(1));
  ASSIGN_OR_RETURN(const Fd file, CreateFile(directory.get(), temporary));
  absl::StatusOr<bool> right = write(file.get());
  if (right.ok() && *right &&
      renameat(directory.get(), temporary.c_str(), directory.get(), std::string(sha1).c_str()) != 0) {
    right = FilestoreError("renaming to", path_ + "/" + StoreNameOf(sha1), errno);
  }
  if (!right.ok() || !*right) unlinkat(directory.get(), temporary.c_str(), 0);
  return right;
}

absl::Status FilestoreStage::Sync() {
  if (syncfs(root_.get()) != 0) return FilestoreError("syncing", path_, errno);
  return absl::OkStatus();
}

absl::Status FilestoreStage::Publish() {
  if (had_previous_) {
    ASSIGN_OR_RETURN(carried_, CarryOver(previous_.get(), root_.get()));
  }
  RETURN_IF_ERROR(Sync());
  if (!had_previous_) {
    RETURN_IF_ERROR(Rename(path_, directory_));
  } else if (Exchange(path_, directory_) == 0) {
    // What served until now lies under the stage's name.
    RETURN_IF_ERROR(Rename(path_, old_path_));
  } else {
    RETURN_IF_ERROR(Rename(directory_, old_path_));
    if (absl::Status renamed = Rename(path_, directory_); !renamed.ok()) {
      Rename(old_path_, directory_).IgnoreError();
      return renamed;
    }
  }
  state_ = State::kPublished;
  return SyncParent(directory_);
}

absl::Status FilestoreStage::Undo() {
  if (state_ != State::kPublished) return absl::OkStatus();
  if (!had_previous_) {
    RETURN_IF_ERROR(Rename(directory_, path_));
  } else if (Exchange(old_path_, directory_) == 0) {
    RETURN_IF_ERROR(Rename(old_path_, path_));
  } else {
    RETURN_IF_ERROR(Rename(directory_, path_));
    if (absl::Status renamed = Rename(old_path_, directory_); !renamed.ok()) {
      Rename(path_, directory_).IgnoreError();
      return renamed;
    }
  }
  state_ = State::kBuilding;
  return SyncParent(directory_);
}

absl::Status FilestoreStage::DropStale() {
  RETURN_IF_ERROR(DropCarried(root_.get(), carried_));
  carried_.clear();
  return absl::OkStatus();
}

absl::Status FilestoreStage::PruneOld(size_t keep) {
  ASSIGN_OR_RETURN(const std::vector<std::string> old, ListSiblings(directory_, kOldMark));
  for (size_t i = 0; i + keep < old.size(); ++i) RETURN_IF_ERROR(RemoveTree(old[i]));
  return absl::OkStatus();
}

}  // namespace understudy::odoo
