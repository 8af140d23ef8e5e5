// What the process does to itself before anything else: no core dumps, no peeping, orderly interruption.
//
// DESIGN: memory holds production's rows and the key, so no core file is written (RLIMIT_CORE) and no other
// process of the same user may attach or read it (PR_SET_DUMPABLE, Linux); both are left alone under a
// sanitizer, whose leak check attaches. SIGINT and SIGTERM set the CancelToken, and the run ends in order; a
// second one ends the process at once (the next run cleans up). SIGPIPE is ignored: a write fails instead.
// Threads: call once, before threads start.
#ifndef UNDERSTUDY_CLI_PROCESS_SETUP_H_
#define UNDERSTUDY_CLI_PROCESS_SETUP_H_

#include "base/cancel.h"

namespace understudy::cli {

void HardenProcess();

// The token that signals set. Installs the handlers at the first call.
CancelToken& CancelOnSignals();

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_PROCESS_SETUP_H_
