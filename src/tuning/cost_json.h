// A cost report as JSON and back: what `understudy bench --json` writes and `--compare` reads.
//
// Threads: thread-safe. Errors: JSON that is not such a report, as a usage error; nlohmann's exceptions end
// here.
#ifndef UNDERSTUDY_TUNING_COST_JSON_H_
#define UNDERSTUDY_TUNING_COST_JSON_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "tuning/cost.h"

namespace understudy::tuning {

// Raise it only when a key changes its meaning.
inline constexpr int kCostFormat = 1;

std::string ToJson(const Report& report);
// `path` is for messages.
absl::StatusOr<Report> FromJson(std::string_view json, std::string_view path);

}  // namespace understudy::tuning

#endif  // UNDERSTUDY_TUNING_COST_JSON_H_
