// The rows stage: every slice from production through the engine into the hidden database.
//
// DESIGN
//   A lane is a thread with one session on each end; lanes take slices from one list, largest first, and
//   small tables in chains of one round trip. A table is done when its last slice is; the callback then
//   starts its indexes while other tables still load. The first failure stops all lanes; nothing is published
//   from a run that failed.
// Ownership: everything named in RowsOptions must outlive CopyRows. Threads: CopyRows blocks its caller;
// callbacks run on lane threads.
#ifndef UNDERSTUDY_CLONE_ROWS_H_
#define UNDERSTUDY_CLONE_ROWS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/events.h"
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

using OpenSession = std::function<absl::StatusOr<std::unique_ptr<pg::Connection>>(const CancelToken*)>;

struct RowsOptions {
  int lanes = 2;
  int server_version = 0;
  OpenSession open_source;  // a session in the run's snapshot
  // Each COPY from the source in a transaction of its own: for sessions that are in none, where others lock
  // tables meanwhile.
  bool separate_reads = false;
  OpenSession open_staging;  // a session on the hidden database; none: rows are only read (and observed)
  const CancelToken* cancel = nullptr;
  Counters* counters = nullptr;
  // Called once for each table of `tables` when all its rows are in (at once for tables without pages).
  std::function<void(size_t relation)> table_done;
};

// Results by position in `tables`.
absl::StatusOr<std::vector<TableResult>> CopyRows(const rules::Facts& facts,
                                                  const std::vector<TableCopy>& tables,
                                                  engine::Engine& engine, const RowsOptions& options);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_ROWS_H_
