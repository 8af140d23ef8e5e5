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
