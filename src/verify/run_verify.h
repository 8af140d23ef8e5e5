// Is this staging still what was published? The checks of a database that exists, made by us or not.
//
// DESIGN
//   Three proofs, each as far as it can be had: the assertions (any Odoo database), the fingerprints (with
//   the record of the run that made it, and its key), the schema against production (with a connection to
//   it). All readings of staging share one snapshot; nothing is written.
// Ownership: what the options point to must outlive the call. Threads: blocks its caller.
#ifndef UNDERSTUDY_VERIFY_RUN_VERIFY_H_
#define UNDERSTUDY_VERIFY_RUN_VERIFY_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/assertions.h"
#include "odoo/sweep.h"
#include "pg/snapshot.h"
#include "record/run_record.h"
#include "verify/read_back.h"
#include "verify/schema_identity.h"

namespace understudy::verify {

struct VerifyOptions {
  pg::ConnOptions staging;
  std::optional<pg::ConnOptions> production;  // for its schema
  const record::RunRecord* run = nullptr;     // for its fingerprints
  const FingerprintSecret* secret = nullptr;  // of the run's key; null: no fingerprints
  std::string assertions_directory;           // rules/odoo/assertions
  odoo::Sandbox sandbox;
  // The hash that the run gave to everybody's password, by Odoo's major version; empty: nobody logs in.
  std::function<absl::StatusOr<std::string>(int odoo_major)> password_hash;
  int lanes = 2;
  const CancelToken* cancel = nullptr;
  Counters* counters = nullptr;
};

struct VerifyResult {
  std::optional<odoo::AssertionResult> assertions;  // none: not an Odoo database
  std::vector<odoo::SweepHit> outside;              // what configuration tables still name
  std::vector<SchemaChange> schema;
  bool schema_checked = false;
  std::vector<Difference> differences;
  uint64_t tables_checked = 0, rows_checked = 0, columns_checked = 0;
  uint64_t tables_without_fingerprint = 0;

  uint64_t open_channels() const { return assertions.has_value() ? assertions->must_violated : 0; }
  uint64_t schema_findings() const;
};

absl::StatusOr<VerifyResult> RunVerify(const VerifyOptions& options, engine::Engine& engine);

}  // namespace understudy::verify

#endif  // UNDERSTUDY_VERIFY_RUN_VERIFY_H_
