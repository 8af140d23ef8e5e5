// Every option and every command of the program, one table row each.
//
// DESIGN: the parser, -h, --help, the man pages, the completions and the reference are all made from these
// rows; option_table_test.cc holds them to it (no doubles, no missing text, short help within 79 columns).
// Threads: immutable.
#ifndef UNDERSTUDY_CLI_OPTION_TABLE_H_
#define UNDERSTUDY_CLI_OPTION_TABLE_H_

#include <string_view>
#include <vector>

namespace understudy::cli {

enum class OptionId {
  kHelpShort,
  kHelpLong,
  kVersion,
  kConfig,
  kRules,
  kState,
  kProgress,
  kLogFormat,
  kJobs,
  kDryRun,
  kAdopt,
  kMaxRate,
  kMaxLanes,
  kKeepFailed,
  kResume,
  kJson,
  kUnclassified,
  kAll,
  kFormat,
  kOutput,
  kDiff,
  kLast,
  kMetrics,
  kKind,
  kCalendar,
  kUser,
  kImage,
  kDirectory,
  kWhere,
  kLimit,
  kForce,
  kYaml,
  kValues,
  kLocate,
  kMaxAge,
  kPlanFrom,
  kTable,
  kKey,
  kDatabase,
  kConfirm,
  kStdout,
  kOdooConf,
  kFilestore,
  kStaging,
  kSampleRows,
  kFull,
  kCompare,
  kWatch,
};

enum class OptionKind { kFlag, kText, kNumber, kChoice };

struct OptionSpec {
  OptionId id;
  OptionKind kind;
  std::string_view long_name;             // without "--"
  char short_name;                        // 0: none
  std::string_view value_name;            // "FILE"; empty for a flag
  std::string_view category;              // heading in help
  std::string_view short_doc;             // one line, no full stop
  std::string_view long_doc;              // sentences
  std::vector<std::string_view> choices;  // of a kChoice
  std::string_view environment;           // variable that sets it when the command line does not
  std::string_view default_value;         // shown, and used when nothing sets it; empty: none
};

struct CommandSpec {
  std::string_view name;
  std::string_view arguments;  // "[RUN]", for the usage line
  size_t most_arguments;       // positional ones
  std::string_view short_doc;
  std::string_view long_doc;
  std::vector<OptionId> options;        // besides those every command has
  std::vector<std::string_view> words;  // what the first argument may be, if only these
};

const std::vector<OptionSpec>& Options();
// A part of them (option_table_database.cc).
std::vector<OptionSpec> DatabaseOptions();
std::vector<OptionSpec> RefreshOptionSpecs();  // option_table_refresh.cc
const std::vector<CommandSpec>& CommandSpecs();
const OptionSpec& SpecOf(OptionId id);
const CommandSpec* FindCommand(std::string_view name);
// The options of a command: its own, then those that all have. nullptr: only the latter.
std::vector<const OptionSpec*> OptionsOf(const CommandSpec* command);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_OPTION_TABLE_H_
