// Scheduled jobs: what would run on staging, what each calls and when, and which may stay on.
//
// DESIGN
//   Read from the copy before neutralising, so `active` is production's; names come from the copy's own,
//   already treated rows. `calls` names a model and method, never the code, which may hold literals.
// Ownership: values. Threads: thread-safe function.
#ifndef UNDERSTUDY_ODOO_JOBS_H_
#define UNDERSTUDY_ODOO_JOBS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/sandbox.h"
#include "odoo/schema.h"
#include "pg/connection.h"

namespace understudy::odoo {

struct ScheduledJob {
  int64_t id = 0;
  std::string xml_id;  // "base.autovacuum_job"; empty for jobs that users or code made
  std::string name;
  std::string model;  // "mail.mail"
  std::string calls;  // "process_email_queue", "code" if that cannot be told
  std::string every;  // "1 hours"
  std::string next;   // nextcall, UTC
  bool active = false;
  bool kept = false;  // on the allow list
};

// All jobs, by name. Empty if there is no table ir_cron.
absl::StatusOr<std::vector<ScheduledJob>> LoadJobs(pg::Connection& connection, const Schema& schema,
                                                   const Sandbox& sandbox);
// Entries of the allow list that name no job of this database.
std::vector<std::string> UnknownJobs(const std::vector<ScheduledJob>& jobs, const Sandbox& sandbox);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_JOBS_H_
