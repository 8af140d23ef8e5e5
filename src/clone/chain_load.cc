#include "clone/chain_load.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/status.h"
#include "clone/retry.h"
#include "pg/copy_in.h"

namespace understudy::clone {
namespace {

using Clock = std::chrono::steady_clock;

// A backend that was told to end does so at its next look at signals; a rollback takes no time.
constexpr std::chrono::seconds kSettlePatience{30};
constexpr std::chrono::milliseconds kSettlePoll{20};

// A BEGIN that follows in the same string takes it into its transaction.
constexpr char kNumber[] = "SELECT pg_catalog.txid_current();";

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
    if (!transaction.id.empty()) {
      ASSIGN_OR_RETURN(const pg::Result fate, session.Exec(ask));
      const std::string_view word = fate.Get(0, 0);
      if (word == "committed") return true;
      if (word == "aborted") return false;
    }
    ASSIGN_OR_RETURN(const pg::Result ended, session.Exec(end));
    if (transaction.id.empty() && ended.rows() == 0) return false;
    std::this_thread::sleep_for(kSettlePoll);
  }
  return Failed("a transaction whose connection was lost does not end on the staging server");
}

// One COPY of the chain.
class ChainLoad::Sink : public copyformat::CopySink {
 public:
  Sink(ChainLoad& load, std::unique_ptr<pg::CopyIn> copy, bool last)
      : load_(load), copy_(std::move(copy)), last_(last) {}

  absl::Status Write(const copyformat::Batch& batch) override {
    absl::Status status = copy_->Write(batch);
    load_.lost_ = load_.lost_ || IsLost(status);
    rows_ += batch.rows;
    return status;
  }

  absl::StatusOr<uint64_t> Finish() override {
    absl::StatusOr<uint64_t> taken = copy_->Finish();
    if (taken.ok() || !IsLost(taken.status())) return taken;
    load_.lost_ = true;
    if (!last_) return taken;
    RETURN_IF_ERROR(load_.AfterLostCommit(taken.status()));
    return rows_;
  }

  void Abort(std::string_view reason) override {
    copy_->Abort(reason);
    load_.lost_ = load_.lost_ || load_.session_.broken();
  }

 private:
  ChainLoad& load_;
  const std::unique_ptr<pg::CopyIn> copy_;
  const bool last_;
  uint64_t rows_ = 0;
};

ChainLoad::ChainLoad(pg::Connection& session, SettleElsewhere settle)
    : session_(session), settle_(std::move(settle)), transaction_{"", session.backend_pid()} {}

absl::Status ChainLoad::Send(const std::string& copies) {
  absl::Status status = session_.SendQuery(kNumber + copies);
  lost_ = IsLost(status);
  return status;
}

absl::StatusOr<std::unique_ptr<copyformat::CopySink>> ChainLoad::Next(copyformat::Format format, bool last) {
  absl::StatusOr<std::unique_ptr<pg::CopyIn>> copy = pg::CopyIn::Next(session_, format, last);
  if (!copy.ok()) {
    lost_ = IsLost(copy.status());
    return copy.status();
  }
  if (transaction_.id.empty()) transaction_.id = (*copy)->answer();
  return std::make_unique<Sink>(*this, std::move(*copy), last);
}

absl::Status ChainLoad::AfterLostCommit(const absl::Status& error) {
  const absl::StatusOr<bool> committed = settle_(transaction_);
  if (!committed.ok()) {
    fate_unknown_ = true;
    return Annotate(committed.status(),
                    "the connection was lost during a commit, and whether it happened could not be asked");
  }
  return *committed ? absl::OkStatus() : error;
}

}  // namespace understudy::clone
