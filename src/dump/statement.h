// What one statement of a plain dump is, and so what may become of it.
//
// DESIGN
//   A closed list: what pg_dump 9.6 to 18 writes into a plain dump without INSERT. Anything else is refused,
//   because rows could stand in it; so a damaged dump, whose rows are read as SQL, can't pass either.
//   kDrop is what carries data outside COPY, or secrets of the server: planner statistics, user mappings,
//   subscriptions. What large objects hold, and comments on them, is a kind of its own, since a policy
//   decides. Nothing is decided by looking at data.
// Threads: thread-safe. Errors: a sentence that says what to do instead; never a word of the statement.
#ifndef UNDERSTUDY_DUMP_STATEMENT_H_
#define UNDERSTUDY_DUMP_STATEMENT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace understudy::dump {

enum class StatementKind : uint8_t {
  kBlank,        // nothing but blanks and comments
  kSession,      // SET, BEGIN …, set_config: about the session that restores
  kTransaction,  // BEGIN and COMMIT, which pg_dump writes around the content of large objects
  kSchema,       // CREATE, ALTER, COMMENT, GRANT …
  kOwner,        // schema too, but about roles: OWNER TO, GRANT, REVOKE, DEFAULT PRIVILEGES
  kDatabase,     // CREATE DATABASE and the like
  kSequence,     // setval
  kObject,       // large objects, without their content
  kContent,      // of a large object: lo_open, lowrite …, lo_close (large_object.h)
  kRemark,       // COMMENT ON LARGE OBJECT: it speaks of the content
  kCopy,         // rows follow
  kConnect,      // \connect
  kMeta,         // \restrict, \unrestrict
  kDrop,         // never passed on
};

struct CopyHeader {
  std::string schema, name;
  bool has_columns = false;
  std::vector<std::string> columns;
};

struct Statement {
  StatementKind kind = StatementKind::kBlank;
  CopyHeader copy;                // kCopy
  std::string_view dropped_what;  // kDrop: "statistics" …
};

// `text`: one statement with its semicolon and whatever comments stand before it, or a meta-command's line.
// `search_path`: the schema of names without one.
absl::StatusOr<Statement> Classify(std::string_view text, std::string_view search_path);

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_STATEMENT_H_
