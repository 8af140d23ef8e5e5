// The commands, one row each; their options are in option_table.cc.
#include "cli/option_table.h"

namespace understudy::cli {
namespace {

std::vector<CommandSpec> MakeCommands() {
  using I = OptionId;
  return {
      {"bench",
       "[TABLE...]",
       1000,
       "what each rule costs on your own rows",
       "Reads a sample of every table, runs the row programs of a refresh over it in memory, and says what "
       "the "
       "whole refresh would cost, and which tables, columns, rules and detectors cost most. For each "
       "detector: "
       "what would be saved without it, and how many values only it changes. CPU time of one core is "
       "counted, "
       "so other programs disturb little. Writes nothing to either end, and never prints a value. With "
       "--compare, says what changed since an older report that --json wrote.",
       {I::kSampleRows, I::kFull, I::kCompare, I::kJobs, I::kAll, I::kJson},
       {}},
      {"check",
       "",
       0,
       "is everything ready for a refresh",
       "Asks everything that a refresh needs and lists it, one line each: ok, warning or blocking, with the "
       "remedy. Connections, rights, versions, extensions, collations, disk, network, the key, the rules and "
       "the columns that none of them names. Writes nothing to either end. The exit code is 0 if nothing "
       "blocks, else the one that a refresh would end with.",
       {I::kAdopt, I::kJson},
       {}},
      {"demo",
       "[stop]",
       1,
       "a throw-away production, refreshed, to look at",
       "Makes a PostgreSQL cluster of its own with a generated production, refreshes it and says where to "
       "look "
       "and how to connect. \"understudy demo stop\" cleans up. Needs the PostgreSQL server programs and "
       "Python 3 on this machine; nothing else is touched.",
       {},
       {"stop"}},
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
       {I::kMaxAge, I::kJson},
       {}},
      {"filter",
       "[FILE]",
       1,
       "a dump in, the sanitised dump out",
       "Rewrites the rows of a dump on their way from FILE or standard input to standard output: pg_dump ... "
       "| "
       "understudy filter --plan-from=DATABASE | psql -1 -v ON_ERROR_STOP=1 staging. FILE may be any backup "
       "(an "
       "Odoo zip, plain, gzip, zstd, custom, directory, tar); what comes out is a plain dump. A file is read "
       "three times and rewritten as a refresh would; standard input is read once, and without --plan-from "
       "free "
       "text and columns that no rule names lose their content. Nothing is neutralised. Exit code 4 if "
       "personal "
       "data was found in the output, 141 if nobody reads it any more.",
       {I::kPlanFrom, I::kTable, I::kKey, I::kJobs},
       {}},
      {"generate",
       "FORM",
       1,
       "print a man page, completions, a reference",
       "Prints what is generated from the program's own tables: man, man-config and man-rules (man pages), "
       "bash, "
       "zsh and fish (completions), markdown, markdown-config, markdown-rules and markdown-warnings "
       "(references), systemd-service and systemd-timer (units for /etc/understudy/NAME.yaml, as the package "
       "has them).",
       {},
       {"man", "man-config", "man-rules", "bash", "zsh", "fish", "markdown", "markdown-config",
        "markdown-rules", "markdown-warnings", "systemd-service", "systemd-timer"}},
      {"help",
       "[COMMAND]",
       1,
       "help on a command",
       "Shows the long help of the program or of a command.",
       {},
       {}},
      {"init",
       "[DATABASE]",
       1,
       "look at a source; write a configuration and a key",
       "Looks at production, reading only: is it Odoo, which version and modules, where are its filestore "
       "and "
       "addons. Then writes a commented configuration (understudy.yaml, or --config) and a key beside it, "
       "and "
       "says what a refresh would protect. DATABASE is a name, a libpq string or a URI; without it, "
       "odoo.conf "
       "decides. A password goes into a file of its own that only you can read. What exists is never "
       "overwritten without --force, the key not even then.",
       {I::kStaging, I::kOdooConf, I::kFilestore, I::kForce},
       {}},
      {"keygen",
       "[FILE]",
       1,
       "make a key",
       "Writes a new random key to FILE (understudy.key if not given) with mode 0600 and prints its id. An "
       "existing file is never overwritten. The key decides the pseudonyms: keep it out of staging, and keep "
       "it, or the next refresh gives other names to the same people.",
       {},
       {}},
      {"neutralise",
       "",
       0,
       "cut every outbound channel of a copy, or print how",
       "Neutralises a copy that other means made, or staging again: the modules' own neutralize.sql, then "
       "our "
       "statements, then the sandbox of the configuration; then asks whether every channel is closed and "
       "lists "
       "what still points outside. One transaction; a statement that fails undoes nothing but itself. Exit "
       "code 5 "
       "if a statement failed or a channel is open, 8 if the database is the configured source, or is not "
       "ours "
       "and not confirmed.",
       {I::kDatabase, I::kConfirm, I::kStdout, I::kAll, I::kJson},
       {}},
      {"plan",
       "[TABLE...]",
       1000,
       "what a refresh would do to each table and column",
       "Reads the source's catalogue and says, for every column, what would happen to it and which rule says "
       "so. "
       "Writes nothing to either end. With TABLE, shows these tables with all their columns; --json has "
       "every "
       "treatment in full. Exit code 3 if "
       "a column has no rule and the policy is to stop.",
       {I::kAll, I::kUnclassified, I::kJson},
       {}},
      {"preview",
       "TABLE",
       1,
       "some rows before and after, side by side",
       "Shows a few rows of a table as they are in production and as a refresh would make them, by the same "
       "program. Writes nothing to either end. Real data is shown: only to a terminal, unless --force. Texts "
       "of "
       "attachments and passwords are shown without filestore and staging password.",
       {I::kWhere, I::kLimit, I::kForce},
       {}},
      {"refresh",
       "",
       0,
       "make staging anew from production",
       "Copies production into a hidden database, with every sensitive value rewritten on the way, "
       "neutralises "
       "and checks it, and puts it in staging's place in one step. Whatever goes wrong, staging stays as it "
       "was. The run's report is in the state directory.",
       {I::kJobs, I::kMaxRate, I::kMaxLanes, I::kKeepFailed, I::kResume, I::kDryRun, I::kAdopt, I::kMetrics},
       {}},
      {"report",
       "[RUN [RUN2]]",
       2,
       "show the report of a run; --diff compares two",
       "Shows a run's report again. RUN is a run id or the beginning of one, a directory, a report.json, or "
       "latest, which is the default. With --diff it takes two runs and says what changed between them.",
       {I::kDiff, I::kFormat, I::kOutput},
       {}},
      {"rules",
       "list|show|import [NAME]",
       2,
       "list and show rule packs; import other tools' rules",
       "rules list names the packs of the configuration in their order and says which apply to the source; "
       "rules "
       "show PACK prints a pack's file. rules import reads security labels of PostgreSQL Anonymizer, from an "
       "SQL "
       "file, a plain dump or, without a file, the source's catalogue, or a greenmask configuration, and "
       "prints "
       "a pack of ours. What has no counterpart is said in comments and as warnings.",
       {},
       {"list", "show", "import"}},
      {"scan",
       "[TABLE...]",
       1000,
       "where is personal data?",
       "Looks at a sample of every column that no rule names or that a rule keeps, by name, by what Odoo "
       "says, "
       "and by content: known values and detectors. Prints what share of the values is what, and proposes "
       "rules. Never prints a value, and writes nothing to either end.",
       {I::kYaml, I::kJson, I::kAll, I::kValues},
       {}},
      {"status",
       "",
       0,
       "age and outcome of the last runs",
       "Says how old staging is and how the last runs ended. Exit code 0 if the newest run published, else "
       "that run's exit code; 1 if there is no run.",
       {I::kLast, I::kWatch, I::kJson},
       {}},
      {"schedule",
       "",
       0,
       "print a systemd timer, a cron line or a CronJob",
       "Prints what is needed to run the refresh regularly, ready to be looked at and installed. The systemd "
       "service is hardened and takes the key as a credential.",
       {I::kKind, I::kCalendar, I::kUser, I::kImage, I::kDirectory},
       {}},
      {"verify",
       "[RUN]",
       1,
       "is staging still what was published",
       "Checks staging again: asks whether every outbound channel is closed, compares its schema with "
       "production's, reads it back and compares every column with the fingerprints that the run recorded. "
       "RUN "
       "is a run id or the beginning of one; by default the newest run that published. With --database, any "
       "database, also one that other tools made: then only the channels, and what a RUN that is named "
       "recorded. Exit code 5 if a channel is open, 6 if something differs.",
       {I::kLocate, I::kDatabase, I::kJobs, I::kJson},
       {}},
  };
}

}  // namespace

const std::vector<CommandSpec>& CommandSpecs() {
  static const auto* const commands = new std::vector<CommandSpec>(MakeCommands());
  return *commands;
}

}  // namespace understudy::cli
