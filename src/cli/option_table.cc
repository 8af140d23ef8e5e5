#include "cli/option_table.h"

#include <algorithm>

namespace understudy::cli {
namespace {

constexpr std::string_view kInput = "Input";
constexpr std::string_view kAction = "Action";
constexpr std::string_view kOutput = "Output";
constexpr std::string_view kOther = "Other";

constexpr OptionId kCommonOptions[] = {OptionId::kConfig,   OptionId::kRules,     OptionId::kState,
                                       OptionId::kProgress, OptionId::kLogFormat, OptionId::kHelpShort,
                                       OptionId::kHelpLong, OptionId::kVersion};

std::vector<OptionSpec> MakeOptions() {
  using K = OptionKind;
  using I = OptionId;
  return {
      {I::kConfig,
       K::kText,
       "config",
       'c',
       "FILE",
       kInput,
       "configuration file",
       "The configuration file (understudy.yaml(5)). Relative paths inside it are relative to the file.",
       {},
       "UNDERSTUDY_CONFIG",
       "understudy.yaml"},
      {I::kRules,
       K::kText,
       "rules",
       0,
       "DIR",
       kInput,
       "directory of the rule packs",
       "Where the rule packs are. By default they are looked for beside the program and in "
       "share/understudy/rules of its installation.",
       {},
       "UNDERSTUDY_RULES",
       ""},
      {I::kState,
       K::kText,
       "state",
       0,
       "DIR",
       kInput,
       "directory of the run records",
       "Overrides \"state\" of the configuration. With it, status and report need no configuration.",
       {},
       "UNDERSTUDY_STATE",
       ""},
      {I::kJobs,
       K::kNumber,
       "jobs",
       'j',
       "N",
       kAction,
       "lanes side by side; 0 is one per core",
       "How many lanes read, rewrite and load at the same time. 0 takes one per core. Overrides \"jobs\" of "
       "the configuration. The result does not depend on it.",
       {},
       "UNDERSTUDY_JOBS",
       ""},
      {I::kDryRun,
       K::kFlag,
       "dry-run",
       'n',
       "",
       kAction,
       "check and plan only; write nothing",
       "Connects, checks and plans as a refresh would, and stops before anything is written.",
       {},
       "",
       ""},
      {I::kAdopt,
       K::kFlag,
       "adopt",
       0,
       "",
       kAction,
       "replace a staging that Understudy did not make",
       "A database with the name of staging that Understudy did not make is refused (exit code 8). With this "
       "option it is replaced: it is renamed and kept as a previous staging is.",
       {},
       "",
       ""},
      {I::kUnclassified,
       K::kFlag,
       "unclassified",
       'u',
       "",
       kOutput,
       "only columns that no rule names",
       "Lists only the columns that can hold text and that no rule names.",
       {},
       "",
       ""},
      {I::kAll,
       K::kFlag,
       "all",
       'a',
       "",
       kOutput,
       "what is left out otherwise too",
       "Also what is left out otherwise: for plan, kept columns and untouched tables; for scan, columns that a "
       "rule treats already.",
       {},
       "",
       ""},
      {I::kJson,
       K::kFlag,
       "json",
       0,
       "",
       kOutput,
       "JSON instead of text",
       "Writes JSON to standard output instead of text for people.",
       {},
       "",
       ""},
      {I::kFormat,
       K::kChoice,
       "format",
       'f',
       "FORMAT",
       kOutput,
       "md, html or json",
       "The form of the report: Markdown for a terminal or a ticket, HTML for a browser (one file that needs "
       "no network), JSON for programs.",
       {"md", "html", "json"},
       "",
       "md"},
      {I::kOutput,
       K::kText,
       "output",
       'o',
       "FILE",
       kOutput,
       "write there instead of standard output",
       "Writes to this file, whole or not at all, instead of standard output.",
       {},
       "",
       ""},
      {I::kDiff,
       K::kFlag,
       "diff",
       'd',
       "",
       kAction,
       "compare two runs",
       "Takes two runs and says what changed from the first to the second: tables, columns, rules, rows, "
       "findings, times.",
       {},
       "",
       ""},
      {I::kLast,
       K::kNumber,
       "last",
       'n',
       "N",
       kOutput,
       "how many runs to show",
       "How many runs to show, the newest first.",
       {},
       "",
       "5"},
      {I::kMetrics,
       K::kText,
       "metrics",
       0,
       "FILE",
       kOutput,
       "write an OpenMetrics file after the run",
       "After the run, whatever its outcome, writes an OpenMetrics text file for the textfile collector of "
       "node_exporter, whole or not at all.",
       {},
       "UNDERSTUDY_METRICS",
       ""},
      {I::kKind,
       K::kChoice,
       "kind",
       'k',
       "KIND",
       kAction,
       "systemd, cron or kubernetes",
       "What to print: a systemd service and timer, a line for crontab(5), or a Kubernetes CronJob.",
       {"systemd", "cron", "kubernetes"},
       "",
       "systemd"},
      {I::kCalendar,
       K::kText,
       "calendar",
       0,
       "WHEN",
       kAction,
       "when to run",
       "When to run: for systemd a calendar expression (systemd.time(7)), for cron and kubernetes five "
       "fields. "
       "By default every night at 02:30.",
       {},
       "",
       ""},
      {I::kUser,
       K::kText,
       "user",
       0,
       "NAME",
       kAction,
       "the account the run belongs to",
       "The system account that runs the refresh (systemd and cron).",
       {},
       "",
       "understudy"},
      {I::kImage,
       K::kText,
       "image",
       0,
       "IMAGE",
       kAction,
       "container image",
       "The container image of the CronJob.",
       {},
       "",
       "understudy:latest"},
      {I::kDirectory,
       K::kText,
       "directory",
       0,
       "DIR",
       kOutput,
       "write the files there, do not print them",
       "Writes the files into this directory, for example /etc/systemd/system, instead of printing them.",
       {},
       "",
       ""},
      {I::kLocate,
       K::kText,
       "locate",
       'l',
       "TABLE[.COLUMN]",
       kAction,
       "find the rows that differ from production's",
       "Compares this table (or this column) with production's and names the rows that differ by their "
       "primary "
       "key, neighbours as a range; never a value. Only columns that the run kept can be compared.",
       {},
       "",
       ""},
      {I::kMaxAge,
       K::kNumber,
       "max-age",
       0,
       "HOURS",
       kAction,
       "an older staging counts as drift; 0: any age",
       "A staging whose snapshot is older than this counts as drift. 0 allows any age.",
       {},
       "",
       "0"},
      {I::kWhere,
       K::kText,
       "where",
       'w',
       "SQL",
       kInput,
       "condition on the rows",
       "An SQL condition: only rows of the source for which it holds are shown.",
       {},
       "",
       ""},
      {I::kLimit,
       K::kNumber,
       "limit",
       'n',
       "N",
       kInput,
       "how many rows",
       "How many rows to show.",
       {},
       "",
       "5"},
      {I::kForce,
       K::kFlag,
       "force",
       0,
       "",
       kOutput,
       "show real data though it is no terminal",
       "Shows production's values also where standard output is not a terminal, such as a file or a pipe. Who "
       "reads it sees personal data.",
       {},
       "",
       ""},
      {I::kYaml,
       K::kFlag,
       "yaml",
       'y',
       "",
       kOutput,
       "rules to paste, not a table",
       "Writes the proposals as a rule pack instead of a table.",
       {},
       "",
       ""},
      {I::kValues,
       K::kNumber,
       "values",
       0,
       "N",
       kInput,
       "how many values of a column to look at",
       "How many values of each column to look at. Of large tables only a share of the pages is read.",
       {},
       "",
       "1000"},
      {I::kProgress,
       K::kChoice,
       "progress",
       0,
       "HOW",
       kOutput,
       "auto, bar, json or none",
       "How progress is shown on standard error: bar on a terminal, json as one JSON object per line, none "
       "not at all. auto is bar on a terminal and plain lines elsewhere.",
       {"auto", "bar", "json", "none"},
       "UNDERSTUDY_PROGRESS",
       "auto"},
      {I::kLogFormat,
       K::kChoice,
       "log-format",
       0,
       "FORMAT",
       kOutput,
       "text or json",
       "The form of messages on standard error. With --progress=json the default is json, so that every line "
       "is JSON.",
       {"text", "json"},
       "UNDERSTUDY_LOG_FORMAT",
       "text"},
      {I::kHelpShort, K::kFlag, "", 'h', "", kOther, "this help, short", "Shows the short help.", {}, "", ""},
      {I::kHelpLong, K::kFlag, "help", 0, "", kOther, "this help, long", "Shows the long help.", {}, "", ""},
      {I::kVersion,
       K::kFlag,
       "version",
       'V',
       "",
       kOther,
       "version, commit and libraries",
       "Shows the version, the commit it was built from, and the versions of the libraries and of "
       "PostgreSQL's "
       "client programs.",
       {},
       "",
       ""},
  };
}

std::vector<CommandSpec> MakeCommands() {
  using I = OptionId;
  return {
      {"drift",
       "",
       0,
       "is staging still like production now",
       "Compares staging with production as they are now: schema, Odoo modules, configuration parameters "
       "(keys "
       "only), server settings, addons on disk, growth, age, new columns without a rule. Reads no rows. Exit "
       "code 6 if there is something to act on: a difference of the schema, a module, an extension, an "
       "addon, "
       "a column without a rule, an age above --max-age.",
       {I::kMaxAge, I::kJson}},
      {"generate",
       "FORM",
       1,
       "print the man page or a shell's completions",
       "Prints what is generated from the program's own table of options: man (a man page), bash, zsh or "
       "fish "
       "(completions), or markdown (a reference).",
       {}},
      {"help",
       "[COMMAND]",
       1,
       "help on a command",
       "Shows the long help of the program or of a command.",
       {}},
      {"keygen",
       "[FILE]",
       1,
       "make a key",
       "Writes a new random key to FILE (understudy.key if not given) with mode 0600 and prints its id. An "
       "existing file is never overwritten. The key decides the pseudonyms: keep it out of staging, and keep "
       "it, or the next refresh gives other names to the same people.",
       {}},
      {"plan",
       "[TABLE...]",
       1000,
       "what a refresh would do to each table and column",
       "Reads the source's catalogue and says, for every column, what would happen to it and which rule says "
       "so. "
       "Writes nothing to either end. With TABLE, shows these tables with all their columns. Exit code 3 if "
       "a column has no rule and the policy is to stop.",
       {I::kAll, I::kUnclassified, I::kJson}},
      {"preview",
       "TABLE",
       1,
       "some rows before and after, side by side",
       "Shows a few rows of a table as they are in production and as a refresh would make them, by the same "
       "program. Writes nothing to either end. Real data is shown: only to a terminal, unless --force. Texts of "
       "attachments and passwords are shown without filestore and staging password.",
       {I::kWhere, I::kLimit, I::kForce}},
      {"refresh",
       "",
       0,
       "make staging anew from production",
       "Copies production into a hidden database, with every sensitive value rewritten on the way, "
       "neutralises "
       "and checks it, and puts it in staging's place in one step. Whatever goes wrong, staging stays as it "
       "was. The run's report is in the state directory.",
       {I::kJobs, I::kDryRun, I::kAdopt, I::kMetrics}},
      {"report",
       "[RUN [RUN2]]",
       2,
       "show the report of a run; --diff compares two",
       "Shows a run's report again. RUN is a run id or the beginning of one, a directory, a report.json, or "
       "latest, which is the default. With --diff it takes two runs and says what changed between them.",
       {I::kDiff, I::kFormat, I::kOutput}},
      {"rules",
       "list|show|import [NAME]",
       2,
       "list and show rule packs; import other tools' rules",
       "rules list names the packs of the configuration in their order and says which apply to the source; rules "
       "show PACK prints a pack's file. rules import reads security labels of PostgreSQL Anonymizer, from an SQL "
       "file, a plain dump or, without a file, the source's catalogue, or a greenmask configuration, and prints "
       "a pack of ours. What has no counterpart is said in comments and as warnings.",
       {}},
      {"scan",
       "[TABLE...]",
       1000,
       "where is personal data?",
       "Looks at a sample of every column that no rule names or that a rule keeps, by name, by what Odoo says, "
       "and by content: known values and detectors. Prints what share of the values is what, and proposes "
       "rules. Never prints a value, and writes nothing to either end.",
       {I::kYaml, I::kJson, I::kAll, I::kValues}},
      {"status",
       "",
       0,
       "age and outcome of the last runs",
       "Says how old staging is and how the last runs ended. Exit code 0 if the newest run published, else "
       "that run's exit code; 1 if there is no run.",
       {I::kLast, I::kJson}},
      {"schedule",
       "",
       0,
       "print a systemd timer, a cron line or a CronJob",
       "Prints what is needed to run the refresh regularly, ready to be looked at and installed. The systemd "
       "service is hardened and takes the key as a credential.",
       {I::kKind, I::kCalendar, I::kUser, I::kImage, I::kDirectory}},
      {"verify",
       "[RUN]",
       1,
       "is staging still what was published",
       "Checks staging again: asks whether every outbound channel is closed, compares its schema with "
       "production's, reads it back and compares every column with the fingerprints that the run recorded. "
       "RUN "
       "is a run id or the beginning of one; by default the newest run that published. Exit code 5 if a "
       "channel "
       "is open, 6 if something differs.",
       {I::kLocate, I::kJobs, I::kJson}},
  };
}

}  // namespace

const std::vector<OptionSpec>& Options() {
  static const auto* const options = new std::vector<OptionSpec>(MakeOptions());
  return *options;
}

const std::vector<CommandSpec>& CommandSpecs() {
  static const auto* const commands = new std::vector<CommandSpec>(MakeCommands());
  return *commands;
}

const OptionSpec& SpecOf(OptionId id) {
  const auto& options = Options();
  return *std::find_if(options.begin(), options.end(), [id](const OptionSpec& o) { return o.id == id; });
}

const CommandSpec* FindCommand(std::string_view name) {
  for (const CommandSpec& command : CommandSpecs()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

std::vector<const OptionSpec*> OptionsOf(const CommandSpec* command) {
  std::vector<const OptionSpec*> options;
  if (command != nullptr) {
    for (const OptionId id : command->options) options.push_back(&SpecOf(id));
  }
  for (const OptionId id : kCommonOptions) options.push_back(&SpecOf(id));
  return options;
}

}  // namespace understudy::cli
