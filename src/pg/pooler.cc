#include "pg/pooler.h"

#include <string_view>

#include "base/status.h"

namespace understudy::pg {
namespace {

// Who asks, in this order. Irregular, so that a pool that gives its sessions out in turns can't keep step.
constexpr std::string_view kTurns = "ABBABAABBBABAAABABBA";

absl::StatusOr<int64_t> Backend(Connection& connection) {
  ASSIGN_OR_RETURN(const Result row, connection.Exec("SELECT pg_catalog.pg_backend_pid()"));
  return row.Int(0, 0);
}

}  // namespace

absl::Status RefuseTransactionPooling(Connection& connection, const ConnOptions& options,
                                      const CancelToken* cancel) {
  ASSIGN_OR_RETURN(const int64_t own, Backend(connection));
  if (own == connection.backend_pid()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::unique_ptr<Connection> second, Connection::Open(options, cancel));
  ASSIGN_OR_RETURN(const int64_t other, Backend(*second));
  bool apart = own != other;
  for (const char turn : kTurns) {
    ASSIGN_OR_RETURN(const int64_t now, Backend(turn == 'A' ? connection : *second));
    apart = apart && now == (turn == 'A' ? own : other);
  }
  if (apart) return absl::OkStatus();
  return Refused(
      "a pooler stands in front of PostgreSQL and gives each transaction to another session (pgbouncer's "
      "pool_mode = transaction); a snapshot needs sessions of its own: connect to PostgreSQL itself, or to a "
      "pool with pool_mode = session");
}

}  // namespace understudy::pg
