// A file's bytes, decompressed.
//
// DESIGN: libarchive's "raw" format with its filters; told by content, never by name.
// Ownership: owns its handle. Threads: one thread at a time.
#ifndef UNDERSTUDY_DUMP_ARCHIVE_SOURCE_H_
#define UNDERSTUDY_DUMP_ARCHIVE_SOURCE_H_

#include <memory>
#include <string>

#include "dump/byte_source.h"

struct archive;

namespace understudy::dump {

class ArchiveSource : public ByteSource {
 public:
  static absl::StatusOr<std::unique_ptr<ArchiveSource>> Open(const std::string& path);
  ~ArchiveSource() override;
  ArchiveSource(const ArchiveSource&) = delete;
  ArchiveSource& operator=(const ArchiveSource&) = delete;
  absl::StatusOr<size_t> Read(char* to, size_t size) override;

 private:
  ArchiveSource(struct archive* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  struct archive* const handle_;
  const std::string path_;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_ARCHIVE_SOURCE_H_
