// The one snapshot of a run: exported by a holder that stays open, imported by every other connection.
//
// DESIGN: REPEATABLE READ READ ONLY sessions with the settings that pg_dump uses, so that values look the
// same whatever the database or role says (DateStyle, bytea_output, …), and with row_security off, so that
// a policy is an error and not a silent filter. The holder keeps production's vacuum back as long as it
// lives: its age is in the run record.
// Threads: Snapshot belongs to one thread; id() may be read by all once created.
#ifndef UNDERSTUDY_PG_SNAPSHOT_H_
#define UNDERSTUDY_PG_SNAPSHOT_H_

#include <memory>
#include <string>

#include "pg/connection.h"

namespace understudy::pg {

// How long we wait for an ACCESS SHARE lock on production; behind it is always a DDL, and it may last.
inline constexpr char kSourceLockTimeout[] = "10s";

// Ends every limit that a role or a database sets on the time of statements, transactions and idle sessions;
// which of them there are depends on the server's version (idle_session_timeout: 14, transaction_timeout:
// 17).
inline constexpr char kNoTimeLimits[] =
    "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN"
    " ('statement_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout',"
    " 'transaction_timeout');";

// Opens a read-only session on the source with the settings above; no transaction yet.
absl::StatusOr<std::unique_ptr<Connection>> OpenSource(const ConnOptions& options, const CancelToken* cancel);

// What a run says when the holder of its snapshot is gone (exit 7).
absl::Status SnapshotLost();

class Snapshot {
 public:
  static absl::StatusOr<std::unique_ptr<Snapshot>> Export(const ConnOptions& options,
                                                          const CancelToken* cancel);
  // A new session that sees exactly what the snapshot sees.
  absl::StatusOr<std::unique_ptr<Connection>> Import(const CancelToken* cancel) const;

  const std::string& id() const { return id_; }
  const std::string& lsn() const { return lsn_; }
  const std::string& time() const { return time_; }  // the server's clock, ISO 8601 with zone
  Connection& connection() { return *connection_; }

 private:
  Snapshot() = default;
  ConnOptions options_;
  std::unique_ptr<Connection> connection_;
  std::string id_, lsn_, time_;
};

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_SNAPSHOT_H_
