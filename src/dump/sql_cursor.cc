#include "dump/sql_cursor.h"

#include <algorithm>

#include "base/strings.h"

namespace understudy::dump {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

void SqlCursor::Step() {
  for (begin_ = end_; begin_ < sql_.size();) {
    if (IsBlank(sql_[begin_])) {
      ++begin_;
      continue;
    }
    const pg::SqlSpan span = pg::NextSqlToken(sql_, begin_);
    end_ = span.end;
    token_ = span.token;
    if (token_ != pg::SqlToken::kLineComment && token_ != pg::SqlToken::kBlockComment) {
      text_ = sql_.substr(begin_, end_ - begin_);
      return;
    }
    begin_ = end_;
  }
  begin_ = end_ = sql_.size();
  token_ = pg::SqlToken::kOther;
  text_ = {};
}

bool SqlCursor::Is(std::string_view word) const {
  return text_.size() == word.size() && (token_ == pg::SqlToken::kWord || token_ == pg::SqlToken::kOther) &&
         std::equal(word.begin(), word.end(), text_.begin(), [](char w, char t) { return w == Upper(t); });
}

bool SqlCursor::Take(std::string_view word) {
  if (!Is(word)) return false;
  Step();
  return true;
}

std::string SqlCursor::TakeName() {
  std::string name;
  if (token_ == pg::SqlToken::kIdentifier) {
    for (size_t i = 1; i + 1 < text_.size(); ++i) {
      name += text_[i];
      if (text_[i] == '"') ++i;  // doubled
    }
  } else {
    name = Lower(text_);
  }
  Step();
  return name;
}

bool SqlCursor::TakeQualifiedName(std::string* schema, std::string* name) {
  if (!IsName()) return false;
  *name = TakeName();
  if (!Take(".")) return true;
  if (!IsName()) return false;
  *schema = std::move(*name);
  *name = TakeName();
  return true;
}

std::string_view SqlCursor::TakeParenthesised() {
  const size_t inside = end_;
  size_t depth = 0;
  for (; !AtEnd(); Step()) {
    if (Is("(")) ++depth;
    if (Is(")") && --depth == 0) break;
  }
  const std::string_view between = sql_.substr(inside, begin_ < inside ? 0 : begin_ - inside);
  Step();
  return between;
}

std::string SqlCursor::TakeLiteral() {
  std::string value;
  if (token_ == pg::SqlToken::kLiteral) {
    const bool escapes = text_[0] != '\'';
    for (size_t i = escapes ? 2 : 1; i + 1 < text_.size(); ++i) {
      if (text_[i] == '\'' || (escapes && text_[i] == '\\')) ++i;
      if (i + 1 < text_.size()) value += text_[i];
    }
  }
  Step();
  return value;
}

}  // namespace understudy::dump
