// One refresh, from preflight to report.
//
// DESIGN: run.cc is the table of contents: the stages in their order, each in a file of its own. A stage
// reads and fills the RunContext and the run record. Whatever happens, the hidden database is dropped or
// published, and the record says what was done.
// The caller holds the lock of the state directory (record::StateLock) while it runs.
// Threads: RunRefresh blocks its caller; the listener is called from several threads.
#ifndef UNDERSTUDY_REFRESH_RUN_H_
#define UNDERSTUDY_REFRESH_RUN_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "base/cancel.h"
#include "base/events.h"
#include "clone/catalog.h"
#include "record/run_record.h"
#include "refresh/config.h"
#include "rules/plan.h"

namespace understudy::refresh {

struct RefreshOptions {
  Config config;
  std::string rules_directory;  // where packs, lexicons and neutralisers are
  bool adopt = false;           // replace a staging that Understudy did not make
  bool keep_failed = false;     // keep what a run that fails has loaded from a backup, for `resume`
  bool resume = false;          // continue it
  // The record as it is when all but publishing is done. An error of it ends the run, staging untouched.
  std::function<absl::Status(const record::RunRecord&)> before_publish;
  std::string run_id;  // names the hidden database and the record; see record::NewRunId
};

// Fills `record` as far as the run came, outcome and exit code included. The status is the run's error.
absl::Status RunRefresh(const RefreshOptions& options, Listener& listener, const CancelToken& cancel,
                        record::RunRecord* record);

// What a refresh would do, without writing anything.
struct PlanView {
  clone::Catalog catalog;
  rules::Plan plan;
  std::string key_id;
  std::vector<std::string> packs;
};
absl::StatusOr<PlanView> PreparePlan(const RefreshOptions& options, Listener& listener,
                                     const CancelToken& cancel);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_RUN_H_
