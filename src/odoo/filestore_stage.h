// The staging filestore under construction: a hidden sibling that becomes the real one in one step.
//
// DESIGN
//   "<dir>.understudy-<run>" lies beside the final directory, so that a rename is enough. It is built from
//   scratch for exactly the files that staging names; unchanged content is hard-linked from the filestore
//   that serves now (its files are content-addressed and never written in place), so a refresh costs what is
//   new, and stale files disappear with the old directory. Nothing is fsynced file by file; Sync() makes all
//   durable before publishing. Publish() exchanges both directories (renameat2 RENAME_EXCHANGE where the file
//   system can, else two renames); the old one stays as "<dir>.understudy-old-<run>" until it is pruned:
//   that is the way back. From Publish() to DropStale() the published directory holds the old files too
//   (filestore_siblings.h): whichever database serves, its files are there. An unpublished stage removes
//   itself.
// Ownership: the object owns the hidden directory. Threads: Add… are thread-safe; the rest one thread.
// Errors: name the path and the system's reason; a full disk is kResourceExhausted.
#ifndef UNDERSTUDY_ODOO_FILESTORE_STAGE_H_
#define UNDERSTUDY_ODOO_FILESTORE_STAGE_H_

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/file.h"

namespace understudy::odoo {

struct StageOptions {
  mode_t file_mode = 0640;
  mode_t directory_mode = 0750;
  std::optional<uid_t> owner;  // none: who we are
  std::optional<gid_t> group;
};

class FilestoreStage {
 public:
  // `directory` is the published filestore (it may not exist yet). Leftovers of a run with the same id are an
  // error; a symlink in its place is refused.
  static absl::StatusOr<std::unique_ptr<FilestoreStage>> Create(const std::string& directory,
                                                                const std::string& run_id,
                                                                const StageOptions& options);
  ~FilestoreStage();
  FilestoreStage(const FilestoreStage&) = delete;
  FilestoreStage& operator=(const FilestoreStage&) = delete;

  const std::string& path() const { return path_; }
  const std::string& published_path() const { return directory_; }
  int fd() const { return root_.get(); }
  // Of the filestore that serves now; -1 if there is none.
  int previous_fd() const { return previous_.get(); }
  const StageOptions& options() const { return options_; }

  // Writes `content` under its own SHA-1 and returns the store_fname ("ab/abcdef…"). Content that is already
  // there costs nothing.
  absl::StatusOr<std::string> AddContent(std::string_view content);
  // The same with the SHA-1 already known to the caller.
  absl::Status AddContent(std::string_view content, std::string_view sha1);

  // Content of any size that comes in pieces: `produce` hands them to the function that it is given, and
  // passes its errors on. False, and nothing is there, if it ended early or if the SHA-1 is not that of what
  // came; an error if it can't be written.
  using Take = std::function<absl::Status(std::string_view)>;
  absl::StatusOr<bool> AddPieces(std::string_view sha1,
                                 const std::function<absl::Status(const Take&)>& produce);

  // Opens (and makes) the subdirectory "ab".
  absl::StatusOr<Fd> OpenDirectory(std::string_view name) const;
  // A new file in an open subdirectory, never an existing one (EEXIST is kAlreadyExists).
  absl::StatusOr<Fd> CreateFile(int directory, const std::string& name) const;

  // Makes everything written durable.
  absl::Status Sync();
  absl::Status Publish();
  // After the database has been switched: takes out the files that only the old one named.
  absl::Status DropStale();
  // After Publish(): puts the old filestore back; the new one is kept beside it and removed with the object.
  absl::Status Undo();
  // Removes old filestores of earlier publications, all but the newest `keep`.
  absl::Status PruneOld(size_t keep);

 private:
  enum class State { kBuilding, kPublished };
  FilestoreStage(std::string directory, std::string path, std::string old_path, StageOptions options);
  absl::Status Own(int fd, mode_t mode, const std::string& what) const;
  // A file under its name once `write` says true; nothing to do if it is there.
  absl::StatusOr<bool> AddFile(std::string_view sha1, const std::function<absl::StatusOr<bool>(int)>& write);

  const std::string directory_;
  const std::string path_;
  const std::string old_path_;
  const StageOptions options_;
  bool must_chmod_ = false;  // the umask takes bits away that the options ask for
  bool had_previous_ = false;
  State state_ = State::kBuilding;
  Fd root_;
  Fd previous_;
  std::atomic<uint64_t> temporary_{0};
  std::vector<std::string> carried_;
};

// "writing ab/cdef: No space left on device": kResourceExhausted where the disk is full, which callers tell
// apart from every other failure.
absl::Status FilestoreError(std::string_view what, const std::string& path, int error);

// rm -r that never follows a symlink and never leaves the file system it started on.
absl::Status RemoveTree(const std::string& path);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_FILESTORE_STAGE_H_
