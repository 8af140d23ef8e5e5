// A sanitised backup as staging.
//
// DESIGN: the copy is built on `staging.server` like any other, with the same checks and assertions, then
// written with pg_dump beside the final name and renamed in; the hidden database is dropped with the run.
// Threads: as the stages.
#ifndef UNDERSTUDY_REFRESH_BACKUP_SINK_H_
#define UNDERSTUDY_REFRESH_BACKUP_SINK_H_

#include "refresh/context.h"

namespace understudy::refresh {

bool ToFile(const RunContext& context);
// Takes the place of publishing.
absl::Status WriteBackup(RunContext& context);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_BACKUP_SINK_H_
