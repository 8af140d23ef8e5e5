// Following a refresh from another terminal, by its progress file.
//
// DESIGN: reads only; whether a run goes on is decided by how fresh its file is, so that it works for another
// user, in another container and over a network file system. Shows what the refresh itself would show.
// Threads: one thread. Errors: a file that can't be read; a run that gives no sign of life.
#ifndef UNDERSTUDY_CLI_WATCH_H_
#define UNDERSTUDY_CLI_WATCH_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "cli/session.h"
#include "record/progress_file.h"

namespace understudy::cli {

// The run that is writing there now, if any.
absl::StatusOr<std::optional<record::RunProgress>> RunningNow(const std::string& state);

// Until the run ends (true, at once if none is running) or the user has enough (false).
absl::StatusOr<bool> WatchRun(Session& session, const std::string& state);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_WATCH_H_
