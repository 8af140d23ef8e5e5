#include "clone/slice_load.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/status.h"
#include "clone/retry.h"

namespace understudy::clone {
namespace {

using Clock = std::chrono::steady_clock;

// A backend that was told to end does so at its next look at signals; a rollback takes no time.
constexpr std::chrono::seconds kSettlePatience{30};
constexpr std::chrono::milliseconds kSettlePoll{20};

}  // namespace

absl::StatusOr<bool> Settle(pg::Connection& session, const LoadTransaction& transaction,
                            const CancelToken* cancel) {
  const std::string end = fmt::format(
      "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE pid = {} AND"
      " datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()",
      transaction.backend_pid);
  const std::string ask = fmt::format("SELECT pg_catalog.txid_status({})", transaction.id);
  for (const Clock::time_point give_up = Clock::now() + kSettlePatience; Clock::now() < give_up;) {
    if (cancel != nullptr && cancel->cancelled()) return Cancelled();
    ASSIGN_OR_RETURN(const pg::Result ended, session.Exec(end));
    if (transaction.id.empty()) {
      if (ended.rows() == 0) return false;
      std::this_thread::sleep_for(kSettlePoll);
      continue;
    }
    ASSIGN_OR_RETURN(const pg::Result fate, session.Exec(ask));
    const std::string_view word = fate.Get(0, 0);
    if (word == "committed") return true;
    if (word == "aborted") return false;
    std::this_thread::sleep_for(kSettlePoll);
  }
  return Failed("a transaction whose connection was lost does not end on the staging server");
}

absl::StatusOr<std::unique_ptr<SliceLoad>> SliceLoad::Start(pg::Connection& session,
                                                            const std::string& copy_sql,
                                                            copyformat::Format format,
                                                            SettleElsewhere settle) {
  std::unique_ptr<SliceLoad> load(new SliceLoad(session, std::move(settle)));
  load->transaction_.backend_pid = session.backend_pid();
  ASSIGN_OR_RETURN(load->copy_, pg::CopyIn::Start(session, copy_sql, format));
  load->transaction_.id = load->copy_->answer();
  return load;
}

absl::Status SliceLoad::Write(const copyformat::Batch& batch) {
  absl::Status status = copy_->Write(batch);
  lost_ = lost_ || IsLost(status);
  rows_ += batch.rows;
  return status;
}

absl::StatusOr<uint64_t> SliceLoad::Finish() {
  absl::StatusOr<uint64_t> taken = copy_->Finish();
  if (taken.ok() || !IsLost(taken.status())) return taken;
  lost_ = true;
  const absl::StatusOr<bool> committed = settle_(transaction_);
  if (!committed.ok()) {
    fate_unknown_ = true;
    return Annotate(committed.status(),
                    "the connection was lost during a commit, and whether it happened could not be asked");
  }
  if (*committed) return rows_;
  return taken;
}

void SliceLoad::Abort(std::string_view reason) {
  copy_->Abort(reason);
  lost_ = lost_ || session_.broken();
}

}  // namespace understudy::clone
