#include "pg/sql_text.h"

#include <algorithm>

namespace understudy::pg {
namespace {

bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsWord(char c) { return IsWordStart(c) || (c >= '0' && c <= '9'); }

size_t AfterQuoted(std::string_view sql, size_t open, bool backslashes) {
  const char quote = sql[open];
  for (size_t i = open + 1; i < sql.size(); ++i) {
    if (backslashes && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == quote) {
      if (i + 1 < sql.size() && sql[i + 1] == quote) {
        ++i;
      } else {
        return i + 1;
      }
    }
  }
  return sql.size();
}

size_t AfterBlockComment(std::string_view sql, size_t begin) {
  size_t depth = 0;
  for (size_t i = begin; i + 1 < sql.size(); ++i) {
    if (sql[i] == '/' && sql[i + 1] == '*') {
      ++depth;
      ++i;
    } else if (sql[i] == '*' && sql[i + 1] == '/') {
      ++i;
      if (--depth == 0) return i + 1;
    }
  }
  return sql.size();
}

// The end of $tag$…$tag$, or 0 if no dollar quote begins here ($1 is a parameter).
size_t AfterDollarQuote(std::string_view sql, size_t begin) {
  size_t i = begin + 1;
  if (i < sql.size() && IsWordStart(sql[i])) {
    while (i < sql.size() && IsWord(sql[i])) ++i;
  }
  if (i >= sql.size() || sql[i] != '$') return 0;
  const std::string_view tag = sql.substr(begin, i + 1 - begin);
  const size_t close = sql.find(tag, i + 1);
  return close == std::string_view::npos ? sql.size() : close + tag.size();
}

}  // namespace

SqlSpan NextSqlToken(std::string_view sql, size_t begin) {
  const char c = sql[begin];
  const char next = begin + 1 < sql.size() ? sql[begin + 1] : '\0';
  if (c == '\'') return {SqlToken::kLiteral, AfterQuoted(sql, begin, false)};
  if (c == '"') return {SqlToken::kIdentifier, AfterQuoted(sql, begin, false)};
  if ((c == 'e' || c == 'E') && next == '\'') return {SqlToken::kLiteral, AfterQuoted(sql, begin + 1, true)};
  if (c == '-' && next == '-') {
    return {SqlToken::kLineComment, std::min(sql.find('\n', begin), sql.size())};
  }
  if (c == '/' && next == '*') return {SqlToken::kBlockComment, AfterBlockComment(sql, begin)};
  if (c == '$') {
    const size_t end = AfterDollarQuote(sql, begin);
    if (end != 0) return {SqlToken::kDollarQuote, end};
  }
  if (IsWordStart(c)) {
    size_t end = begin + 1;
    // A '$' inside a word belongs to it and opens no quote.
    while (end < sql.size() && (IsWord(sql[end]) || sql[end] == '$')) ++end;
    return {SqlToken::kWord, end};
  }
  return {SqlToken::kOther, begin + 1};
}

}  // namespace understudy::pg
