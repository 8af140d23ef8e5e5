#include "odoo/assertions.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/status.h"
#include "pg/batch.h"

namespace understudy::odoo {
namespace {

void Record(const AssertionQuery& query, uint64_t violations, std::string error, AssertionResult* result) {
  AssertionOutcome outcome{query.name,     query.channel, query.reason,
                           query.severity, violations,    std::move(error)};
  if (!outcome.holds()) {
    ++(outcome.severity == Severity::kMust     ? result->must_violated
       : outcome.severity == Severity::kShould ? result->should_violated
                                               : result->review);
  }
  result->assertions.push_back(std::move(outcome));
}

// No row at all: the guard inside the query said that it does not apply.
uint64_t Violations(const pg::Result& count) {
  return count.rows() > 0 ? static_cast<uint64_t>(count.Int(0, 0)) : 0;
}

// With the error of each that fails.
absl::Status AskOneByOne(pg::Connection& connection, std::span<const AssertionQuery> queries,
                         AssertionResult* result) {
  for (const AssertionQuery& query : queries) {
    RETURN_IF_ERROR(connection.Run("SAVEPOINT understudy"));
    auto count = connection.Exec(query.sql);
    if (count.ok()) {
      Record(query, Violations(*count), "", result);
    } else {
      if (connection.broken() || absl::IsCancelled(count.status())) return count.status();
      Record(query, 0, fmt::format("{} {}", SqlStateOf(count.status()), MessageOf(count.status())), result);
      RETURN_IF_ERROR(connection.Run("ROLLBACK TO SAVEPOINT understudy"));
    }
    RETURN_IF_ERROR(connection.Run("RELEASE SAVEPOINT understudy"));
  }
  return absl::OkStatus();
}

// Together, as nearly always none fails.
absl::Status Ask(pg::Connection& connection, std::span<const AssertionQuery> queries,
                 AssertionResult* result) {
  RETURN_IF_ERROR(
      connection.Run("SET LOCAL search_path = public; SET LOCAL standard_conforming_strings = on"));
  while (!queries.empty()) {
    const auto some = queries.first(std::min(queries.size(), pg::kStatementsPerBatch));
    queries = queries.subspan(some.size());
    std::vector<std::string> sql;
    for (const AssertionQuery& query : some) sql.push_back(query.sql);
    RETURN_IF_ERROR(connection.Run("SAVEPOINT batch"));
    const absl::StatusOr<std::vector<pg::Result>> counts = pg::ExecBatch(connection, sql);
    if (counts.ok() && counts->size() == some.size()) {
      for (size_t i = 0; i < some.size(); ++i) Record(some[i], Violations((*counts)[i]), "", result);
      continue;
    }
    if (connection.broken() || absl::IsCancelled(counts.status())) return counts.status();
    RETURN_IF_ERROR(connection.Run("ROLLBACK TO SAVEPOINT batch"));
    RETURN_IF_ERROR(AskOneByOne(connection, some, result));
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
