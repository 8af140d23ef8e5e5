// The options of commands that work on a database that is there already.
#include "cli/option_table.h"

namespace understudy::cli {

std::vector<OptionSpec> DatabaseOptions() {
  using K = OptionKind;
  using I = OptionId;
  return {
      {I::kDatabase,
       K::kText,
       "database",
       'd',
       "CONNINFO",
       "Input",
       "this database instead of staging",
       "A libpq connection string or URI. The database instead of staging.database of the configuration; "
       "with "
       "it, a configuration is not needed.",
       {},
       "",
       ""},
      {I::kConfirm,
       K::kText,
       "confirm",
       0,
       "NAME",
       "Action",
       "the name again, if it is not ours",
       "A database that Understudy did not make is changed only if its name is said again here. The "
       "configured "
       "source is refused whatever is said.",
       {},
       "",
       ""},
      {I::kStdout,
       K::kFlag,
       "stdout",
       0,
       "",
       "Output",
       "print the SQL; change nothing",
       "Prints the SQL that would be run, made for the tables of this database, each statement with its "
       "reason. "
       "psql can run it: it stops at the first error and then changes nothing. It holds the hash of the "
       "staging "
       "password and the sandbox's credentials, if there are any.",
       {},
       "",
       ""},
  };
}

}  // namespace understudy::cli
