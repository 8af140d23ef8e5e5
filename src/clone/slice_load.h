// COPY FROM of one slice, whose outcome is known even if the connection is lost.
//
// DESIGN
//   A slice is one transaction: what a lost connection left of it rolls back, whether the table was truncated
//   and frozen or is filled by several slices, so nothing has to be deleted before it is copied again. Two
//   things must be seen to first. The old backend may not know yet that it lost its client, and holds its
//   locks: it is ended. (Its number is enough: should another session of the hidden database have it by now,
//   that is one of ours, and its slice comes again.) And if the connection broke while the commit was on its
//   way, only the server knows whether it happened: txid_status() (PostgreSQL 10 and later) says it of the
//   transaction that SELECT txid_current() named when the COPY began.
//   Rows that a crash of the server took back (commits here don't wait for the disk) are not seen by this:
//   the caller asks a session that is as old as the run whether it is still there.
// Ownership: uses the session until Finish or Abort. Threads: one thread at a time.
#ifndef UNDERSTUDY_CLONE_SLICE_LOAD_H_
#define UNDERSTUDY_CLONE_SLICE_LOAD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "copyformat/copy_stream.h"
#include "pg/copy_in.h"

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

class SliceLoad : public copyformat::CopySink {
 public:
  // Opens a new session and settles there.
  using SettleElsewhere = std::function<absl::StatusOr<bool>(const LoadTransaction&)>;

  // `copy_sql` may be several statements, the COPY among them.
  static absl::StatusOr<std::unique_ptr<SliceLoad>> Start(pg::Connection& session,
                                                          const std::string& copy_sql,
                                                          copyformat::Format format, SettleElsewhere settle);
  absl::Status Write(const copyformat::Batch& batch) override;
  absl::StatusOr<uint64_t> Finish() override;
  void Abort(std::string_view reason) override;

  // The connection broke under it.
  bool lost() const { return lost_; }
  // Nobody could be asked whether the rows are in: they must not be sent again.
  bool fate_unknown() const { return fate_unknown_; }
  const LoadTransaction& transaction() const { return transaction_; }

 private:
  SliceLoad(pg::Connection& session, SettleElsewhere settle)
      : session_(session), settle_(std::move(settle)) {}

  pg::Connection& session_;
  std::unique_ptr<pg::CopyIn> copy_;
  const SettleElsewhere settle_;
  LoadTransaction transaction_;
  uint64_t rows_ = 0;
  bool lost_ = false;
  bool fate_unknown_ = false;
};

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_SLICE_LOAD_H_
