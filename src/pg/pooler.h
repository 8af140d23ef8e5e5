// Poolers between us and PostgreSQL.
//
// DESIGN
//   A pooler such as pgbouncer answers the start of a connection itself, so the backend's number it gives
//   (PQbackendPID) is not the one that pg_backend_pid() says: that tells that there is one. With a pool of
//   sessions everything works. With a pool of transactions nothing may be tried: a SET would go to whichever
//   session is free, stay there, and meet production's own users ("cannot execute UPDATE in a read-only
//   transaction"). Two connections that ask for their backend in turns, outside of transactions, tell the
//   kinds apart: a session of one's own neither changes nor is shared.
// Threads: one thread.
#ifndef UNDERSTUDY_PG_POOLER_H_
#define UNDERSTUDY_PG_POOLER_H_

#include "pg/connection.h"

namespace understudy::pg {

// Refused (exit 8) if each transaction of this connection may meet another session. Changes nothing.
absl::Status RefuseTransactionPooling(Connection& connection, const ConnOptions& options,
                                      const CancelToken* cancel);

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_POOLER_H_
