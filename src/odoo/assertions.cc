#include "odoo/assertions.h"

#include <fmt/format.h>

#include "base/status.h"

namespace understudy::odoo {
namespace {

absl::Status Ask(pg::Connection& connection, const std::vector<AssertionQuery>& queries,
                 AssertionResult* result) {
  RETURN_IF_ERROR(
      connection.Run("SET LOCAL search_path = public; SET LOCAL standard_conforming_strings = on"));
  for (const AssertionQuery& query : queries) {
    AssertionOutcome outcome{query.name, query.channel, query.reason, query.severity, 0, ""};
    RETURN_IF_ERROR(connection.Run("SAVEPOINT understudy"));
    auto count = connection.Exec(query.sql);
    if (count.ok()) {
      // No row at all: the guard inside the query said that it does not apply.
      if (count->rows() > 0) outcome.violations = static_cast<uint64_t>(count->Int(0, 0));
    } else {
      if (connection.broken() || absl::IsCancelled(count.status())) return count.status();
      outcome.error = fmt::format("{} {}", SqlStateOf(count.status()), MessageOf(count.status()));
      RETURN_IF_ERROR(connection.Run("ROLLBACK TO SAVEPOINT understudy"));
    }
    RETURN_IF_ERROR(connection.Run("RELEASE SAVEPOINT understudy"));
    if (!outcome.holds()) {
      ++(outcome.severity == Severity::kMust     ? result->must_violated
         : outcome.severity == Severity::kShould ? result->should_violated
                                                 : result->review);
    }
    result->assertions.push_back(std::move(outcome));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AssertionResult> RunAssertions(pg::Connection& connection, const std::vector<Spec>& specs,
                                              const Sandbox& sandbox) {
  auto schema = LoadSchema(connection);
  if (!schema.ok()) return Annotate(schema.status(), "assertions");
  ASSIGN_OR_RETURN(const std::vector<AssertionQuery> queries, ExpandAssertions(specs, *schema, sandbox));
  AssertionResult result;
  if (absl::Status begun = connection.Run("BEGIN READ ONLY"); !begun.ok())
    return Annotate(begun, "assertions");
  const absl::Status asked = Ask(connection, queries, &result);
  if (!connection.broken()) connection.Run("ROLLBACK").IgnoreError();
  if (!asked.ok()) return Annotate(asked, "assertions");
  return result;
}

}  // namespace understudy::odoo
