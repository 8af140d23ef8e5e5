// Work of a run that goes on beside its stages: on a thread of its own, with an end that is waited for.
//
// DESIGN
//   The run's main thread goes through the stages in their order; what need not be waited for at once
//   (pg_dump while the catalogue is read, reading back while foreign keys are checked) is SideWork. Join()
//   gives its result. Work that nobody joined is not wanted any more, because the run failed: destroying it
//   sets the run's stop token, which everything polls, and waits.
// Threads: one thread owns it. The work must only touch parts of the run that the main thread leaves alone
//   meanwhile.
#ifndef UNDERSTUDY_REFRESH_SIDE_WORK_H_
#define UNDERSTUDY_REFRESH_SIDE_WORK_H_

#include <functional>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "base/cancel.h"
#include "engine/guarded.h"

namespace understudy::refresh {

class SideWork {
 public:
  // `stop` must outlive it.
  SideWork(std::function<absl::Status()> work, CancelToken* stop) : stop_(stop) {
    const absl::Status started =
        engine::StartThread([this, work = std::move(work)] { status_ = engine::Guarded(work); }, &thread_);
    if (!started.ok()) status_ = started;
  }
  ~SideWork() {
    if (!thread_.joinable()) return;
    stop_->Cancel();
    thread_.join();
  }
  SideWork(const SideWork&) = delete;
  SideWork& operator=(const SideWork&) = delete;

  absl::Status Join() {
    if (thread_.joinable()) thread_.join();
    return status_;
  }

 private:
  CancelToken* const stop_;
  absl::Status status_;
  std::thread thread_;
};

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_SIDE_WORK_H_
