// Read-only questions to a copy that must find nothing: is any channel still open?
//
// DESIGN
//   Each assertion counts the rows that break it; names and counts are all that leaves (never values). Runs
//   in one READ ONLY transaction, each query in a savepoint. Works on any Odoo database, also one that other
//   tools made. `must` decides the exit code (5); `should` and `review` are listed.
// Threads: one thread per connection.
#ifndef UNDERSTUDY_ODOO_ASSERTIONS_H_
#define UNDERSTUDY_ODOO_ASSERTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/expand.h"
#include "odoo/pack.h"
#include "odoo/sandbox.h"
#include "pg/connection.h"

namespace understudy::odoo {

struct AssertionOutcome {
  std::string name;
  std::string channel;
  std::string reason;
  Severity severity = Severity::kMust;
  uint64_t violations = 0;
  std::string error;  // it could not be asked; counts as violated

  bool holds() const { return violations == 0 && error.empty(); }
};

struct AssertionResult {
  std::vector<AssertionOutcome> assertions;  // in the order of the packs
  uint64_t must_violated = 0;
  uint64_t should_violated = 0;
  uint64_t review = 0;
};

absl::StatusOr<AssertionResult> RunAssertions(pg::Connection& connection, const std::vector<Spec>& specs,
                                              const Sandbox& sandbox);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_ASSERTIONS_H_
