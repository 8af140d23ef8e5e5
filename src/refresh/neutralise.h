// Neutralising and asking a database that exists: what the refresh's stage and `understudy neutralise` share.
//
// DESIGN
//   The command is for copies that other means made, so it must not be possible to cut production's channels
//   with it: the configured source is refused whatever it is called (system identifier and database oid), and
//   a database without our mark needs its name said again. A source that can't be reached proves nothing, so
//   then only a database with our mark is touched.
// Ownership: values. Threads: one thread. Errors: Refused (exit 8), Unreachable (7); findings are in the
// outcome.
#ifndef UNDERSTUDY_REFRESH_NEUTRALISE_H_
#define UNDERSTUDY_REFRESH_NEUTRALISE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "odoo/assertions.h"
#include "odoo/neutralise.h"
#include "odoo/pack.h"
#include "odoo/sweep.h"
#include "pg/connection.h"
#include "record/run_record.h"
#include "refresh/config.h"

namespace understudy::refresh {

// What a rules directory holds of a kind.
absl::StatusOr<std::vector<odoo::Spec>> OdooPacks(const std::string& rules_directory, odoo::PackKind kind);

// The mapping of the configuration; without password hash and seed, which a run decides.
odoo::Sandbox SandboxOf(const Config& config);

// A session in which the modules' scripts run as Odoo would run them. `encoding` empty: the database's.
absl::StatusOr<std::unique_ptr<pg::Connection>> OpenAsOdoo(const pg::ConnOptions& options,
                                                           const std::string& encoding,
                                                           const CancelToken* cancel);

absl::StatusOr<std::vector<record::Outside>> SweepDatabase(pg::Connection& session,
                                                           const odoo::Sandbox& sandbox);
// Packet filter rules for the host where Odoo runs on `staging`.
std::string EgressRulesOf(const Config& config, const odoo::Sandbox& sandbox, const pg::ConnOptions& staging);

struct NeutraliseRequest {
  Config config;  // sandbox, addons, password, key; its source, if it has one, is refused
  std::string rules_directory;
  pg::ConnOptions database;
  std::string confirmed;  // the name of a database that is not ours, said again
};

struct NeutraliseOutcome {
  uint64_t other_sessions = 0;  // connected while it ran
  odoo::NeutraliseResult done;
  odoo::AssertionResult assertions;
  std::vector<record::Outside> outside;
  std::string egress_rules;
};

absl::StatusOr<NeutraliseOutcome> NeutraliseDatabase(const NeutraliseRequest& request,
                                                     const CancelToken& cancel);

// The same as a script for psql; reads only, so any database will do.
absl::StatusOr<std::string> NeutraliseScript(const NeutraliseRequest& request, const CancelToken& cancel);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_NEUTRALISE_H_
