// A sanitised backup as staging.
//
// DESIGN: the copy is built on a server like any other (`staging.server`, else a throw-away one of our own),
// with the same checks and assertions. It is neutralised there, so nothing need be appended to the file: what
// pg_dump writes is neutralised already. That goes beside the final name, is restored and compared
// (restore_proof.h), and renamed in; the hidden database is dropped with the run. Threads: as the stages.
#ifndef UNDERSTUDY_REFRESH_BACKUP_SINK_H_
#define UNDERSTUDY_REFRESH_BACKUP_SINK_H_

#include "refresh/context.h"

namespace understudy::refresh {

bool ToFile(const RunContext& context);
// Takes the place of publishing.
absl::Status WriteBackup(RunContext& context);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_BACKUP_SINK_H_
