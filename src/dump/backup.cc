#include "dump/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "base/status.h"
#include "dump/archive_source.h"
#include "dump/odoo_zip.h"

namespace understudy::dump {
namespace {

// A tar's magic stands behind its first name.
constexpr size_t kTarMagicAt = 257;

absl::StatusOr<std::string> FirstBytes(const std::string& path) {
  // Not waiting for the writer of a named pipe.
  const Fd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return ErrnoStatus("opening", path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return ErrnoStatus("looking at", path, errno);
  if (!S_ISREG(info.st_mode)) {
    return UsageError(
        fmt::format("{} is no file: a backup is read more than once; give a stream to \"understudy filter\" "
                    "on standard input",
                    path));
  }
  std::string bytes(512, '\0');
  const ssize_t n = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  if (n < 0) return ErrnoStatus("reading", path, errno);
  bytes.resize(static_cast<size_t>(n));
  return bytes;
}

bool IsCompressed(std::string_view start) {
  for (const std::string_view magic :
       {"\x1F\x8B", "\x28\xB5\x2F\xFD", "BZh", "\xFD\x37zXZ", "\x04\x22\x4D\x18"}) {
    if (start.starts_with(magic)) return true;
  }
  return false;
}

class PlainBackup : public Backup {
 public:
  PlainBackup(const std::string& path, bool compressed, const BackupOptions& options)
      : Backup(path), compressed_(compressed), cancel_(options.cancel) {}
  BackupKind kind() const override { return BackupKind::kPlain; }
  absl::Status Read(Pass, int, const StreamReader& reader) override {
    if (compressed_) {
      ASSIGN_OR_RETURN(const auto source, ArchiveSource::Open(path()));
      PlainReader plain(*source);
      return reader(plain);
    }
    const Fd file(::open(path().c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return ErrnoStatus("opening", path(), errno);
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    FdSource source(file.get(), path(), cancel_);
    PlainReader plain(source);
    return reader(plain);
  }

 private:
  const bool compressed_;
  const CancelToken* const cancel_;
};

}  // namespace

std::string_view NameOf(BackupKind kind) {
  static constexpr std::string_view kNames[] = {"plain", "custom", "directory", "tar", "zip"};
  return kNames[static_cast<size_t>(kind)];
}

absl::StatusOr<std::unique_ptr<Backup>> Backup::Open(const std::string& path, const BackupOptions& options) {
  std::error_code none;
  if (std::filesystem::is_directory(path, none)) {
    if (!std::filesystem::exists(path + "/toc.dat", none)) {
      return UsageError(fmt::format("{}: a directory without toc.dat is no dump of pg_dump", path));
    }
    return OpenPgArchive(path, BackupKind::kDirectory, options);
  }
  ASSIGN_OR_RETURN(const std::string start, FirstBytes(path));
  if (start.starts_with("PGDMP")) return OpenPgArchive(path, BackupKind::kCustom, options);
  if (start.starts_with("PK\x03\x04") || start.starts_with("PK\x05\x06")) return OpenOdooZip(path, options);
  if (start.size() > kTarMagicAt + 5 && start.compare(kTarMagicAt, 5, "ustar") == 0) {
    return OpenPgArchive(path, BackupKind::kTar, options);
  }
  if (start.empty()) return Failed(fmt::format("{}: the file is empty", path));
  return std::unique_ptr<Backup>(new PlainBackup(path, IsCompressed(start), options));
}

}  // namespace understudy::dump
