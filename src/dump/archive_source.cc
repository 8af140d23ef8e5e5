#include "dump/archive_source.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "base/status.h"

namespace understudy::dump {
namespace {

constexpr size_t kBlockBytes = 256 << 10;

// libarchive's own words name no content.
absl::Status ErrorOf(struct archive* handle, const std::string& path) {
  const char* reason = archive_error_string(handle);
  return Failed(fmt::format("{}: {}", path, reason != nullptr ? reason : "it can't be read"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ArchiveSource>> ArchiveSource::Open(const std::string& path) {
  struct archive* const handle = archive_read_new();
  std::unique_ptr<ArchiveSource> source(new ArchiveSource(handle, path));
  // Those that libarchive reads itself: none that would start a program.
  archive_read_support_filter_gzip(handle);
  archive_read_support_filter_zstd(handle);
  archive_read_support_filter_bzip2(handle);
  archive_read_support_filter_xz(handle);
  archive_read_support_filter_lz4(handle);
  archive_read_support_format_raw(handle);
  archive_read_support_format_empty(handle);
  struct archive_entry* entry = nullptr;
  if (archive_read_open_filename(handle, path.c_str(), kBlockBytes) != ARCHIVE_OK)
    return ErrorOf(handle, path);
  const int header = archive_read_next_header(handle, &entry);
  if (header == ARCHIVE_EOF) return Failed(fmt::format("{}: the file is empty", path));
  if (header != ARCHIVE_OK) return ErrorOf(handle, path);
  return source;
}

ArchiveSource::~ArchiveSource() { archive_read_free(handle_); }

absl::StatusOr<size_t> ArchiveSource::Read(char* to, size_t size) {
  const la_ssize_t n = archive_read_data(handle_, to, size);
  if (n < 0) return ErrorOf(handle_, path_);
  return static_cast<size_t>(n);
}

}  // namespace understudy::dump
