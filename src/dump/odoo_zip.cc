#include "dump/odoo_zip.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/status.h"
#include "clone/programs.h"
#include "dump/process_source.h"
#include "engine/guarded.h"

namespace understudy::dump {
namespace {

constexpr size_t kPieceBytes = 256 << 10;
// A stored file above this is no attachment that anybody rewrites in memory.
constexpr zip_uint64_t kMaxFileBytes = zip_uint64_t{1} << 31;

absl::StatusOr<struct zip*> OpenHandle(const std::string& path) {
  int error = 0;
  struct zip* const handle = zip_open(path.c_str(), ZIP_RDONLY, &error);
  if (handle != nullptr) return handle;
  zip_error_t reason;
  zip_error_init_with_code(&reason, error);
  const std::string message = fmt::format("{}: {}", path, zip_error_strerror(&reason));
  zip_error_fini(&reason);
  return Failed(message);
}

// One member's bytes.
class MemberSource : public ByteSource {
 public:
  static absl::StatusOr<std::unique_ptr<MemberSource>> Open(const std::string& path, zip_uint64_t index) {
    ASSIGN_OR_RETURN(struct zip* const handle, OpenHandle(path));
    zip_file_t* const file = zip_fopen_index(handle, index, 0);
    if (file == nullptr) {
      const std::string message =
          fmt::format("{}: the dump in it can't be opened: {}", path, zip_strerror(handle));
      zip_discard(handle);
      return Failed(message);
    }
    return std::unique_ptr<MemberSource>(new MemberSource(path, handle, file));
  }
  ~MemberSource() override {
    zip_fclose(file_);
    zip_discard(handle_);
  }
  MemberSource(const MemberSource&) = delete;
  MemberSource& operator=(const MemberSource&) = delete;
  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    const zip_int64_t n = zip_fread(file_, to, size);
    if (n < 0) return Failed(fmt::format("{}: {}", path_, zip_file_strerror(file_)));
    return static_cast<size_t>(n);
  }

 private:
  MemberSource(std::string path, struct zip* handle, zip_file_t* file)
      : path_(std::move(path)), handle_(handle), file_(file) {}
  const std::string path_;
  struct zip* const handle_;
  zip_file_t* const file_;
};

// Writes a member into a named pipe; ends when all is written or nobody reads.
absl::Status Pump(const std::string& path, zip_uint64_t index, const std::string& pipe,
                  const CancelToken& stop) {
  ASSIGN_OR_RETURN(const auto member, MemberSource::Open(path, index));
  Fd to;
  // Without a reader a blocking open would wait for ever if the program could not be started.
  while (!to.valid()) {
    if (stop.cancelled()) return Cancelled();
    to = Fd(::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (!to.valid()) ::usleep(2000);
  }
  ::fcntl(to.get(), F_SETFL, 0);
  std::vector<char> piece(kPieceBytes);
  for (;;) {
    ASSIGN_OR_RETURN(const size_t n, member->Read(piece.data(), piece.size()));
    if (n == 0) return absl::OkStatus();
    for (size_t done = 0; done < n;) {
      const ssize_t written = ::write(to.get(), piece.data() + done, n - done);
      if (written < 0 && errno != EINTR) return absl::OkStatus();  // it read all it wanted
      if (written > 0) done += static_cast<size_t>(written);
    }
  }
}

class OdooZip : public Backup {
 public:
  OdooZip(const std::string& path, const BackupOptions& options, zip_uint64_t dump, bool custom)
      : Backup(path), options_(options), dump_(dump), custom_(custom) {}
  BackupKind kind() const override { return BackupKind::kZip; }

  absl::Status Read(Pass pass, int, const StreamReader& reader) override {
    if (custom_) return ReadCustom(pass, reader);
    ASSIGN_OR_RETURN(const auto member, MemberSource::Open(path(), dump_));
    PlainReader plain(*member);
    return reader(plain);
  }

 private:
  absl::Status ReadCustom(Pass pass, const StreamReader& reader) const {
    if (pass == Pass::kEverything) RETURN_IF_ERROR(ReadSection("pre-data", reader));
    RETURN_IF_ERROR(ReadSection("data", reader));
    if (pass == Pass::kEverything) RETURN_IF_ERROR(ReadSection("post-data", reader));
    return absl::OkStatus();
  }

  absl::Status ReadSection(const char* section, const StreamReader& reader) const {
    ASSIGN_OR_RETURN(const clone::Program restore, clone::FindProgram("pg_restore", 12));
    const std::string pipe = options_.private_directory + "/dump.pipe";
    if (::mkfifo(pipe.c_str(), 0600) != 0) return ErrnoStatus("making", pipe, errno);
    // pg_restore opens a file twice, a pipe can be read once: it gets it as its standard input.
    auto source = ProcessSource::Start(
        {"/bin/sh", "-c", "exec \"$@\" < \"$0\"", pipe, restore.path, fmt::format("--section={}", section),
         "--no-owner", "--no-acl", "--no-tablespaces", "-f", "-"},
        options_.cancel);
    if (!source.ok()) {
      ::unlink(pipe.c_str());
      return source.status();
    }
    CancelToken stop;
    absl::Status pumped;
    std::thread pump;
    absl::Status started = engine::StartThread(
        [&] { pumped = engine::Guarded([&] { return Pump(path(), dump_, pipe, stop); }); }, &pump);
    if (!started.ok()) {
      ::unlink(pipe.c_str());
      return started;
    }
    PlainReader plain(**source);
    absl::Status status = reader(plain);
    stop.Cancel();
    source->reset();  // ends the program, so that nobody writes to it for ever
    pump.join();
    ::unlink(pipe.c_str());
    // A damaged member shows first as a program that misses its input.
    if (!status.ok() && !pumped.ok() && pumped.code() != absl::StatusCode::kCancelled) return pumped;
    return status;
  }

  const BackupOptions options_;
  const zip_uint64_t dump_;
  const bool custom_;
};

// dump.sql, or the one member of the top that is a dump.
absl::StatusOr<zip_uint64_t> FindDump(struct zip* handle, const std::string& path) {
  const zip_int64_t named = zip_name_locate(handle, "dump.sql", 0);
  if (named >= 0) return static_cast<zip_uint64_t>(named);
  std::vector<zip_uint64_t> candidates;
  for (zip_int64_t i = 0; i < zip_get_num_entries(handle, 0); ++i) {
    const char* const name = zip_get_name(handle, static_cast<zip_uint64_t>(i), 0);
    const std::string_view member = name != nullptr ? name : "";
    if (member.empty() || member.find('/') != std::string_view::npos || member == "manifest.json") continue;
    candidates.push_back(static_cast<zip_uint64_t>(i));
  }
  if (candidates.size() == 1) return candidates[0];
  return Failed(
      fmt::format("{}: no dump.sql in it; an Odoo zip has dump.sql, filestore/ and manifest.json", path));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Backup>> OpenOdooZip(const std::string& path, const BackupOptions& options) {
  ASSIGN_OR_RETURN(struct zip* const handle, OpenHandle(path));
  const absl::StatusOr<zip_uint64_t> dump = FindDump(handle, path);
  zip_discard(handle);
  RETURN_IF_ERROR(dump.status());
  ASSIGN_OR_RETURN(const auto member, MemberSource::Open(path, *dump));
  char magic[5] = {};
  size_t have = 0;
  for (size_t n = 1; n > 0 && have < sizeof magic; have += n) {
    ASSIGN_OR_RETURN(n, member->Read(magic + have, sizeof magic - have));
  }
  const bool custom = std::string_view(magic, have) == "PGDMP";
  return std::unique_ptr<Backup>(new OdooZip(path, options, *dump, custom));
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenZippedDump(const std::string& path) {
  ASSIGN_OR_RETURN(struct zip* const handle, OpenHandle(path));
  const absl::StatusOr<zip_uint64_t> dump = FindDump(handle, path);
  zip_discard(handle);
  RETURN_IF_ERROR(dump.status());
  ASSIGN_OR_RETURN(auto member, MemberSource::Open(path, *dump));
  return std::unique_ptr<ByteSource>(std::move(member));
}

absl::StatusOr<std::unique_ptr<ZipFiles>> ZipFiles::Open(const std::string& path) {
  ASSIGN_OR_RETURN(struct zip* const handle, OpenHandle(path));
  return std::unique_ptr<ZipFiles>(new ZipFiles(handle, path));
}

ZipFiles::~ZipFiles() { zip_discard(handle_); }

bool ZipFiles::Has(const std::string& name) const {
  MutexLock lock(mutex_);
  return zip_name_locate(handle_, ("filestore/" + name).c_str(), 0) >= 0;
}

absl::StatusOr<std::string> ZipFiles::Read(const std::string& name) const {
  std::string bytes;
  RETURN_IF_ERROR(ReadPieces(name, [&bytes](std::string_view piece) -> absl::Status {
    if (bytes.size() + piece.size() > kMaxFileBytes) return Failed("the file is larger than 2 GiB");
    bytes.append(piece);
    return absl::OkStatus();
  }));
  return bytes;
}

absl::Status ZipFiles::ReadPieces(const std::string& name, const Take& take) const {
  MutexLock lock(mutex_);
  zip_stat_t info;
  zip_stat_init(&info);
  const std::string member = "filestore/" + name;
  if (zip_stat(handle_, member.c_str(), 0, &info) != 0) return Failed("the zip has no such file");
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(handle_, info.index, 0),
                                                               zip_fclose);
  if (file == nullptr) return Failed(fmt::format("{}: {}", path_, zip_strerror(handle_)));
  // The directory of a small zip can claim any size; what comes counts. Asking for more than the size at the
  // end shows whether the CRC is right.
  std::vector<char> piece(kPieceBytes);
  for (zip_uint64_t done = 0; done <= info.size;) {
    const zip_int64_t n = zip_fread(file.get(), piece.data(), piece.size());
    const bool ended = n <= 0;
    done += static_cast<zip_uint64_t>(std::max<zip_int64_t>(n, 0));
    if (n < 0 || (ended && done != info.size) || done > info.size) {
      return Failed(
          fmt::format("{}: a stored file is damaged: {}", path_, n < 0 ? zip_file_strerror(file.get()) : ""));
    }
    if (ended) break;
    RETURN_IF_ERROR(take({piece.data(), static_cast<size_t>(n)}));
  }
  return absl::OkStatus();
}

}  // namespace understudy::dump
