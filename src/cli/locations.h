// Where the program finds what belongs to it: the rule packs.
//
// DESIGN: in this order: --rules or UNDERSTUDY_RULES; rules/ beside the program; ../rules (build/understudy
// in a checkout), ../../rules; ../share/understudy/rules of its installation. Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_LOCATIONS_H_
#define UNDERSTUDY_CLI_LOCATIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/options.h"

namespace understudy::cli {

absl::StatusOr<std::string> RulesDirectory(const Args& args);
// The same for a given program file; the places are relative to its directory.
absl::StatusOr<std::string> RulesDirectoryBeside(const std::string& program);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_LOCATIONS_H_
