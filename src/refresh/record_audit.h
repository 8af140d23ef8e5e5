// The leak audit of the record itself: what the report will say is searched like what goes to staging.
//
// DESIGN
//   Free texts of the record (names of jobs, errors, warnings, file names, keys of parameters) that hold a
//   known value or a secret are rewritten as any text of production is; what a rewriting does not reach is
//   left out altogether. Names of tables and columns stay, since everything hangs on them: a hit there is
//   counted and becomes a warning. Single words are no evidence here (schedules are named after "Leads").
// Ownership: the context must outlive the call. Threads: thread-compatible.
#ifndef UNDERSTUDY_REFRESH_RECORD_AUDIT_H_
#define UNDERSTUDY_REFRESH_RECORD_AUDIT_H_

#include <cstdint>

#include "record/run_record.h"
#include "text/rewriter.h"

namespace understudy::refresh {

struct RecordAudit {
  uint64_t texts = 0;      // looked at
  uint64_t rewritten = 0;  // of them
  uint64_t names = 0;      // tables and columns whose name holds somebody's data
};

// Nothing is looked at before `context` has its detectors: the run has read nothing then.
RecordAudit AuditRecord(const text::RewriteContext& context, record::RunRecord* record);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_RECORD_AUDIT_H_
