#include "cli/commands.h"

#include <exception>
#include <map>

#include "base/status.h"
#include "cli/exit_code.h"
#include "cli/help.h"
#include "cli/locations.h"
#include "cli/process_setup.h"
#include "cli/version.h"
#include "refresh/config.h"
#include "unistd.h"

namespace understudy::cli {
namespace {

absl::StatusOr<int> ShowData(Console& console, const std::string& text) {
  RETURN_IF_ERROR(console.Data(text));
  return 0;
}

absl::StatusOr<int> Dispatch(const Args& args, Console& console) {
  if (args.Has(OptionId::kHelpShort)) return ShowData(console, ShortHelp(args.command));
  if (args.Has(OptionId::kHelpLong)) return ShowData(console, LongHelp(args.command));
  if (args.Has(OptionId::kVersion)) return ShowData(console, VersionText());
  if (args.command == nullptr) {
    return UsageError("a command is needed; \"understudy -h\" lists them");
  }
  Session session{args, console, CancelOnSignals()};
  return FunctionOf(args.command->name)(session);
}

LogFormat FormatOf(const Args& args) {
  const bool json_progress = args.Text(OptionId::kProgress) == "json";
  const bool json =
      args.Has(OptionId::kLogFormat) ? args.Text(OptionId::kLogFormat) == "json" : json_progress;
  return json ? LogFormat::kJson : LogFormat::kText;
}

int Finish(const absl::Status& status, Console& console) {
  console.Block({});
  if (status.code() == absl::StatusCode::kCancelled) {
    console.Error("cancelled; staging is as it was");
  } else {
    console.Error(MessageOf(status));
  }
  return ExitCodeOf(status);
}

}  // namespace

CommandFunction FunctionOf(std::string_view command) {
  static const auto* const functions = new std::map<std::string_view, CommandFunction>{
      {"bench", RunBench},
      {"check", RunCheck},
      {"drift", RunDrift},
      {"verify", RunVerifyCommand},
      {"filter", RunFilterCommand},
      {"generate", RunGenerate},
      {"help", RunHelp},
      {"demo", RunDemo},
      {"init", RunInit},
      {"keygen", RunKeygen},
      {"neutralise", RunNeutralise},
      {"plan", RunPlan},
      {"preview", RunPreview},
      {"refresh", RunRefreshCommand},
      {"report", RunReport},
      {"rules", RunRules},
      {"scan", RunScan},
      {"schedule", RunSchedule},
      {"status", RunStatus},
  };
  const auto found = functions->find(command);
  return found == functions->end() ? nullptr : found->second;
}

absl::StatusOr<int> RunHelp(Session& session) {
  if (session.args.positional.empty()) return ShowData(session.console, LongHelp(nullptr));
  const CommandSpec* command = FindCommand(session.args.positional[0]);
  if (command == nullptr) return UsageError(UnknownCommand(session.args.positional[0]));
  return ShowData(session.console, LongHelp(command));
}

absl::StatusOr<refresh::RefreshOptions> OptionsForDatabase(const Args& args) {
  if (!args.Has(OptionId::kDatabase)) return RefreshOptionsOf(args);
  refresh::RefreshOptions options;
  const bool needless =
      !args.Has(OptionId::kConfig) && access(args.Text(OptionId::kConfig).c_str(), F_OK) != 0;
  if (needless) {
    ASSIGN_OR_RETURN(options.rules_directory, RulesDirectory(args));
    options.config.state = args.Has(OptionId::kState) ? args.Text(OptionId::kState) : "understudy-state";
  } else {
    ASSIGN_OR_RETURN(options, RefreshOptionsOf(args));
  }
  options.config.staging = {};
  options.config.staging.database = args.Text(OptionId::kDatabase);
  return options;
}

absl::StatusOr<std::string> StateDirectoryOf(const Args& args) {
  const std::string given = args.Text(OptionId::kState);
  if (!given.empty()) return given;
  refresh::ConfigOptions options;
  options.needs_staging = false;
  ASSIGN_OR_RETURN(const refresh::Config config, refresh::LoadConfig(args.Text(OptionId::kConfig), options));
  return config.state;
}

int Main(const std::vector<std::string>& arguments) {
  HardenProcess();
  Console console(STDOUT_FILENO, STDERR_FILENO);
  try {
    const absl::StatusOr<Args> args = ParseArgs(arguments, ProcessEnvironment());
    if (!args.ok()) return Finish(args.status(), console);
    console.set_format(FormatOf(*args));
    const absl::StatusOr<int> code = Dispatch(*args, console);
    return code.ok() ? *code : Finish(code.status(), console);
  } catch (const std::bad_alloc&) {
    return Finish(Failed("out of memory"), console);
  } catch (const std::exception&) {  // a bug; its text may quote data, so it is not shown
    return Finish(Failed("internal error: an exception that nobody expected"), console);
  }
}

}  // namespace understudy::cli
