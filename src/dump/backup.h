// A backup as a set of plain-dump streams, whatever its form.
//
// DESIGN
//   Told by content: an Odoo zip (dump.sql or a custom dump, filestore/, manifest.json), a plain dump (raw,
//   gzip, zstd, bzip2, xz, lz4), pg_dump's custom, directory and tar formats. A plain dump and a zip are one
//   stream; of custom and directory several pg_restore read different tables side by side. Nothing is
//   unpacked to disk: streams come through pipes, and what pg_restore is told to restore (a list of entries)
//   holds no rows. A stream can be read again: every pass opens it anew.
// Ownership: values; the path must stay what it is during the run. Threads: thread-compatible.
#ifndef UNDERSTUDY_DUMP_BACKUP_H_
#define UNDERSTUDY_DUMP_BACKUP_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "dump/plain_reader.h"

namespace understudy::dump {

enum class BackupKind { kPlain, kCustom, kDirectory, kTar, kZip };
std::string_view NameOf(BackupKind kind);

enum class Pass {
  kEverything,  // schema and rows; the schema before any row comes first, the rest last
  kRows,        // only blocks of rows need to come
  kContents,    // rows, and what large objects hold
};

struct BackupOptions {
  std::string private_directory;  // mode 0700, for lists and named pipes
  const CancelToken* cancel = nullptr;
};

// Called with each stream, possibly on several threads at once; reads it to its end.
using StreamReader = std::function<absl::Status(PlainReader&)>;

class Backup {
 public:
  static absl::StatusOr<std::unique_ptr<Backup>> Open(const std::string& path, const BackupOptions& options);
  virtual ~Backup() = default;
  virtual BackupKind kind() const = 0;
  // The first error stops all streams.
  virtual absl::Status Read(Pass pass, int lanes, const StreamReader& reader) = 0;
  // The file itself, for messages.
  const std::string& path() const { return path_; }

 protected:
  explicit Backup(std::string path) : path_(std::move(path)) {}

 private:
  const std::string path_;
};

// A kind with a file of its own.
absl::StatusOr<std::unique_ptr<Backup>> OpenPgArchive(const std::string& path, BackupKind kind,
                                                      const BackupOptions& options);

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_BACKUP_H_
