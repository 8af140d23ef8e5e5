#include "odoo/sql_split.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace understudy::odoo {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
// High bytes belong to identifiers (4.1.1).
bool IsWord(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

enum class Token { kBlank, kComment, kString, kQuotedName, kWord, kSemicolon, kOpen, kClose, kOther, kEnd };

// One token at a time; `begin` and `end` are offsets into the script.
class Lexer {
 public:
  explicit Lexer(std::string_view script) : s_(script) {}

  Token Next() {
    begin = end;
    if (end >= s_.size()) return Token::kEnd;
    const char c = s_[end];
    if (IsBlank(c)) {
      while (end < s_.size() && IsBlank(s_[end])) ++end;
      return Token::kBlank;
    }
    if (c == '-' && At(1) == '-') {
      end = std::min(s_.find('\n', end), s_.size());
      return Token::kComment;
    }
    if (c == '/' && At(1) == '*') return BlockComment();
    if (c == '\'') return Quoted('\'', false);
    if (c == '"') {
      Quoted('"', false);
      return Token::kQuotedName;
    }
    if (c == '$') return Dollar();
    if (IsWord(c)) return Word();
    ++end;
    if (c == ';') return Token::kSemicolon;
    if (c == '(' || c == '[') return Token::kOpen;
    if (c == ')' || c == ']') return Token::kClose;
    return Token::kOther;
  }

  size_t begin = 0;
  size_t end = 0;

 private:
  char At(size_t offset) const { return end + offset < s_.size() ? s_[end + offset] : '\0'; }

  Token BlockComment() {
    int depth = 0;
    while (end < s_.size()) {
      if (s_[end] == '/' && At(1) == '*') {
        ++depth;
        end += 2;
      } else if (s_[end] == '*' && At(1) == '/') {
        end += 2;
        if (--depth == 0) break;
      } else {
        ++end;
      }
    }
    end = std::min(end, s_.size());
    return Token::kComment;
  }

  // From the opening quote at `end` to behind the closing one. A doubled quote reads as two strings side by
  // side, which ends at the same place.
  Token Quoted(char quote, bool backslashes) {
    ++end;
    while (end < s_.size() && s_[end] != quote) end += backslashes && s_[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, s_.size());
    return Token::kString;
  }

  Token Dollar() {
    size_t tag = end + 1;
    if (tag < s_.size() && (s_[tag] == '$' || (IsWord(s_[tag]) && !(s_[tag] >= '0' && s_[tag] <= '9')))) {
      while (tag < s_.size() && IsWord(s_[tag])) ++tag;
      if (tag < s_.size() && s_[tag] == '$') {
        const std::string_view mark = s_.substr(end, tag + 1 - end);
        const size_t close = s_.find(mark, tag + 1);
        end = close == std::string_view::npos ? s_.size() : close + mark.size();
        return Token::kString;
      }
    }
    ++end;
    return Token::kOther;
  }

  Token Word() {
    // A dollar may stand inside an identifier, so "a$b$" starts no dollar quote.
    while (end < s_.size() && (IsWord(s_[end]) || s_[end] == '$')) ++end;
    const bool escape = end - begin == 1 && (s_[begin] == 'E' || s_[begin] == 'e');
    if (escape && end < s_.size() && s_[end] == '\'') {
      Quoted('\'', true);
      // E'a''b': the part behind the doubled quote knows backslashes too.
      while (end < s_.size() && s_[end] == '\'') Quoted('\'', true);
      return Token::kString;
    }
    return Token::kWord;
  }

  std::string_view s_;
};

}  // namespace

std::vector<SqlStatement> SplitSql(std::string_view script) {
  std::vector<SqlStatement> statements;
  Lexer lexer(script);
  size_t first = std::string_view::npos;  // first token that is neither blank nor comment
  size_t last = 0;
  int depth = 0, line = 1;
  size_t counted = 0;
  auto finish = [&] {
    if (first != std::string_view::npos) {
      line += static_cast<int>(std::count(script.begin() + counted, script.begin() + first, '\n'));
      counted = first;
      statements.push_back({script.substr(first, last - first), line});
    }
    first = std::string_view::npos;
    depth = 0;
  };
  while (true) {
    const Token token = lexer.Next();
    if (token == Token::kEnd) break;
    if (token == Token::kSemicolon && depth == 0) {
      finish();
      continue;
    }
    if (token == Token::kBlank || token == Token::kComment) continue;
    if (token == Token::kOpen) ++depth;
    if (token == Token::kClose && depth > 0) --depth;
    if (first == std::string_view::npos) first = lexer.begin;
    last = lexer.end;
  }
  finish();
  return statements;
}

std::string Summary(std::string_view statement, size_t max_bytes) {
  std::string out;
  Lexer lexer(statement);
  bool blank = false;
  while (out.size() < max_bytes) {
    const Token token = lexer.Next();
    if (token == Token::kEnd) return out;
    if (token == Token::kBlank || token == Token::kComment) {
      blank = !out.empty();
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    out += token == Token::kString ? std::string_view("'…'")
                                   : statement.substr(lexer.begin, lexer.end - lexer.begin);
  }
  // Not inside a character: a continuation byte of UTF-8 is 10xxxxxx.
  size_t cut = std::min(out.size(), max_bytes);
  while (cut > 0 && cut < out.size() && (static_cast<unsigned char>(out[cut]) & 0xc0) == 0x80) --cut;
  return out.substr(0, cut) + " …";
}

bool ControlsTransaction(std::string_view statement) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "begin", "commit", "rollback", "savepoint", "release", "start", "end", "abort", "prepare"};
  Lexer lexer(statement);
  while (true) {
    const Token token = lexer.Next();
    if (token == Token::kBlank || token == Token::kComment) continue;
    if (token != Token::kWord) return false;
    const std::string word = Lower(statement.substr(lexer.begin, lexer.end - lexer.begin));
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
  }
}

}  // namespace understudy::odoo
