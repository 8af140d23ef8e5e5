// Whether CHECK constraints and domains hold for what a refresh would write: tried on some rows before
// anything is written.
//
// DESIGN: a CHECK is SQL, so only PostgreSQL can evaluate it. Some rows that have a value in the treated
//   columns go through the table's own row program; the source's server is then asked, in the read-only
//   transaction of the run's snapshot, whether the expression is false for them. Domains are asked by a cast.
//   A row that violates is certain, an error of the plan. None does and all rows were tried: what the plan
//   suspected is settled and its warning goes. Otherwise the warning stays. Constraints that are NOT VALID
//   are not enforced on rows that are loaded, and not tried. Likewise unique keys of several columns: only
//   the server can count the rows that agree in the kept ones. Texts are rewritten without known values here,
//   so rewritten columns keep their value; the staging password and attachments do, too.
// Ownership: the plan is changed in place. Threads: blocks its caller.
// Errors: those of the connection. An expression that can't be evaluated is a warning.
#ifndef UNDERSTUDY_SCAN_CONSTRAINT_TRIAL_H_
#define UNDERSTUDY_SCAN_CONSTRAINT_TRIAL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pg/connection.h"
#include "rules/facts.h"
#include "rules/plan.h"
#include "rules/toolbox.h"

namespace understudy::scan {

// `accepted`: ids of findings that the user has looked at.
absl::Status TryConstraints(pg::Connection& connection, const rules::Facts& facts,
                            const rules::Toolbox& toolbox, const std::vector<std::string>& accepted,
                            rules::Plan* plan);

}  // namespace understudy::scan

#endif  // UNDERSTUDY_SCAN_CONSTRAINT_TRIAL_H_
