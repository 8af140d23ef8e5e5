#include "dump/sink_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "base/status.h"

namespace understudy::dump {
namespace {

// 1980-01-01, the first moment that zip knows.
constexpr time_t kMemberTime = 315532800;

// The file `path`, empty, ours alone and locked.
absl::StatusOr<Fd> OpenLocked(const std::string& path) {
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.valid()) return ErrnoStatus("creating", path, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return Refused(fmt::format("{} is being written by another run; wait for it or stop it", path));
  }
  struct stat opened {};
  struct stat named {};
  if (::fstat(file.get(), &opened) != 0) return ErrnoStatus("looking at", path, errno);
  // Between opening and locking another run may have ended and taken it away.
  const bool same = ::lstat(path.c_str(), &named) == 0 && named.st_ino == opened.st_ino;
  if (!same || !S_ISREG(opened.st_mode) || opened.st_uid != ::geteuid() || opened.st_nlink != 1) {
    return Refused(fmt::format("{} is not a file that only we write; remove it", path));
  }
  if (::fchmod(file.get(), 0600) != 0 || ::ftruncate(file.get(), 0) != 0) {
    return ErrnoStatus("emptying", path, errno);
  }
  return file;
}

}  // namespace

bool IsZipName(const std::string& path) { return path.ends_with(".zip"); }

absl::Status CheckSinkName(const std::string& path) {
  for (const char* ending : {".zip", ".sql", ".sql.gz", ".sql.zst"}) {
    if (path.ends_with(ending)) return absl::OkStatus();
  }
  return UsageError("staging.backup: its name must end in .zip, .sql, .sql.gz or .sql.zst");
}

absl::StatusOr<std::unique_ptr<SinkFile>> SinkFile::Create(const std::string& path) {
  RETURN_IF_ERROR(CheckSinkName(path));
  const std::string beside = path + ".understudy-part";
  ASSIGN_OR_RETURN(Fd file, OpenLocked(beside));
  struct archive* const handle = archive_write_new();
  std::unique_ptr<SinkFile> sink(new SinkFile(handle, path, beside));
  if (IsZipName(path)) {
    archive_write_set_format_zip(handle);
  } else {
    archive_write_set_format_raw(handle);
    if (path.ends_with(".gz")) {
      archive_write_add_filter_gzip(handle);
      archive_write_set_filter_option(handle, "gzip", "timestamp", nullptr);
    }
    if (path.ends_with(".zst")) archive_write_add_filter_zstd(handle);
  }
  if (archive_write_open_fd(handle, file.get()) != ARCHIVE_OK) return sink->Error();
  // libarchive writes to the descriptor until the handle is freed.
  sink->fd_ = std::move(file);
  return sink;
}

SinkFile::~SinkFile() {
  if (handle_ != nullptr) archive_write_free(handle_);
  if (!committed_) ::unlink(beside_.c_str());
}

absl::Status SinkFile::Error() const {
  const char* reason = archive_error_string(handle_);
  return Failed(fmt::format("writing {}: {}", beside_, reason != nullptr ? reason : "unknown reason"));
}

absl::Status SinkFile::Begin(const std::string& member, int64_t size) {
  struct archive_entry* const entry = archive_entry_new();
  archive_entry_set_pathname(entry, member.c_str());
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0600);
  archive_entry_set_mtime(entry, kMemberTime, 0);
  if (size >= 0) archive_entry_set_size(entry, size);
  const int result = archive_write_header(handle_, entry);
  archive_entry_free(entry);
  return result < ARCHIVE_WARN ? Error() : absl::OkStatus();
}

absl::Status SinkFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const la_ssize_t n = archive_write_data(handle_, bytes.data(), bytes.size());
    if (n <= 0) return Error();
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::Status SinkFile::Close() {
  if (archive_write_close(handle_) != ARCHIVE_OK) return Error();
  if (::fsync(fd_.get()) != 0) return ErrnoStatus("syncing", beside_, errno);
  return absl::OkStatus();
}

absl::Status SinkFile::Commit() {
  if (::rename(beside_.c_str(), path_.c_str()) != 0) return ErrnoStatus("renaming to", path_, errno);
  committed_ = true;
  const std::string parent = std::filesystem::path(path_).parent_path().string();
  const Fd directory(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid() || ::fsync(directory.get()) != 0) return ErrnoStatus("syncing", parent, errno);
  return absl::OkStatus();
}

}  // namespace understudy::dump
