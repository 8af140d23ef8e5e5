#include "dump/statement.h"

#include <algorithm>

#include "base/status.h"
#include "base/strings.h"
#include "dump/sql_cursor.h"

namespace understudy::dump {
namespace {

constexpr std::string_view kUnknown =
    "a statement that pg_dump does not write into a plain dump (or the file is damaged before this place); "
    "it is not passed on, since rows could stand in it";

absl::StatusOr<Statement> Plain(StatementKind kind) { return Statement{kind, {}, {}}; }

absl::StatusOr<Statement> Dropped(std::string_view what) { return Statement{StatementKind::kDrop, {}, what}; }

absl::StatusOr<Statement> Copy(SqlCursor cursor, std::string_view search_path) {
  const absl::Status other = Failed(
      "a COPY in a form that pg_dump does not write (only \"COPY table (columns) FROM stdin;\" is read)");
  Statement statement{StatementKind::kCopy, {}, {}};
  CopyHeader& copy = statement.copy;
  copy.schema = std::string(search_path);
  if (!cursor.TakeQualifiedName(&copy.schema, &copy.name)) return other;
  if (cursor.Take("(")) {
    copy.has_columns = true;
    while (!cursor.Is(")")) {
      if (!cursor.IsName()) return other;
      copy.columns.push_back(cursor.TakeName());
      if (!cursor.Take(",") && !cursor.Is(")")) return other;
    }
    cursor.Next();
  }
  if (cursor.Is("WITH")) {
    return Failed("a COPY with OIDS or options; take the dump again with a current pg_dump");
  }
  if (!cursor.Take("FROM") || !cursor.Take("STDIN") || !cursor.Take(";") || !cursor.AtEnd()) return other;
  return statement;
}

// With --clean --if-exists: … FROM pg_catalog.pg_largeobject_metadata WHERE oid = '12';
absl::StatusOr<Statement> UnlinkIfThere(SqlCursor cursor) {
  for (const std::string_view word :
       {"FROM", "PG_CATALOG", ".", "PG_LARGEOBJECT_METADATA", "WHERE", "OID", "="}) {
    if (!cursor.Take(word)) return Failed(std::string(kUnknown));
  }
  if (cursor.token() != pg::SqlToken::kLiteral) return Failed(std::string(kUnknown));
  cursor.Next();
  if (!cursor.Take(";") || !cursor.AtEnd()) return Failed(std::string(kUnknown));
  return Plain(StatementKind::kObject);
}

absl::StatusOr<Statement> Select(SqlCursor cursor) {
  if (cursor.Take("*")) {
    if (!cursor.Take("FROM")) return Failed(std::string(kUnknown));
  }
  if (!cursor.Take("PG_CATALOG") || !cursor.Take(".") || !cursor.IsName())
    return Failed(std::string(kUnknown));
  const std::string function = cursor.TakeName();
  if (!cursor.Is("(")) return Failed(std::string(kUnknown));
  cursor.TakeParenthesised();
  if (function == "lo_unlink" && cursor.Is("FROM")) return UnlinkIfThere(cursor);
  if (!cursor.Take(";") || !cursor.AtEnd()) return Failed(std::string(kUnknown));
  if (function == "set_config") return Plain(StatementKind::kSession);
  if (function == "setval") return Plain(StatementKind::kSequence);
  for (const std::string_view fills : {"lo_open", "lowrite", "lo_close"}) {
    if (function == fills) return Plain(StatementKind::kContent);
  }
  // Most common values stand in them.
  if (function == "pg_restore_attribute_stats" || function == "pg_restore_relation_stats" ||
      function == "pg_restore_extended_stats") {
    return Dropped("planner statistics");
  }
  for (const std::string_view known : {"lo_create", "lo_unlink"}) {
    if (function == known) return Plain(StatementKind::kObject);
  }
  return Failed(std::string(kUnknown));
}

absl::StatusOr<Statement> Create(SqlCursor cursor) {
  if (cursor.Is("DATABASE")) return Plain(StatementKind::kDatabase);
  if (cursor.Is("SUBSCRIPTION")) return Dropped("subscriptions");
  const bool user = cursor.Is("USER");
  if (cursor.Is("ROLE") || cursor.Is("GROUP") || user) {
    cursor.Next();
    if (user && cursor.Is("MAPPING")) return Dropped("user mappings");
    return Failed("roles, with their passwords: a dump of a whole cluster (pg_dumpall); use pg_dump");
  }
  cursor.Take("UNLOGGED");
  if (cursor.Take("TABLE")) {
    std::string schema, name;
    if (!cursor.TakeQualifiedName(&schema, &name) || cursor.Is("AS")) return Failed(std::string(kUnknown));
  }
  return Plain(StatementKind::kSchema);
}

absl::StatusOr<Statement> Alter(SqlCursor cursor, std::string_view text) {
  if (cursor.Is("DATABASE")) return Plain(StatementKind::kDatabase);
  if (cursor.Is("SUBSCRIPTION")) return Dropped("subscriptions");
  if (cursor.Is("DEFAULT")) return Plain(StatementKind::kOwner);
  const bool user = cursor.Is("USER");
  if (cursor.Is("ROLE") || user) {
    cursor.Next();
    if (user && cursor.Is("MAPPING")) return Dropped("user mappings");
    if (!cursor.IsName()) return Failed(std::string(kUnknown));
    cursor.Next();
    if (cursor.Take("IN") && cursor.Is("DATABASE")) return Plain(StatementKind::kDatabase);
    return Failed("roles, with their passwords: a dump of a whole cluster (pg_dumpall); use pg_dump");
  }
  // "… OWNER TO role;" is always the whole tail of its statement.
  const size_t owner = text.rfind(" OWNER TO ");
  if (owner != std::string_view::npos) {
    SqlCursor tail(text.substr(owner));
    tail.Next();
    tail.Next();
    if (tail.IsName()) {
      tail.Next();
      if (tail.Take(";") && tail.AtEnd()) return Plain(StatementKind::kOwner);
    }
  }
  if (cursor.Is("LARGE")) return Plain(StatementKind::kObject);
  return Plain(StatementKind::kSchema);
}

absl::StatusOr<Statement> MetaCommand(std::string_view line) {
  line = Trim(line);
  const std::string_view word = line.substr(0, std::min(line.find(' '), line.size()));
  if (word == "\\restrict" || word == "\\unrestrict") return Plain(StatementKind::kMeta);
  if (word == "\\connect") return Plain(StatementKind::kConnect);
  return Failed("a psql command that pg_dump does not write; it is not passed on");
}

bool IsOneOf(const SqlCursor& cursor, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return cursor.Is(word); });
}

}  // namespace

absl::StatusOr<Statement> Classify(std::string_view text, std::string_view search_path) {
  SqlCursor cursor(text);
  if (cursor.AtEnd()) return Plain(StatementKind::kBlank);
  if (cursor.Is("\\")) return MetaCommand(text.substr(cursor.begin()));
  if (cursor.Take("COPY")) return Copy(cursor, search_path);
  if (cursor.Take("SELECT")) return Select(cursor);
  if (cursor.Take("CREATE")) return Create(cursor);
  if (cursor.Take("ALTER")) return Alter(cursor, text);
  if (cursor.Is("INSERT")) {
    return Failed(
        "rows as INSERT statements (pg_dump --inserts, --column-inserts, --rows-per-insert), which are not "
        "rewritten and so not passed on; take the dump again without that option");
  }
  // With the session's own user, or as the owner of each object (--use-set-session-authorization).
  if (IsOneOf(cursor, {"GRANT", "REVOKE"})) return Plain(StatementKind::kOwner);
  if (cursor.Take("SET")) {
    return Plain(cursor.Is("SESSION") ? StatementKind::kOwner : StatementKind::kSession);
  }
  if (cursor.Take("RESET")) {
    return Plain(cursor.Is("SESSION") ? StatementKind::kOwner : StatementKind::kSession);
  }
  if (IsOneOf(cursor, {"BEGIN", "COMMIT", "START"})) return Plain(StatementKind::kTransaction);
  if (cursor.Take("COMMENT")) {
    cursor.Take("ON");
    if (cursor.Is("DATABASE")) return Plain(StatementKind::kDatabase);
    return Plain(cursor.Is("LARGE") ? StatementKind::kRemark : StatementKind::kSchema);
  }
  if (cursor.Take("DROP")) {
    return Plain(cursor.Is("DATABASE") ? StatementKind::kDatabase : StatementKind::kSchema);
  }
  if (cursor.Take("SECURITY")) return Plain(StatementKind::kOwner);
  if (IsOneOf(cursor, {"REFRESH", "CLUSTER", "ANALYZE"})) return Plain(StatementKind::kSchema);
  return Failed(std::string(kUnknown));
}

}  // namespace understudy::dump
