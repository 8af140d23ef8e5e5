// Why a connection could not be opened: one sentence with what failed, where, and what to do.
//
// DESIGN: libpq puts every attempt (each host, each address) into one text. The last attempt that a server
// answered
//   decides, else the last one. A server's answer is told by its SQLSTATE, because servers speak their own
//   language; what libpq itself says is English, for nothing of ours sets a locale. What no row of the table
//   knows is passed on in libpq's words. The text of the table is ours; conditions and codes are those of
//   PostgreSQL's fe-connect.c, fe-secure-openssl.c, auth.c and errcodes.txt.
// Ownership: borrows the connection. Threads: thread-safe. Errors: none; the result is the error's text.
#ifndef UNDERSTUDY_PG_CONNECT_FAILURE_H_
#define UNDERSTUDY_PG_CONNECT_FAILURE_H_

#include <libpq-fe.h>

#include <string>
#include <string_view>

#include "pg/conninfo.h"

namespace understudy::pg {

// True if the text holds an answer of a server, not only of libpq: then a second attempt with
// PQERRORS_VERBOSE tells its SQLSTATE.
bool ServerAnswered(std::string_view libpq_text);

// The effective values of a connection that failed.
struct ConnectTarget {
  std::string host, port, database, user, passfile;
};

// "reason; remedy" of libpq's text. `described` is what the message already says about the place
// (Describe()).
std::string ExplainConnectFailure(std::string_view libpq_text, const ConnectTarget& target,
                                  std::string_view described);

// The whole message for a connection that failed with PQERRORS_VERBOSE: the explanation, and for a database
// that does not exist the names that do. Never the password.
std::string ConnectFailureOf(PGconn* failed, const ConnOptions& options);

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_CONNECT_FAILURE_H_
