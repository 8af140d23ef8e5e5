// The rows stage: every slice from production through the engine into the hidden database.
//
// DESIGN
//   A lane is a thread with one session on each end; lanes take slices from one list, largest first, and
//   small tables in chains of one round trip and one transaction. A table is done when its last slice is; the
//   callback then starts its indexes while other tables still load.
//   A lost connection, to either end, has its slice or chain copied again from the same snapshot (retry.h,
//   chain_load.h), as long as the sessions that hold the run together live. What an attempt that failed had
//   counted, found or summed up is dropped with it (engine/tentative.h).
//   Any other failure stops all lanes; nothing is published from a run that failed.
// Ownership: everything named in RowsOptions must outlive CopyRows. Threads: CopyRows blocks its caller;
// callbacks run on lane threads.
#ifndef UNDERSTUDY_CLONE_ROWS_H_
#define UNDERSTUDY_CLONE_ROWS_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/events.h"
#include "base/rate_limiter.h"
#include "clone/slices.h"
#include "copyformat/row_transform.h"
#include "engine/engine.h"
#include "engine/lane.h"
#include "pg/connection.h"

namespace understudy::clone {

// How one table travels.
struct TableCopy {
  size_t relation = 0;
  std::vector<int> columns;  // positions of the attributes in the COPY column list
  copyformat::Format format = copyformat::Format::kText;
  std::unique_ptr<copyformat::TransformFactory> transform;  // null: relayed
  std::string where;                                        // rows to copy, SQL; empty: all
};

struct TableResult {
  engine::SliceResult slices;
  double seconds = 0;  // lane seconds
};

// A slice, or small tables that travel together, about to be copied again.
struct RowsRetry {
  std::vector<std::string> tables;
  bool staging = false;  // which end was lost
  int attempt = 0;       // the next one, from 2
  std::chrono::milliseconds pause{0};
  absl::Status cause;
};

using OpenSession = std::function<absl::StatusOr<std::unique_ptr<pg::Connection>>(const CancelToken*)>;

struct RowsOptions {
  int lanes = 2;
  int server_version = 0;
  OpenSession open_source;  // a session in the run's snapshot
  // Each COPY from the source in a transaction of its own: for sessions that are in none, where others lock
  // tables meanwhile.
  bool separate_reads = false;
  OpenSession open_staging;  // a session on the hidden database; none: rows are only read (and observed)
  RateLimiter* limiter = nullptr;  // of what is read; null: no limit
  const CancelToken* cancel = nullptr;
  Counters* counters = nullptr;
  // Asked before anything is copied again: does the snapshot's holder still live, does the session that is as
  // old as the hidden database? An error ends the run with it. Unset: a lost connection does.
  std::function<absl::Status()> source_holds;
  std::function<absl::Status()> staging_holds;
  std::function<void(const RowsRetry&)> retrying;
  // Called once for each table of `tables` when all its rows are in (at once for tables without pages).
  std::function<void(size_t relation)> table_done;
};

// Results by position in `tables`.
absl::StatusOr<std::vector<TableResult>> CopyRows(const rules::Facts& facts,
                                                  const std::vector<TableCopy>& tables,
                                                  engine::Engine& engine, const RowsOptions& options);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_ROWS_H_
