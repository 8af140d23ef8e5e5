// A backup's rows for those who only look: a sample of every table for the scan, some rows of one for the
// preview.
//
// DESIGN: one more pass over the backup. Of a table with more rows than are asked for, every n-th row is
// taken (the survey counted them). Values are looked at and dropped. Threads: block their caller.
#ifndef UNDERSTUDY_REFRESH_INSPECT_BACKUP_H_
#define UNDERSTUDY_REFRESH_INSPECT_BACKUP_H_

#include <vector>

#include "refresh/context.h"
#include "rules/toolbox.h"
#include "scan/preview.h"
#include "scan/scan.h"

namespace understudy::refresh {

absl::StatusOr<std::vector<scan::ColumnReport>> ScanBackup(RunContext& context, const scan::Options& options);
absl::StatusOr<scan::Preview> PreviewBackup(RunContext& context, const rules::Toolbox& toolbox, size_t table,
                                            uint64_t limit);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_INSPECT_BACKUP_H_
