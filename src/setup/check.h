// Everything that a refresh needs, asked one by one: what `understudy check` lists.
//
// DESIGN: a check never stops at the first error; what depends on something that failed is left out. The
// questions are those of the refresh itself (refresh/preflight.h, the plan, clone/programs.h), so that a
// clean list means a run that starts; beyond them, what only shows hours later: rights on tables, extensions,
// collations, disk. Nothing is written to either end.
// Ownership: values. Threads: one thread. Errors: only a cancellation; everything else is a line.
#ifndef UNDERSTUDY_SETUP_CHECK_H_
#define UNDERSTUDY_SETUP_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "base/events.h"
#include "base/status.h"
#include "refresh/run.h"

namespace understudy::setup {

enum class CheckLevel { kOk, kWarning, kBlocking };
const char* NameOf(CheckLevel level);

struct CheckLine {
  CheckLevel level = CheckLevel::kOk;
  std::string subject;  // "source", "extensions": stable
  std::string text;     // one sentence; of what is not ok it names the remedy
  ExitClass exit = ExitClass::kFailed;
  std::string id = {};  // of a warning: what policy.accepted names
};

absl::StatusOr<std::vector<CheckLine>> RunChecks(const refresh::RefreshOptions& options, Listener& listener,
                                                 const CancelToken& cancel);

// kDone if nothing blocks, else what the first blocking line says.
ExitClass ExitOf(const std::vector<CheckLine>& lines);

}  // namespace understudy::setup

#endif  // UNDERSTUDY_SETUP_CHECK_H_
