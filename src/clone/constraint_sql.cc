#include "clone/constraint_sql.h"

#include "base/strings.h"
#include "pg/sql_text.h"

namespace understudy::clone {
namespace {

// The statement without its semicolon, if `sql` is one statement alone (blanks aside); else empty.
std::string_view OnlyStatement(std::string_view sql) {
  std::string_view statement;
  for (size_t i = 0; i < sql.size();) {
    const pg::SqlSpan span = pg::NextSqlToken(sql, i);
    if (sql.substr(i, span.end - i) == ";") {
      if (!statement.empty()) return {};
      statement = Trim(sql.substr(0, i));
      if (!Trim(sql.substr(span.end)).empty()) return {};
      return statement;
    }
    i = span.end;
  }
  return {};
}

// Splits off the identifier (perhaps qualified) that begins at `*pos`.
std::string TakeName(std::string_view sql, size_t* pos) {
  const size_t begin = *pos;
  while (*pos < sql.size()) {
    const pg::SqlSpan span = pg::NextSqlToken(sql, *pos);
    const std::string_view text = sql.substr(*pos, span.end - *pos);
    if (span.token != pg::SqlToken::kWord && span.token != pg::SqlToken::kIdentifier && text != ".") break;
    *pos = span.end;
  }
  return std::string(sql.substr(begin, *pos - begin));
}

}  // namespace

bool TakeText(std::string_view sql, size_t* pos, std::string_view text) {
  while (*pos < sql.size() && (sql[*pos] == ' ' || sql[*pos] == '\n')) ++*pos;
  if (!sql.substr(*pos).starts_with(text)) return false;
  *pos += text.size();
  return true;
}

bool ParseAddConstraint(std::string_view sql, std::string* table, std::string* name, std::string* action) {
  const std::string_view statement = OnlyStatement(sql);
  size_t pos = 0;
  if (!TakeText(statement, &pos, "ALTER TABLE ")) return false;
  size_t table_begin = pos;
  TakeText(statement, &pos, "ONLY ");
  TakeName(statement, &pos);
  *table = std::string(statement.substr(table_begin, pos - table_begin));
  if (!TakeText(statement, &pos, "ADD CONSTRAINT ")) return false;
  const size_t name_begin = pos;
  *name = TakeName(statement, &pos);
  *action = "ADD CONSTRAINT " + std::string(statement.substr(name_begin));
  return !name->empty();
}

std::string ReferencedTable(std::string_view action) {
  for (size_t i = 0; i < action.size();) {
    const pg::SqlSpan span = pg::NextSqlToken(action, i);
    const bool found = action.substr(i, span.end - i) == "REFERENCES";
    i = span.end;
    if (found && TakeText(action, &i, "")) return TakeName(action, &i);
  }
  return {};
}

}  // namespace understudy::clone
