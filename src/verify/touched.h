// Which tables a step (neutralising) wrote to, told by the server's own counters.
//
// DESIGN
//   pg_stat counters of rows inserted, updated and deleted, before and after. They arrive a little after the
//   session that wrote has ended, so TouchedSince waits until they account for `rows` (what the step says it
//   touched) and no longer than a few seconds; if they never do (track_counts off), every table counts as
//   touched, which costs time and no truth.
// Threads: one thread per connection.
#ifndef UNDERSTUDY_VERIFY_TOUCHED_H_
#define UNDERSTUDY_VERIFY_TOUCHED_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "pg/connection.h"

namespace understudy::verify {

using TableName = std::pair<std::string, std::string>;  // schema, name
using WriteCounts = std::map<TableName, uint64_t>;

absl::StatusOr<WriteCounts> ReadWriteCounts(pg::Connection& connection);
absl::StatusOr<std::set<TableName>> TouchedSince(const WriteCounts& before, uint64_t rows,
                                                 pg::Connection& connection);

}  // namespace understudy::verify

#endif  // UNDERSTUDY_VERIFY_TOUCHED_H_
