// The one snapshot of a run: exported by a holder that stays open, imported by every other connection.
//
// DESIGN: REPEATABLE READ READ ONLY sessions with the settings that pg_dump uses, so that values look the
// same whatever the database or role says (DateStyle, bytea_output, …), and with row_security off, so that
// a policy is an error and not a silent filter. The holder keeps production's vacuum back as long as it
// lives: its age is in the run record.
// Threads: Snapshot belongs to one thread; id() may be read by all once created, Import and Holds called by
// all.
#ifndef UNDERSTUDY_PG_SNAPSHOT_H_
#define UNDERSTUDY_PG_SNAPSHOT_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "pg/connection.h"

namespace understudy::pg {

// How long we wait for an ACCESS SHARE lock on production; behind it is always a DDL, and it may last.
inline constexpr char kSourceLockTimeout[] = "10s";

// Ends every limit that a role or a database sets on the time of statements, transactions and idle sessions,
// and lets the server notice within about a minute that we are gone (a machine that lost its power says no
// goodbye), instead of holding the snapshot or a lock for hours. Which of the settings there are depends on
// the server's version (client_connection_check_interval and idle_session_timeout: 14, transaction_timeout:
// 17); over a Unix socket those of TCP have no effect.
inline constexpr char kNoTimeLimits[] =
    "SELECT pg_catalog.set_config(s.name, v.value, false) FROM pg_catalog.pg_settings s JOIN (VALUES"
    " ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'), ('idle_session_timeout', "
    "'0'),"
    " ('transaction_timeout', '0'), ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'),"
    " ('tcp_keepalives_count', '3'), ('tcp_user_timeout', '60000'),"
    " ('client_connection_check_interval', '10000')) v (name, value) ON v.name = s.name;";

// Opens a read-only session on the source with the settings above; no transaction yet.
absl::StatusOr<std::unique_ptr<Connection>> OpenSource(const ConnOptions& options, const CancelToken* cancel);

// What a run says when the holder of its snapshot is gone (exit 7). `why` may be empty.
absl::Status SnapshotLost(const std::string& why);

// What a snapshot cost production while it was held.
struct Hold {
  double seconds = 0;
  // Transactions that began meanwhile: what they deleted or replaced, vacuum could not remove.
  uint64_t transactions = 0;
};

class Snapshot {
 public:
  static absl::StatusOr<std::unique_ptr<Snapshot>> Export(const ConnOptions& options,
                                                          const CancelToken* cancel);
  // A new session that sees exactly what the snapshot sees.
  absl::StatusOr<std::unique_ptr<Connection>> Import(const CancelToken* cancel) const;

  // The holder's session still lives; else SnapshotLost. Thread-safe, as long as nobody else uses
  // connection().
  absl::Status Holds() const;
  // Lets go of it: sessions that imported it go on, new ones can't. The figures are of the whole time.
  Hold Release();

  const std::string& id() const { return id_; }
  const std::string& lsn() const { return lsn_; }
  const std::string& time() const { return time_; }  // the server's clock, ISO 8601 with zone
  Connection& connection() { return *connection_; }

 private:
  Snapshot() = default;
  ConnOptions options_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  mutable Mutex mutex_;  // of connection_, while lanes ask whether it Holds()
  std::unique_ptr<Connection> connection_;
  std::string id_, lsn_, time_;
};

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_SNAPSHOT_H_
