// Cuts an SQL script into its statements, as psql would.
//
// DESIGN
//   Knows what may hold a semicolon that ends nothing: '…' (with '' inside), E'…' (with backslashes), "…",
//   $tag$…$tag$, -- comments, /* nested comments */ and parentheses. psql's own commands (\…) and COPY data
//   are not SQL statements of a file like neutralize.sql: they come out as they are and fail on the server.
//   Lexical rules: PostgreSQL 15 documentation, 4.1 (standard_conforming_strings on).
// Threads: thread-safe. Never fails: an unclosed quote makes the rest one statement, which the server
// rejects.
#ifndef UNDERSTUDY_ODOO_SQL_SPLIT_H_
#define UNDERSTUDY_ODOO_SQL_SPLIT_H_

#include <string>
#include <string_view>
#include <vector>

namespace understudy::odoo {

struct SqlStatement {
  std::string_view text;  // without the semicolon and the blanks around it; points into the script
  int line = 1;           // where its first word stands
};

// Statements that are not empty (comments alone are nothing). Views live as long as the script.
std::vector<SqlStatement> SplitSql(std::string_view script);

// The first words for a list: blanks folded, comments left out, literals replaced by '…', at most
// `max_bytes`.
std::string Summary(std::string_view statement, size_t max_bytes = 72);

// BEGIN, COMMIT, ROLLBACK, SAVEPOINT … would break out of the transaction that holds everything together.
bool ControlsTransaction(std::string_view statement);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_SQL_SPLIT_H_
