// A filestore on another host: fetched or delivered by rsync over ssh.
//
// DESIGN
//   "host:/path" or "user@host:/path". Fetching: what the previous filestore has is hard-linked first, the
//   rest is asked for by --files-from, straight into the stage, and then hashed like any other file.
//   Delivering: the local stage is sent to a hidden sibling on the other host with --link-dest on what serves
//   there, so only new content travels; publishing is two renames there, by ssh, with the same way back as
//   locally. No shell here; on the other side every name is quoted. rsync's own error text is shown (it names
//   files by their SHA-1 and hosts, no content). rsync(1) exit codes 23 and 24 mean single files: those are
//   reported as missing; every other code ends the step.
// Threads: one thread.
#ifndef UNDERSTUDY_ODOO_FILESTORE_REMOTE_H_
#define UNDERSTUDY_ODOO_FILESTORE_REMOTE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/filestore_copy.h"
#include "odoo/filestore_stage.h"

namespace understudy::odoo {

struct RemotePath {
  std::string host;  // "user@host"
  std::string path;  // absolute, without a slash at the end
};

// True for "host:/path": a colon before the first slash, and an absolute path behind it.
bool IsRemotePath(std::string_view path);
// Refuses hosts that a command line could take for an option.
absl::StatusOr<RemotePath> ParseRemotePath(std::string_view path);

struct RemoteOptions {
  std::string shell = "ssh";  // the program that reaches the host; tests put their own here
  const CancelToken* cancel = nullptr;
  uint64_t max_rate = 0;  // bytes a second that rsync may fetch; 0: no limit
};

// As CopyFiles, with `options.source` on another host.
absl::StatusOr<CopyResult> FetchFiles(std::vector<FileRequest> requests, const RemotePath& source,
                                      const CopyOptions& options, const RemoteOptions& remote,
                                      FilestoreStage* stage);

// Which of the files are not there; one question for all of them, and nothing is copied. By attachment.
absl::StatusOr<std::vector<FileProblem>> FindMissing(std::vector<FileRequest> requests,
                                                     const RemotePath& source, const RemoteOptions& remote);

// The other host's side of a stage.
class RemoteStage {
 public:
  RemoteStage(RemotePath target, std::string run_id, RemoteOptions options);

  // Sends a finished local stage to "<path>.understudy-<run>" there.
  absl::Status Deliver(const std::string& local_directory);
  absl::Status Publish();
  absl::Status Undo();
  // Removes what was delivered, if it was not published, or what was replaced, if it was.
  absl::Status Discard();

 private:
  absl::Status Remote(const std::string& command, std::string_view what);

  const RemotePath target_;
  const std::string hidden_;
  const std::string old_;
  const std::string carried_;  // a list: files of the old filestore in the new one until the end
  const RemoteOptions options_;
  bool published_ = false;
};

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_FILESTORE_REMOTE_H_
