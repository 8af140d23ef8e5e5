// Which side was the limit while rows were copied, and what to do about it.
//
// DESIGN
//   A lane's reader and writer are two threads, so a lane's time is spent reading and writing at once: each
//   share is of the lanes' time alone. Rewriting is a share of the time that the workers had. Who is busy is
//   the limit; who waits is not. The bound of kBusy is a rule of thumb from queueing: a server used to 80 %
//   and more makes the others wait (the mean wait of M/M/1 is five times the service at 0.8).
// Ownership: values. Threads: thread-safe.
#ifndef UNDERSTUDY_REPORT_ROW_LIMIT_H_
#define UNDERSTUDY_REPORT_ROW_LIMIT_H_

#include <string>
#include <string_view>
#include <vector>

#include "record/run_record.h"

namespace understudy::report {

struct RowShare {
  std::string_view what;  // "reading from production"
  double seconds = 0;
  double share = 0;  // of the lanes' time; of rewriting and its wait, of the workers'
};

struct RowLimit {
  std::vector<RowShare> shares;  // work first, then waits; empty if no rows were timed
  std::string text;              // the limit and the advice, a sentence or two
};

RowLimit LimitOf(const record::RunRecord& run);

}  // namespace understudy::report

#endif  // UNDERSTUDY_REPORT_ROW_LIMIT_H_
