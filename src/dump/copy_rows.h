// The rows stage of a run whose source is a backup: every block of rows through the engine, into the hidden
// database or only past those who watch.
//
// DESIGN
//   The counterpart of clone::CopyRows, with the same tables and results, so that the stages above need not
//   know where rows come from. A block is one slice. Blocks of one stream come one after the other; the
//   engine's workers rewrite a block's batches side by side, and the streams of custom and directory dumps
//   run side by side. A table that the backup has no block for has no rows.
//   Which columns come is what the block says; a TableCopy that wants fewer (known values) gets just those.
// Ownership, threads: as clone::CopyRows; `on_batch` is called on the reading thread of each stream.
#ifndef UNDERSTUDY_DUMP_COPY_ROWS_H_
#define UNDERSTUDY_DUMP_COPY_ROWS_H_

#include <functional>
#include <vector>

#include "clone/rows.h"
#include "dump/backup.h"

namespace understudy::dump {

struct CopyRowsOptions {
  clone::RowsOptions rows;  // open_source is not used
  // Sees the blocks for which it returns true in `wants`, before anything is rewritten.
  std::function<bool(const CopyHeader&)> wants;
  std::function<absl::Status(const CopyHeader&, const copyformat::Batch&)> on_batch;
  bool large_objects = false;  // what they hold is written to staging, where they must exist
  // Positions of `tables` whose rows are there already; unset: none.
  std::function<bool(size_t table)> skip;
  // A block of the table at this position of `tables` is in, with what that block was.
  std::function<void(size_t table, const clone::TableResult&)> on_block;
};

absl::StatusOr<std::vector<clone::TableResult>> CopyRows(Backup& backup, const rules::Facts& facts,
                                                         const std::vector<clone::TableCopy>& tables,
                                                         engine::Engine& engine,
                                                         const CopyRowsOptions& options);

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_COPY_ROWS_H_
