// Runs the row programs of a refresh over rows of the source, in memory and on one thread, and takes the
// time.
//
// DESIGN
//   A table's rows come in batches, as in a refresh and in the same COPY format. Every *variant* of its
//   program gets each batch once, in turn, with a transform of its own: so all see the same bytes in the same
//   order, caches warm up as they would in a refresh, and a slow moment of the machine hits them alike. The
//   variants: the program without treatments (what copying costs), with one column's treatment alone (what
//   that column adds), with all, with all and the leak audit, with all and the fingerprints, and with all
//   again (the difference to the first is the noise). Time is CPU time of the thread, so other processes
//   don't count. Detectors are measured by leaving one out at a time, on fewer batches: nothing in the engine
//   is slowed down by being watched. What is written is thrown away; nothing is sent to staging. Not
//   measured: the content of attachments, whose columns are treated as secrets here.
// Ownership: what Options points to must outlive the call. Threads: blocks its caller.
// Errors: of the connection and of the row programs, with the table's name.
#ifndef UNDERSTUDY_TUNING_MEASURE_H_
#define UNDERSTUDY_TUNING_MEASURE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "base/events.h"
#include "copyformat/batch.h"
#include "pg/connection.h"
#include "rules/facts.h"
#include "rules/plan.h"
#include "rules/toolbox.h"
#include "tuning/cost.h"

namespace understudy::tuning {

// Who watches a table's rows in a refresh; null: the policy has it off, or there is nothing to see.
struct Observers {
  std::shared_ptr<const rules::RowObserverFactory> audit, fingerprints;
};
using ObserversOf =
    std::function<Observers(size_t relation, const std::vector<int>& columns, copyformat::Format format)>;

struct Options {
  uint64_t rows = 20'000;  // of each table at most; 0: all
  // Of each table at most, unless all rows are wanted: a few batches are enough for a mean.
  uint64_t bytes = uint64_t{8} << 20;
  uint64_t detector_bytes = uint64_t{512} << 10;  // of them for each detector; 0: detectors aren't measured
  std::vector<std::string> tables;                // qualified names; empty: all
  ObserversOf observers;
  const CancelToken* cancel = nullptr;
  Counters* counters = nullptr;  // rows and bytes, as tables are done
};

absl::StatusOr<Report> Measure(pg::Connection& connection, const rules::Facts& facts, const rules::Plan& plan,
                               const rules::Toolbox& toolbox, const Options& options);

}  // namespace understudy::tuning

#endif  // UNDERSTUDY_TUNING_MEASURE_H_
