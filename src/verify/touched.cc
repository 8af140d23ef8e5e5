#include "verify/touched.h"

#include <chrono>
#include <thread>

#include "base/status.h"

namespace understudy::verify {
namespace {

// Before version 15 a collector process writes the counters twice a second at most.
constexpr std::chrono::milliseconds kPause{50};
constexpr int kMostPauses = 60;

// The snapshot of counters that a transaction keeps would hide the news.
constexpr const char* kCountsSql =
    "SELECT pg_catalog.pg_stat_clear_snapshot(); SELECT schemaname, relname, n_tup_ins + n_tup_upd + "
    "n_tup_del"
    " FROM pg_catalog.pg_stat_user_tables";

}  // namespace

absl::StatusOr<WriteCounts> ReadWriteCounts(pg::Connection& connection) {
  absl::StatusOr<pg::Result> rows = connection.Exec(kCountsSql);
  if (!rows.ok()) return Annotate(rows.status(), "reading the counters of writes");
  WriteCounts counts;
  for (int i = 0; i < rows->rows(); ++i) {
    counts[{rows->String(i, 0), rows->String(i, 1)}] = static_cast<uint64_t>(rows->Int(i, 2));
  }
  return counts;
}

absl::StatusOr<std::set<TableName>> TouchedSince(const WriteCounts& before, uint64_t rows,
                                                 pg::Connection& connection) {
  std::set<TableName> touched, all;
  for (int pause = 0; pause < kMostPauses; ++pause) {
    ASSIGN_OR_RETURN(const WriteCounts after, ReadWriteCounts(connection));
    touched.clear();
    uint64_t writes = 0;
    for (const auto& [table, count] : after) {
      all.insert(table);
      const auto found = before.find(table);
      const uint64_t then = found == before.end() ? 0 : found->second;
      if (count == then) continue;
      touched.insert(table);
      writes += count - then;
    }
    if (writes >= rows) return touched;
    std::this_thread::sleep_for(kPause);
  }
  return all;
}

}  // namespace understudy::verify
