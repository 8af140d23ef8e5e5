// The tables whose rows travel in one run, and who watches each.
//
// Ownership: a Work owns transforms and watches; the context outlives it. Threads: as the stages.
#ifndef UNDERSTUDY_REFRESH_DATA_WORK_H_
#define UNDERSTUDY_REFRESH_DATA_WORK_H_

#include <memory>
#include <vector>

#include "clone/rows.h"
#include "record/run_record.h"
#include "refresh/context.h"
#include "refresh/watch.h"

namespace understudy::refresh {

// The tables that travel, and who watches each; parallel.
struct Work {
  std::vector<clone::TableCopy> tables;
  std::vector<std::unique_ptr<Watch>> watches;
};

// By relation: what an earlier run recorded of tables that it loaded and that still hold it; null: none.
using TakenOver = std::vector<const record::Table*>;

// What the plan says of a relation and, if its rows travelled, what the lanes counted.
record::Table TableRecordOf(const RunContext& context, size_t relation, const clone::TableCopy* copy,
                            const clone::TableResult* result);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_DATA_WORK_H_
