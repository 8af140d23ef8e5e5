#include "clone/retry.h"

#include <algorithm>
#include <array>
#include <thread>

#include "base/status.h"

namespace understudy::clone {
namespace {

constexpr std::array<std::chrono::milliseconds, kAttempts - 1> kPauses{
    std::chrono::milliseconds{250}, std::chrono::milliseconds{1000}, std::chrono::milliseconds{4000},
    std::chrono::milliseconds{15000}};

// How often a pause looks whether it is still wanted.
constexpr std::chrono::milliseconds kStopPoll{50};

}  // namespace

bool IsLost(const absl::Status& status) { return ExitClassOf(status) == ExitClass::kUnreachable; }

std::chrono::milliseconds PauseAfter(int failed) {
  return kPauses[static_cast<size_t>(std::clamp(failed, 1, kAttempts - 1) - 1)];
}

bool PauseUnless(std::chrono::milliseconds pause, const std::function<bool()>& stopped) {
  using Clock = std::chrono::steady_clock;
  for (const Clock::time_point end = Clock::now() + pause; Clock::now() < end;) {
    if (stopped()) return false;
    std::this_thread::sleep_for(std::min<Clock::duration>(end - Clock::now(), kStopPoll));
  }
  return true;
}

}  // namespace understudy::clone
