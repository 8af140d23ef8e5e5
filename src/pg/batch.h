// Several statements in one round trip.
//
// DESIGN: libpq's pipeline mode: the statements are sent without waiting, each gets its result. Outside of a
// transaction block they form one; the first that fails ends it, and what came after is not run. Who needs to
// know which one it was, or wants the others to count, runs them one by one after that.
// Ownership: as Connection. Threads: one thread at a time.
#ifndef UNDERSTUDY_PG_BATCH_H_
#define UNDERSTUDY_PG_BATCH_H_

#include <span>
#include <string>
#include <vector>

#include "pg/connection.h"

namespace understudy::pg {

// Statements that go together where there are many: a slow network's round trip is then as nothing, and the
// results, which wait in memory, stay few.
inline constexpr size_t kStatementsPerBatch = 50;

// The results by position, or the first error. Each string is one statement without parameters.
absl::StatusOr<std::vector<Result>> ExecBatch(Connection& connection,
                                              std::span<const std::string> statements);

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_BATCH_H_
