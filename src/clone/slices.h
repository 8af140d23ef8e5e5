// Cutting tables into slices: the unit of scheduling.
//
// DESIGN
//   A slice is a range of heap pages (ctid), so it needs no key and costs production no sort. Tables above
//   the slice size are cut so that no slice is much larger than the work left for a lane at the end; the last
//   range is open, because the table may have grown since it was measured (the snapshot hides the new rows).
//   Order: largest first, so that what takes longest starts first and small tables fill the gaps.
//   TID range scans are index-free since PostgreSQL 14; before that every slice would read the whole table,
//   so such sources are not cut.
// Threads: pure functions.
#ifndef UNDERSTUDY_CLONE_SLICES_H_
#define UNDERSTUDY_CLONE_SLICES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "copyformat/batch.h"
#include "rules/facts.h"

namespace understudy::clone {

// A slice costs one round trip on each side: below this it is not worth one.
inline constexpr uint64_t kMinSliceBytes = 32 << 20;
// Smaller tables are never cut.
inline constexpr uint64_t kMinCutBytes = 2 * kMinSliceBytes;

struct Slice {
  size_t relation = 0;  // position in Facts::relations
  uint64_t first_page = 0;
  uint64_t end_page = 0;  // 0: open
  uint64_t bytes = 0;     // estimate
  bool whole = true;      // the only slice of its table
};

struct SliceOptions {
  int lanes = 2;
  int server_version = 0;  // of the source, 150004
};

// `relations`: positions of the tables to copy. Tables without a page have no slice.
std::vector<Slice> PlanSlices(const rules::Facts& facts, const std::vector<size_t>& relations,
                              const SliceOptions& options);

// Slices that travel together, [begin, end) of the list: one string of COPY statements on each side.
struct Chain {
  size_t begin = 0;
  size_t end = 0;
};

// Small whole tables in chains, everything else alone. Hundreds of tables of a few rows would else pay round
// trips, commits and waits for each: on a slow network that is all they cost.
std::vector<Chain> PlanChains(const std::vector<Slice>& slices);

// The COPY statements of a slice. `columns`: positions of attributes; `where`: SQL or empty.
std::string CopyOutSql(const rules::Relation& relation, const std::vector<int>& columns, const Slice& slice,
                       const std::string& where, copyformat::Format format);
// A whole, not tiny table is loaded frozen, in the transaction that truncated it.
std::string CopyInSql(const rules::Relation& relation, const std::vector<int>& columns, const Slice& slice,
                      copyformat::Format format);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_SLICES_H_
