// A run as an OpenMetrics text file, for the textfile collector of node_exporter.
//
// DESIGN: gauges about the last run, prefixed "understudy_", ending in "# EOF" (OpenMetrics 1.0). No label
// holds a name of the database's contents, so the series stay few. Threads: thread-safe.
#ifndef UNDERSTUDY_RECORD_OPENMETRICS_H_
#define UNDERSTUDY_RECORD_OPENMETRICS_H_

#include <cstdint>
#include <string>

#include "record/run_record.h"

namespace understudy::record {

// `last_success` is the time of the newest run that published (this one included), in seconds since 1970;
// 0 if there was none.
std::string ToOpenMetrics(const RunRecord& run, int64_t last_success);

}  // namespace understudy::record

#endif  // UNDERSTUDY_RECORD_OPENMETRICS_H_
