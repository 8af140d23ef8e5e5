// When rows are copied again: which errors are a lost connection, how often, after which pause.
//
// DESIGN: four more attempts after 1/4, 1, 4 and 15 seconds: a restarted pooler, a dropped session of a
// firewall and a switched link come back within that; what takes longer usually takes the snapshot's holder
// with it, and then the run is over anyway.
// Threads: thread-safe functions.
#ifndef UNDERSTUDY_CLONE_RETRY_H_
#define UNDERSTUDY_CLONE_RETRY_H_

#include <chrono>
#include <functional>

#include "absl/status/status.h"

namespace understudy::clone {

inline constexpr int kAttempts = 5;

// The connection broke or could not be made; a statement that failed is not that.
bool IsLost(const absl::Status& status);

// Waits, and asks `stopped` again and again; false as soon as it says so.
bool PauseUnless(std::chrono::milliseconds pause, const std::function<bool()>& stopped);

// The pause after `failed` attempts (1 and more) that failed.
std::chrono::milliseconds PauseAfter(int failed);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_RETRY_H_
