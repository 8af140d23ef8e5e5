// The zip that Odoo's database manager makes: dump.sql (or a custom dump), filestore/ab/abcd…, manifest.json.
//
// DESIGN: members are read in place by libzip, which checks their CRC; nothing is unpacked to disk. A
// member's name is only looked up, never used as a path. Threads: ZipFiles is thread-safe; OdooZip as Backup.
#ifndef UNDERSTUDY_DUMP_ODOO_ZIP_H_
#define UNDERSTUDY_DUMP_ODOO_ZIP_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "dump/backup.h"

struct zip;

namespace understudy::dump {

absl::StatusOr<std::unique_ptr<Backup>> OpenOdooZip(const std::string& path, const BackupOptions& options);

// The bytes of its dump.sql.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenZippedDump(const std::string& path);

// The stored files of the zip, by Odoo's names ("ab/abcdef…").
class ZipFiles {
 public:
  static absl::StatusOr<std::unique_ptr<ZipFiles>> Open(const std::string& path);
  ~ZipFiles();
  ZipFiles(const ZipFiles&) = delete;
  ZipFiles& operator=(const ZipFiles&) = delete;

  bool Has(const std::string& name) const;
  // One that is to be looked into: at most 2 GiB.
  absl::StatusOr<std::string> Read(const std::string& name) const;
  // One of any size, piece by piece; an error of `take` ends it.
  using Take = std::function<absl::Status(std::string_view)>;
  absl::Status ReadPieces(const std::string& name, const Take& take) const;

 private:
  ZipFiles(struct zip* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  mutable Mutex mutex_;
  struct zip* const handle_ ABSL_PT_GUARDED_BY(mutex_);
  const std::string path_;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_ODOO_ZIP_H_
