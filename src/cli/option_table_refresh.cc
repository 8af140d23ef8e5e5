// The options that a refresh alone has.
#include "cli/option_table.h"

namespace understudy::cli {

std::vector<OptionSpec> RefreshOptionSpecs() {
  using K = OptionKind;
  using I = OptionId;
  return {
      {I::kMaxRate,
       K::kText,
       "max-rate",
       0,
       "RATE",
       "Action",
       "bytes a second off production, such as 20MB",
       "How fast production's rows and files are read at most, over all lanes together: 20MB, 512KiB, 1.5GB; "
       "units of 1000 without an i, of 1024 with one. 0 is no limit. Overrides \"source.max_rate\" of the "
       "configuration.",
       {},
       "UNDERSTUDY_MAX_RATE",
       ""},
      {I::kMaxLanes,
       K::kNumber,
       "max-lanes",
       0,
       "N",
       "Action",
       "sessions that read production at a time",
       "How many sessions read production's rows at the same time at most; one more holds the snapshot. 0 is "
       "as many as there are lanes. Loading, rewriting and building indexes still use all of --jobs. "
       "Overrides \"source.max_lanes\" of the configuration.",
       {},
       "UNDERSTUDY_MAX_LANES",
       ""},
      {I::kKeepFailed,
       K::kFlag,
       "keep-failed",
       0,
       "",
       "Action",
       "keep what a failed run loaded from a backup",
       "A run from a backup that fails while rows are loaded keeps its hidden database, closed to everybody, "
       "and says in the state directory what is in it, so that --resume can continue. The next run without "
       "--resume drops it. Of a live source nothing is kept: its snapshot ends with the run.",
       {},
       "UNDERSTUDY_KEEP_FAILED",
       ""},
      {I::kResume,
       K::kFlag,
       "resume",
       0,
       "",
       "Action",
       "continue what --keep-failed kept",
       "Continues a run that --keep-failed kept: tables that were complete are read back, and those that "
       "hold "
       "what was sent are not loaded again. Refused (exit code 8) if the backup, the key, the rules, the "
       "configuration or the program changed since, and for a live source.",
       {},
       "",
       ""},
  };
}

}  // namespace understudy::cli
