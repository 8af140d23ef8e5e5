// What a run from a backup leaves for the one that continues it.
//
// DESIGN
//   Continuing is sound where the source is the same and what is loaded is what was sent. A live source never
//   is: its snapshot ends with the run, and a new one sees other rows. A backup is, if it is the same file;
//   so a run with --keep-failed that fails while rows are loaded keeps its hidden database and writes a
//   checkpoint: a run record of its complete tables (with the sealed fingerprints of what was sent, and what
//   the audit found), and in its options what must not have changed: the backup (path, size, time, both ends
//   of it), the key's id, the program, and everything that decides a value (plan, packs, lexicons, detectors,
//   policy).
//   --resume reads the complete tables back first. One that does not hold what was sent (a server that
//   crashed may have lost commits) is loaded again like those that were not complete. Never complete are
//   attachments (their files go with the run) and columns with the staging password (its hash has a new
//   salt); nor what a backup has in several blocks. Of indexes nothing is taken over: a build may have been
//   cut short.
// Ownership, threads: as the stages.
#ifndef UNDERSTUDY_REFRESH_CHECKPOINT_H_
#define UNDERSTUDY_REFRESH_CHECKPOINT_H_

#include <vector>

#include "refresh/context.h"
#include "refresh/data_work.h"

namespace understudy::refresh {

// Preflight: context.resumed if --resume was given; else a checkpoint that is there goes, with what it stands
// for.
absl::Status LoadCheckpoint(RunContext& context);
// Once the plan is made: nothing that decides a value may have changed.
absl::Status CheckCheckpoint(RunContext& context);
// In the place of creating the hidden database.
absl::Status TakeOver(RunContext& context);

// Complete tables by relation; null where there is none. Those that hold what was sent, after reading them
// back; all others are emptied.
absl::StatusOr<TakenOver> TakeOverTables(RunContext& context, const Work& work);

// After rows failed: context.checkpoint.
void MakeCheckpoint(RunContext& context, const Work& work, const std::vector<record::Table>& tables);
// At the end of a run: true if its hidden database is to stay.
bool KeepCheckpoint(RunContext& context, bool published);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_CHECKPOINT_H_
