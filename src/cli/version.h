// What this program is made of: version, commit, libraries, and the PostgreSQL client programs it finds.
//
// Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_VERSION_H_
#define UNDERSTUDY_CLI_VERSION_H_

#include <string>

#include "record/run_record.h"

namespace understudy::cli {

// For the run record: without looking for programs.
record::Tool ThisTool();
// For people: several lines.
std::string VersionText();

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_VERSION_H_
