// COPY FROM of one chain, whose outcome is known even if the connection is lost.
//
// DESIGN
//   A chain (a slice, or small tables together) is one transaction: what a lost connection left of it rolls
//   back, whether the table was truncated and frozen or is filled by several slices, so nothing has to be
//   deleted before it is copied again. Two things must be seen to first. The old backend may not know yet
//   that it lost its client, and holds its locks: it is ended. (Its number is enough: should another session
//   of the hidden database have it by now, that is one of ours.) And if the connection broke while the commit
//   was on its way, only the server knows whether it happened: txid_status() (PostgreSQL 10 and later) says
//   it of the transaction that SELECT txid_current() named when the chain began.
//   Rows that a crash of the server took back (commits here don't wait for the disk) are not seen by this:
//   the caller asks a session that is as old as the run whether it is still there.
// Ownership: uses the session until the sink of the last COPY has ended; sinks refer to their load.
// Threads: one thread at a time.
#ifndef UNDERSTUDY_CLONE_CHAIN_LOAD_H_
#define UNDERSTUDY_CLONE_CHAIN_LOAD_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "copyformat/copy_stream.h"
#include "pg/connection.h"

namespace understudy::clone {

// A transaction, as a later session can name it.
struct LoadTransaction {
  std::string id;  // txid_current(); empty: the connection was lost before it was known
  int backend_pid = 0;
};

// Ends the transaction's backend if it still lives and waits until its fate is known: true if it was
// committed. `session` is another one, on the same database.
absl::StatusOr<bool> Settle(pg::Connection& session, const LoadTransaction& transaction,
                            const CancelToken* cancel);

class ChainLoad {
 public:
  // Opens a new session and settles there.
  using SettleElsewhere = std::function<absl::StatusOr<bool>(const LoadTransaction&)>;

  ChainLoad(pg::Connection& session, SettleElsewhere settle);
  // `copies`: the COPY statements, each with what belongs around it.
  absl::Status Send(const std::string& copies);
  // The sink of the next COPY; `last`: none follows it, and the commit comes with its end.
  absl::StatusOr<std::unique_ptr<copyformat::CopySink>> Next(copyformat::Format format, bool last);

  // The connection broke under it.
  bool lost() const { return lost_; }
  // Nobody could be asked whether the rows are in: they must not be sent again.
  bool fate_unknown() const { return fate_unknown_; }
  const LoadTransaction& transaction() const { return transaction_; }

 private:
  class Sink;
  // Whether the chain is in though the answer to its commit was lost; if not, `error`.
  absl::Status AfterLostCommit(const absl::Status& error);

  pg::Connection& session_;
  const SettleElsewhere settle_;
  LoadTransaction transaction_;
  bool lost_ = false;
  bool fate_unknown_ = false;
};

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_CHAIN_LOAD_H_
