// Walking over SQL text token by token, as far as quoting goes.
//
// DESIGN: enough of PostgreSQL's lexer (documentation, "Lexical Structure") to know what is inside quotes:
// '…' with doubled quotes, E'…' with backslashes, "…", $tag$…$tag$, -- and nested /* */ comments. Used to
// split text that PostgreSQL's own tools or Odoo's modules wrote; standard_conforming_strings is on.
// Threads: thread-safe.
#ifndef UNDERSTUDY_PG_SQL_TEXT_H_
#define UNDERSTUDY_PG_SQL_TEXT_H_

#include <cstddef>
#include <string_view>

namespace understudy::pg {

enum class SqlToken { kLiteral, kIdentifier, kDollarQuote, kLineComment, kBlockComment, kWord, kOther };

// Kind and end of the token that begins at `begin` (< sql.size()). A token that never ends ends at the end
// of the text. kOther is one byte (blank, ';', operator character).
struct SqlSpan {
  SqlToken token;
  size_t end;
};
SqlSpan NextSqlToken(std::string_view sql, size_t begin);

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_SQL_TEXT_H_
