// The run record as report.json and back.
//
// DESIGN
//   Contract of DESIGN §13; docs/report.schema.json describes it. One description of the fields serves both
//   directions, so what is written can be read. Keys come in the order of the structs. Bytes that are not
//   UTF-8 (PostgreSQL names in SQL_ASCII databases) are written as U+FFFD. A reader ignores keys it does not
//   know (a newer understudy wrote them) and leaves missing ones at their default; a key of the wrong type,
//   another `format`, a missing run_id or outcome is an error that names the place.
// Ownership: values. Threads: thread-safe.
#ifndef UNDERSTUDY_RECORD_RECORD_JSON_H_
#define UNDERSTUDY_RECORD_RECORD_JSON_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "record/run_record.h"

namespace understudy::record {

std::string ToJson(const RunRecord& run);
absl::StatusOr<RunRecord> FromJson(std::string_view json);

}  // namespace understudy::record

#endif  // UNDERSTUDY_RECORD_RECORD_JSON_H_
