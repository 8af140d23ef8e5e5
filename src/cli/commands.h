// The commands, one function and one file (cmd_*.cc) each, and the program's entry.
//
// DESIGN: to add a command: a row in option_table.cc, a cmd_<name>.cc, a line here and in commands.cc;
// option_table_test.cc fails until all are there. Threads: one thread.
#ifndef UNDERSTUDY_CLI_COMMANDS_H_
#define UNDERSTUDY_CLI_COMMANDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "cli/session.h"
#include "refresh/run.h"

namespace understudy::cli {

absl::StatusOr<int> RunBench(Session& session);
absl::StatusOr<int> RunCheck(Session& session);
absl::StatusOr<int> RunDrift(Session& session);
absl::StatusOr<int> RunFilterCommand(Session& session);
absl::StatusOr<int> RunGenerate(Session& session);
absl::StatusOr<int> RunHelp(Session& session);
absl::StatusOr<int> RunDemo(Session& session);
absl::StatusOr<int> RunInit(Session& session);
absl::StatusOr<int> RunKeygen(Session& session);
absl::StatusOr<int> RunNeutralise(Session& session);
absl::StatusOr<int> RunPlan(Session& session);
absl::StatusOr<int> RunPreview(Session& session);
absl::StatusOr<int> RunRefreshCommand(Session& session);
absl::StatusOr<int> RunReport(Session& session);
absl::StatusOr<int> RunRules(Session& session);
absl::StatusOr<int> RunScan(Session& session);
absl::StatusOr<int> RunSchedule(Session& session);
absl::StatusOr<int> RunStatus(Session& session);
absl::StatusOr<int> RunVerifyCommand(Session& session);

// nullptr if there is none.
CommandFunction FunctionOf(std::string_view command);

// The whole program: parses, runs, speaks; returns the exit code. `arguments` without the program's name.
int Main(const std::vector<std::string>& arguments);

// Configuration, command line and places together, for commands that look at the source.
absl::StatusOr<refresh::RefreshOptions> RefreshOptionsOf(const Args& args);

// The same for commands that take --database, which stands for staging and needs no configuration: the
// default one may be missing then.
absl::StatusOr<refresh::RefreshOptions> OptionsForDatabase(const Args& args);

// The state directory: --state, else that of the configuration.
absl::StatusOr<std::string> StateDirectoryOf(const Args& args);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_COMMANDS_H_
