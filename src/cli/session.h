// What every command is given.
//
// Ownership: borrowed from Main for the time of the command. Threads: one thread; its parts say their own.
#ifndef UNDERSTUDY_CLI_SESSION_H_
#define UNDERSTUDY_CLI_SESSION_H_

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "cli/console.h"
#include "cli/options.h"

namespace understudy::cli {

struct Session {
  const Args& args;
  Console& console;
  const CancelToken& cancel;
};

// The exit code, or the error that Main shows and maps to one.
using CommandFunction = absl::StatusOr<int> (*)(Session& session);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_SESSION_H_
