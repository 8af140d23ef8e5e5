// Cuts every channel of a copy: the modules' own neutralize.sql, then ours, then the sandbox.
//
// DESIGN
//   One transaction; each statement in a savepoint, so that one that fails undoes nothing but itself and is
//   reported (Odoo's own tool gives up and leaves the copy live). Order: modules' scripts in loading order
//   (Odoo 16+ layout, first addons path wins), our packs in file order, sandbox parameters and payment
//   credentials. Idempotent: a second run changes no row (modules' own scripts may). Run it when foreign keys
//   exist, so that deletions cascade as Odoo expects, and before anybody can connect.
//   Errors of statements hold SQLSTATE and primary message, never DETAIL or data (pg/connection.h).
// Ownership: values; `specs` must outlive the call. Threads: one thread per connection.
#ifndef UNDERSTUDY_ODOO_NEUTRALISE_H_
#define UNDERSTUDY_ODOO_NEUTRALISE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/expand.h"
#include "odoo/jobs.h"
#include "odoo/modules.h"
#include "odoo/pack.h"
#include "odoo/sandbox.h"
#include "pg/connection.h"

namespace understudy::odoo {

struct NeutraliseOptions {
  std::vector<std::string> addons;           // none: the modules' own scripts are not run
  const std::vector<Spec>* specs = nullptr;  // LoadPacks(kNeutralisers, rules/odoo/neutralise)
  Sandbox sandbox;
  // Conditions that are known not to hold: who has read the copy need not have the server read it again.
  std::vector<TextCondition> absent;
};

struct StatementOutcome {
  std::string module;
  std::string statement;  // name, or "neutralize.sql:3 UPDATE …" without literals
  std::string channel;    // empty for modules' own statements
  uint64_t rows = 0;
  std::string error;  // "42P01 relation … does not exist"; empty if it worked
};

struct NeutraliseResult {
  std::vector<StatementOutcome> statements;
  std::vector<ScheduledJob> jobs;            // as they were before; see ScheduledJob::kept
  std::vector<std::string> unknown_jobs;     // on the allow list, but nowhere in the database
  std::vector<std::string> missing_modules;  // installed, with code on no addons path
  uint64_t module_scripts = 0;               // neutralize.sql files that were run
  uint64_t failed = 0;                       // statements with an error
  uint64_t rows = 0;
};

// "sandbox.jobs.keep names x, which is no job of this database; did you mean y?"
std::string UnknownJobText(const NeutraliseResult& result, const std::string& job);

// Fails only if the database cannot be worked with at all; a failing statement is in the result.
absl::StatusOr<NeutraliseResult> Neutralise(pg::Connection& connection, const NeutraliseOptions& options);

// The same as a script to read or to feed to psql: one transaction, each statement with its reason. Reads the
// catalogue and the modules, changes nothing.
absl::StatusOr<std::string> RenderNeutralise(pg::Connection& connection, const NeutraliseOptions& options);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_NEUTRALISE_H_
