#include "pg/snapshot.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/status.h"
#include "pg/pooler.h"
#include "pg/quote.h"
#include "pg/standby.h"

namespace understudy::pg {
namespace {

// As pg_dump's setup_connection does, plus default_transaction_read_only, plus TimeZone and lc_monetary, on
// which the text of timestamptz and money depends: text that is compared or hashed must not change with what
// a database or a role prefers. lock_timeout is short: a DDL in progress on production must not make us queue
// in front of its users.
constexpr const char* kSourceSettings =
    "SET default_transaction_read_only = on;"
    "SET search_path = '';"
    "SET DateStyle = ISO;"
    "SET IntervalStyle = postgres;"
    "SET TimeZone = 'UTC';"
    "SET lc_monetary = 'C';"
    "SET quote_all_identifiers = off;"
    "SET extra_float_digits = 3;"
    "SET bytea_output = hex;"
    "SET synchronize_seqscans = off;"
    "SET standard_conforming_strings = on;"
    "SET row_security = off;"
    "SET statement_timeout = 0;"
    "SET lock_timeout = ";

absl::Status PrepareSession(Connection& connection) {
  RETURN_IF_ERROR(Annotate(
      connection.Run(std::string(kSourceSettings) + QuoteLiteral(kSourceLockTimeout) + ";" + kNoTimeLimits),
      "preparing the session"));
  // Bytes must arrive as they are stored: no conversion on the way out or in.
  const std::string encoding = connection.Parameter("server_encoding");
  return connection.Run("SET client_encoding = " + QuoteLiteral(encoding));
}

constexpr const char* kBegin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> OpenSource(const ConnOptions& options,
                                                       const CancelToken* cancel) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(options, cancel));
  RETURN_IF_ERROR(RefuseTransactionPooling(*connection, options, cancel));
  RETURN_IF_ERROR(PrepareSession(*connection));
  return connection;
}

absl::Status SnapshotLost(const std::string& why) {
  return Unreachable(fmt::format("the session that held the snapshot was lost{}; run the refresh again",
                                 why.empty() ? "" : " (" + why + ")"));
}

absl::StatusOr<std::unique_ptr<Snapshot>> Snapshot::Export(const ConnOptions& options,
                                                           const CancelToken* cancel) {
  std::unique_ptr<Snapshot> snapshot(new Snapshot);
  snapshot->options_ = options;
  ASSIGN_OR_RETURN(snapshot->connection_, OpenSource(options, cancel));
  Connection& connection = *snapshot->connection_;
  RETURN_IF_ERROR(connection.Run(kBegin));
  ASSIGN_OR_RETURN(
      const Result result,
      connection.Exec(
          "SELECT pg_catalog.pg_export_snapshot(),"
          " CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()"
          " ELSE pg_catalog.pg_current_wal_lsn() END,"
          " pg_catalog.to_char(pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"));
  snapshot->id_ = result.String(0, 0);
  snapshot->lsn_ = result.String(0, 1);
  snapshot->time_ = result.String(0, 2);
  return snapshot;
}

absl::Status Snapshot::Holds() const {
  MutexLock lock(mutex_);
  absl::Status alive = connection_->Run("SELECT 1");
  if (alive.ok() || ExitClassOf(alive) == ExitClass::kCancelled) return alive;
  std::string why = MessageOf(alive);
  // A session that was idle when it was ended hears no SQLSTATE (libpq remembers this parameter; version 14).
  const bool standby = connection_->Parameter("in_hot_standby") == "on";
  if (standby && why.find(kStandbyConflict) == std::string::npos) why += kStandbyConflict;
  return SnapshotLost(why);
}

Hold Snapshot::Release() {
  MutexLock lock(mutex_);
  Hold hold;
  const absl::StatusOr<Result> age = connection_->Exec(
      "SELECT pg_catalog.age(backend_xmin) FROM pg_catalog.pg_stat_activity WHERE pid = "
      "pg_catalog.pg_backend_pid()");
  if (age.ok() && age->rows() == 1)
    hold.transactions = static_cast<uint64_t>(std::max<int64_t>(0, age->Int(0, 0)));
  connection_.reset();
  hold.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  return hold;
}

absl::StatusOr<std::unique_ptr<Connection>> Snapshot::Import(const CancelToken* cancel) const {
  // What stands in between was looked at when the snapshot was exported.
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(options_, cancel));
  RETURN_IF_ERROR(PrepareSession(*connection));
  RETURN_IF_ERROR(connection->Run(kBegin));
  const absl::Status imported =
      connection->Run(fmt::format("SET TRANSACTION SNAPSHOT {}", QuoteLiteral(id_)));
  // 22023: no such snapshot. It was exported by us, so its holder is gone.
  if (SqlStateOf(imported) == "22023") {
    const absl::Status held = Holds();  // knows why
    return held.ok() ? SnapshotLost("") : held;
  }
  RETURN_IF_ERROR(Annotate(imported, "importing the snapshot"));
  return connection;
}

}  // namespace understudy::pg
