// A stage's progress as JSON: the same fields in events and in <state>/progress.json.
//
// Threads: thread-safe.
#ifndef UNDERSTUDY_RECORD_PROGRESS_JSON_H_
#define UNDERSTUDY_RECORD_PROGRESS_JSON_H_

#include <nlohmann/json.hpp>

#include "record/progress_file.h"

namespace understudy::record {

// Adds seconds, rows, bytes … to `json`; with rate and time left while the stage is running.
void AddProgress(const StageProgress& stage, nlohmann::ordered_json* json);

}  // namespace understudy::record

#endif  // UNDERSTUDY_RECORD_PROGRESS_JSON_H_
