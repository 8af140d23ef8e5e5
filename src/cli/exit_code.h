// From an error to the exit code of the program and to its last line: the only place that knows both.
//
// DESIGN: the codes are ExitClass (base/status.h); wrapper scripts depend on them. Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_EXIT_CODE_H_
#define UNDERSTUDY_CLI_EXIT_CODE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace understudy::cli {

struct ExitCodeDoc {
  int code;
  std::string_view meaning;
};
const std::vector<ExitCodeDoc>& ExitCodeDocs();

int ExitCodeOf(const absl::Status& status);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_EXIT_CODE_H_
