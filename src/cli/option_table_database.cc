// The options of commands that work on what is there already: a database, a production, a run.
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
      {I::kStaging,
       K::kText,
       "staging",
       0,
       "DATABASE",
       "Input",
       "where staging is to be",
       "The name of staging's database, or a libpq string or URI. By default it is on the source's server "
       "and "
       "called NAME_staging.",
       {},
       "",
       ""},
      {I::kOdooConf,
       K::kText,
       "odoo-conf",
       0,
       "FILE",
       "Input",
       "production's odoo.conf",
       "Odoo's configuration: connection, data_dir and addons_path are taken from it. By default $ODOO_RC, "
       "~/.odoorc, /etc/odoo/odoo.conf and the like are looked for.",
       {},
       "ODOO_RC",
       ""},
      {I::kFilestore,
       K::kText,
       "filestore",
       0,
       "DIR",
       "Input",
       "production's filestore",
       "The directory with the attachments of production's database (DATA_DIR/filestore/DATABASE). By "
       "default "
       "it is looked for under data_dir of odoo.conf and in the usual places.",
       {},
       "",
       ""},
      {I::kWatch,
       K::kFlag,
       "watch",
       'w',
       "",
       "Action",
       "follow the refresh that is running",
       "Shows how far the refresh that is running now is, as that refresh itself does, until it ends; then "
       "what "
       "status shows. It reads the state directory, so it works from any terminal, and for any user who may "
       "read that. If no refresh is running, it says so.",
       {},
       "",
       ""},
      {I::kSampleRows,
       K::kNumber,
       "rows",
       0,
       "N",
       "Input",
       "rows of a table to measure with",
       "How many rows of each table to measure with. Of large tables only a share of the pages is read, the "
       "same "
       "in every run.",
       {},
       "",
       "20000"},
      {I::kFull,
       K::kFlag,
       "full",
       0,
       "",
       "Input",
       "measure with all rows",
       "Measures with all rows of every table instead of a sample.",
       {},
       "",
       ""},
      {I::kCompare,
       K::kText,
       "compare",
       0,
       "FILE",
       "Output",
       "what changed since this report",
       "A report that \"understudy bench --json\" wrote earlier. Shown are the sums and the columns whose "
       "cost "
       "changed by more than the noise of the two measurements.",
       {},
       "",
       ""},
  };
}

}  // namespace understudy::cli
