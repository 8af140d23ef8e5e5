// A statement's tokens, without blanks and comments.
//
// DESIGN: on top of pg/sql_text.h (which knows where a token ends), what a reader of dumps asks: is this the
// word TABLE, what is the name behind a quoted identifier. One token of look-ahead.
// Ownership: points into the text, which must outlive it. Threads: thread-compatible.
#ifndef UNDERSTUDY_DUMP_SQL_CURSOR_H_
#define UNDERSTUDY_DUMP_SQL_CURSOR_H_

#include <string>
#include <string_view>

#include "pg/sql_text.h"

namespace understudy::dump {

class SqlCursor {
 public:
  explicit SqlCursor(std::string_view sql) : sql_(sql) { Step(); }

  bool AtEnd() const { return text_.empty(); }
  std::string_view text() const { return text_; }
  pg::SqlToken token() const { return token_; }
  // Offset of the current token in the text.
  size_t begin() const { return begin_; }
  void Next() { Step(); }

  // Is the current token this bare word (upper case given, any case found), or this one sign?
  bool Is(std::string_view word) const;
  // The same, and steps over it.
  bool Take(std::string_view word);
  bool IsName() const { return token_ == pg::SqlToken::kWord || token_ == pg::SqlToken::kIdentifier; }
  // The name that the current token means (a bare word in lower case); steps over it.
  std::string TakeName();
  // "schema.name" or "name" (then `schema` stays as it is); false if no name is here.
  bool TakeQualifiedName(std::string* schema, std::string* name);
  // At "(": steps behind the matching ")"; returns what is between.
  std::string_view TakeParenthesised();
  // The text that a '…' or E'…' literal means; steps over it.
  std::string TakeLiteral();

 private:
  void Step();

  const std::string_view sql_;
  size_t begin_ = 0, end_ = 0;
  std::string_view text_;
  pg::SqlToken token_ = pg::SqlToken::kOther;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_SQL_CURSOR_H_
