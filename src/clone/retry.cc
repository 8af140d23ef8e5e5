#include "clone/retry.h"

#include <algorithm>
#include <array>

#include "base/status.h"

namespace understudy::clone {
namespace {

constexpr std::array<std::chrono::milliseconds, kAttempts - 1> kPauses{
    std::chrono::milliseconds{250}, std::chrono::milliseconds{1000}, std::chrono::milliseconds{4000},
    std::chrono::milliseconds{15000}};

}  // namespace

bool IsLost(const absl::Status& status) { return ExitClassOf(status) == ExitClass::kUnreachable; }

std::chrono::milliseconds PauseAfter(int failed) {
  return kPauses[static_cast<size_t>(std::clamp(failed, 1, kAttempts - 1) - 1)];
}

}  // namespace understudy::clone
