// Files that say they are backups: zips, gzip, zstd, plain. Any bytes are refused or read to their end, in
// bounded memory, and a stored file that is found is read whole or refused. (What pg_restore reads is left to
// pg_restore.)
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "dump/backup.h"
#include "dump/odoo_zip.h"
#include "fuzz/require.h"

namespace {

using namespace understudy;
using fuzz::Require;

// A compressed file can be a bomb; ours to see is that it does not sit in memory, not how long it lasts.
constexpr uint64_t kEnoughBytes = uint64_t{4} << 20;

absl::Status Drain(dump::PlainReader& reader) {
  copyformat::Batch batch;
  for (dump::Unit unit; reader.offset() < kEnoughBytes;) {
    const auto more = reader.Next(&unit);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    if (unit.statement.kind != dump::StatementKind::kCopy) continue;
    for (absl::StatusOr<bool> some = true; some.ok() && *some && reader.offset() < kEnoughBytes;) {
      some = reader.ReadRows(&batch);
      if (!some.ok()) return some.status();
    }
  }
  return absl::OkStatus();
}

// The same file every time: opening its path again starts at its beginning.
std::string PathOf(std::string_view bytes) {
  static const int file = ::memfd_create("backup", MFD_CLOEXEC);
  Require(::ftruncate(file, 0) == 0, "no file in memory");
  Require(::pwrite(file, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
          "no file in memory");
  return "/proc/self/fd/" + std::to_string(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::TextOf(data, size);
  constexpr size_t kTarMagicAt = 257;
  if (bytes.starts_with("PGDMP")) return 0;
  if (size > kTarMagicAt + 5 && bytes.substr(kTarMagicAt, 5) == "ustar") return 0;
  const std::string path = PathOf(bytes);
  // A custom dump in a zip would be pg_restore's: it finds no place for its pipe.
  dump::BackupOptions options;
  options.private_directory = "/nonexistent";
  auto backup = dump::Backup::Open(path, options);
  if (backup.ok()) (void)(*backup)->Read(dump::Pass::kEverything, 1, Drain);
  const auto files = dump::ZipFiles::Open(path);
  for (const char* name : {"ab/abcdef", "../../etc/passwd", ""}) {
    if (files.ok() && (*files)->Has(name)) (void)(*files)->Read(name);
  }
  return 0;
}
