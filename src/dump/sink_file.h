// A sanitised backup being written: .sql, .sql.gz, .sql.zst or an Odoo zip.
//
// DESIGN: written beside the final name with mode 0600 and renamed in by Commit, so that a reader sees the
// old backup or the new one, whole. The file beside is locked while it is written: two runs can't want the
// same name, and what a killed run left is written over. libarchive compresses; members carry a fixed time,
// so that the same staging gives the same file. Sizes need not be known beforehand: zip64 where it must be.
// Ownership: an uncommitted file is removed. Threads: one thread at a time.
#ifndef UNDERSTUDY_DUMP_SINK_FILE_H_
#define UNDERSTUDY_DUMP_SINK_FILE_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/file.h"

struct archive;

namespace understudy::dump {

// The form is told by the name; a usage error for any other ending.
absl::Status CheckSinkName(const std::string& path);
bool IsZipName(const std::string& path);

class SinkFile {
 public:
  static absl::StatusOr<std::unique_ptr<SinkFile>> Create(const std::string& path);
  ~SinkFile();
  SinkFile(const SinkFile&) = delete;
  SinkFile& operator=(const SinkFile&) = delete;

  // In a zip each member; else once, before the dump. A negative size is not known yet.
  absl::Status Begin(const std::string& member, int64_t size);
  absl::Status Write(std::string_view bytes);
  // Ends the file, which can then be read under the name beside().
  absl::Status Close();
  const std::string& beside() const { return beside_; }
  // After Close(): puts it in its place.
  absl::Status Commit();

 private:
  SinkFile(struct archive* handle, std::string path, std::string beside)
      : handle_(handle), path_(std::move(path)), beside_(std::move(beside)) {}
  absl::Status Error() const;

  struct archive* handle_;
  const std::string path_;
  const std::string beside_;
  Fd fd_;
  bool committed_ = false;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_SINK_FILE_H_
