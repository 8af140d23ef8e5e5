// A cost report for people, and what changed since an older one.
//
// DESIGN: names come from the database as they are; who shows them on a terminal makes them harmless first.
// Threads: thread-safe.
#ifndef UNDERSTUDY_TUNING_COST_TEXT_H_
#define UNDERSTUDY_TUNING_COST_TEXT_H_

#include <cstddef>
#include <string>

#include "tuning/cost.h"

namespace understudy::tuning {

// `most`: lines of each list; 0 is all.
std::string ToText(const Report& report, size_t most);

// Columns and detectors whose cost changed by more than both runs' noise, and the sums.
std::string CompareText(const Report& before, const Report& now, size_t most);

}  // namespace understudy::tuning

#endif  // UNDERSTUDY_TUNING_COST_TEXT_H_
