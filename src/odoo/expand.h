// From the short forms of a pack to SQL for the tables that this database has.
//
// DESIGN
//   A spec becomes zero or more statements: one per table for neutralisers, one per column for assertions, so
//   that a report names the place. Guards are settled here; what is expanded can run. All names that go into
//   SQL are quoted here; values come from the packs and the sandbox, quoted too.
// Ownership: values. Threads: thread-safe. Errors: UsageError that points into the pack.
#ifndef UNDERSTUDY_ODOO_EXPAND_H_
#define UNDERSTUDY_ODOO_EXPAND_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/pack.h"
#include "odoo/sandbox.h"
#include "odoo/schema.h"

namespace understudy::odoo {

// The parameter whose presence says that document tokens were made new on this copy.
inline constexpr std::string_view kTokensMark = "understudy.tokens";

struct Statement {
  std::string module;
  std::string name;  // "provider_credentials:payment_provider"
  std::string channel;
  std::string reason;
  std::string sql;
  std::optional<TextCondition> if_text;  // where it does not hold, `sql` changes nothing
  bool rotates_tokens = false;           // if it fails, kTokensMark must not be set
  bool marks_tokens = false;
};

// In the order of the specs; the sandbox's own (parameters, payment credentials) at the end.
absl::StatusOr<std::vector<Statement>> ExpandNeutralisers(const std::vector<Spec>& specs,
                                                          const Schema& schema, const Sandbox& sandbox);

struct AssertionQuery {
  std::string name;  // "cred:ir_mail_server.smtp_pass"
  std::string channel;
  std::string reason;
  Severity severity = Severity::kMust;
  std::string sql;  // returns one number: how many rows break it
};

absl::StatusOr<std::vector<AssertionQuery>> ExpandAssertions(const std::vector<Spec>& specs,
                                                             const Schema& schema, const Sandbox& sandbox);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_EXPAND_H_
