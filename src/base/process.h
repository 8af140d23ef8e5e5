// Runs a program of PostgreSQL's (pg_dump, pg_restore) or a user's command, without a shell.
//
// DESIGN: passwords go to the child by environment-free means only where libpq offers one (a passfile);
// `environment` entries are added to the child's, never to argv. stderr is returned for messages, cut to
// its first lines, never printed. Threads: thread-safe.
#ifndef UNDERSTUDY_BASE_PROCESS_H_
#define UNDERSTUDY_BASE_PROCESS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"

namespace understudy {

struct ProcessOptions {
  std::vector<std::string> argv;         // argv[0] is searched on PATH
  std::vector<std::string> environment;  // NAME=value, added to ours
  std::string input;                     // written to the child's standard input
  // Gives the next piece of its input when it can take more; empty is the end. Without it there is `input`.
  std::function<absl::StatusOr<std::string_view>()> on_input;
  // Called with each piece of standard output as it arrives; without it the output is collected.
  std::function<absl::Status(std::string_view)> on_output;
  const CancelToken* cancel = nullptr;  // when set, the child is ended
};

struct ProcessResult {
  int exit_code = 0;   // 128 + n when ended by signal n
  std::string output;  // empty if on_output was given
  std::string errors;  // standard error, at most 64 KiB
};

// An error only if the program could not be started, on_input or on_output failed, or it was cancelled; a
// non-zero exit code is a result.
absl::StatusOr<ProcessResult> RunProcess(const ProcessOptions& options);

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_PROCESS_H_
