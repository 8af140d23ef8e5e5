// Does a backup that was written restore, and to what it was written from?
//
// DESIGN
//   What psql would be given is read back from the file and given to psql, into a second hidden database on
//   the server where the copy was built. Then both are compared: every table's fingerprint, the schema object
//   by object, sequences, the assertions; and each file that the restored rows name must be in the zip with
//   the content that its name says. psql is told to show no more of an error than its code.
// Threads: as the stages. Errors: by policy.fidelity, as for a copy that is not what was sent.
#ifndef UNDERSTUDY_REFRESH_RESTORE_PROOF_H_
#define UNDERSTUDY_REFRESH_RESTORE_PROOF_H_

#include "refresh/context.h"

namespace understudy::refresh {

// Of context.sink, closed and not yet in its place. With `verify: off` it only says that nothing was proved.
absl::Status ProveByRestoring(RunContext& context);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_RESTORE_PROOF_H_
