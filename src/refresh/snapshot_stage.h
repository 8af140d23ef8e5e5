// Production's one snapshot: taken, asked everything that is needed of it, and let go as early as can be,
// since production's vacuum waits for it.
//
// Ownership, threads: as the stages.
#ifndef UNDERSTUDY_REFRESH_SNAPSHOT_STAGE_H_
#define UNDERSTUDY_REFRESH_SNAPSHOT_STAGE_H_

#include "absl/status/status.h"
#include "refresh/context.h"

namespace understudy::refresh {

absl::Status TakeSnapshot(RunContext& context);
// What the source's database is made of.
absl::Status ReadSourceCatalog(RunContext& context);
// Begins to ask the source for its facts, beside what follows.
void AskSource(RunContext& context);
// After the last row was read.
absl::Status LetGoOfSource(RunContext& context);
// Does nothing the second time.
void ReleaseSnapshot(RunContext& context);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_SNAPSHOT_STAGE_H_
