// understudy verify --locate: the rows of one table in which staging is not what production's rows become.
//
// DESIGN: production is read through the plan of today, with the same stages as a refresh up to the known
// values (refresh/inspect.h), so treated columns are compared as well as kept ones. What can't be compared is
// said with the reason: another key, another rule, neutralised, files, passwords.
// Threads: one thread.
#ifndef UNDERSTUDY_CLI_LOCATE_ROWS_H_
#define UNDERSTUDY_CLI_LOCATE_ROWS_H_

#include "absl/status/statusor.h"
#include "cli/session.h"
#include "record/run_record.h"
#include "refresh/run.h"

namespace understudy::cli {

// `run` made the staging; `same_key`: the configured key is the run's. Returns the exit code.
absl::StatusOr<int> LocateRows(Session& session, const refresh::RefreshOptions& refresh,
                               const record::RunRecord& run, bool same_key);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_LOCATE_ROWS_H_
