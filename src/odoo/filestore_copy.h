// Copies exactly the files that staging's rows name, many at once, checking each.
//
// DESIGN
//   Files are grouped by directory; a worker takes a directory, so that three descriptors serve hundreds of
//   files. Per file, the first that works: content already in the stage (rewritten rows share it), a hard
//   link to the same content of the filestore that serves now, a copy from the source. A file of kSmallBytes
//   or less is read whole, hashed, and written only if it is what its name says; a larger one is reflinked or
//   copied in pieces by all workers, then hashed. A file that vanished or is damaged at the source is a
//   problem with its attachment's id, never the end; a target that fails (disk full, permission) ends it.
//   No path is followed through a symlink: directory and file are opened one by one with O_NOFOLLOW.
// Memory: one buffer of kSmallBytes per worker. Threads: one call at a time per stage.
#ifndef UNDERSTUDY_ODOO_FILESTORE_COPY_H_
#define UNDERSTUDY_ODOO_FILESTORE_COPY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "base/events.h"
#include "base/rate_limiter.h"
#include "odoo/file_problem.h"
#include "odoo/filestore_stage.h"

namespace understudy::odoo {

// Read whole up to here: two system calls instead of four, and nothing wrong is ever written.
inline constexpr uint64_t kSmallBytes = 1 << 20;
// A large file is copied by several workers in pieces of this size.
inline constexpr uint64_t kPieceBytes = 64 << 20;

// A file that staging's ir_attachment names. Several rows may name one file; one request is enough.
struct FileRequest {
  std::string store_fname;
  std::string checksum;  // ir_attachment.checksum; empty: the file's name is its checksum
  uint64_t size = 0;     // ir_attachment.file_size; 0: not known
  int64_t attachment_id = 0;
};

struct CopyOptions {
  std::string source;         // directory; empty: only what the previous filestore has
  int workers = 0;            // 0: one per core
  bool hash_links = false;    // hash hard-linked files again instead of trusting name and size
  bool hash_present = false;  // hash files that the stage already has; a wrong one is taken out
  bool keep_damaged = false;  // copy a file whose content is not what its name says, and report it
  const CancelToken* cancel = nullptr;
  Counters* counters = nullptr;  // steps: files; bytes: of the source
  // What is read from the source waits for it; reflinks and links read nothing. Null: no limit.
  RateLimiter* limiter = nullptr;
};

struct CopyResult {
  uint64_t files = 0;  // distinct files asked for
  uint64_t bytes = 0;  // of those that are there now
  uint64_t copied = 0;
  uint64_t bytes_copied = 0;
  uint64_t reflinked = 0;             // of the copied
  uint64_t linked = 0;                // from the previous filestore
  uint64_t present = 0;               // already in the stage
  std::vector<FileProblem> problems;  // ordered by attachment
};

absl::StatusOr<CopyResult> CopyFiles(std::vector<FileRequest> requests, const CopyOptions& options,
                                     FilestoreStage* stage);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_FILESTORE_COPY_H_
