#include "clone/policy_roles.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "base/strings.h"
#include "pg/quote.h"
#include "pg/sql_text.h"

namespace understudy::clone {
namespace {

constexpr std::string_view kCreate = "CREATE POLICY ";

struct Piece {
  pg::SqlToken token;
  std::string_view text;
  size_t begin;
};

// The words and names of a statement, up to its first parenthesis.
std::vector<Piece> Head(std::string_view sql) {
  std::vector<Piece> pieces;
  for (size_t i = 0; i < sql.size();) {
    const pg::SqlSpan span = pg::NextSqlToken(sql, i);
    const std::string_view text = sql.substr(i, span.end - i);
    if (text == "(" || text == ";") break;
    if (span.token == pg::SqlToken::kWord || span.token == pg::SqlToken::kIdentifier || text == ".") {
      pieces.push_back({span.token, text, i});
    }
    i = span.end;
  }
  return pieces;
}

std::string NameOf(const Piece& piece) {
  if (piece.token != pg::SqlToken::kIdentifier) return std::string(piece.text);
  std::string name;
  for (size_t i = 1; i + 1 < piece.text.size(); ++i) {
    name += piece.text[i];
    if (piece.text[i] == '"') ++i;  // doubled inside quotes
  }
  return name;
}

// "CREATE POLICY p ON s.t … TO a, b USING (…)"; pg_dump writes words in upper case and quotes names like
// them.
struct Policy {
  std::string name;                // "s.t.p"
  std::string_view target;         // "p ON s.t"
  std::vector<std::string> roles;  // empty: for all
  size_t begin = 0, end = 0;       // of the list of roles
};

Policy Parse(std::string_view sql) {
  Policy policy;
  const std::vector<Piece> head = Head(sql);
  const auto word = [&](size_t i, std::string_view text) {
    return i < head.size() && head[i].token == pg::SqlToken::kWord && head[i].text == text;
  };
  size_t i = 3;
  if (!word(i, "ON")) return policy;
  const size_t target = head[2].begin;
  for (++i; i < head.size() && (head[i].text == "." || i == 4 || head[i - 1].text == "."); ++i) {
    policy.name += NameOf(head[i]);
    policy.target = sql.substr(target, head[i].begin + head[i].text.size() - target);
  }
  policy.name += "." + NameOf(head[2]);
  while (i < head.size() && !word(i, "TO")) ++i;
  if (i == head.size()) return policy;
  for (++i; i < head.size() && !word(i, "USING") && !word(i, "WITH"); ++i) {
    if (policy.roles.empty()) policy.begin = head[i].begin;
    policy.roles.push_back(NameOf(head[i]));
    policy.end = head[i].begin + head[i].text.size();
  }
  return policy;
}

}  // namespace

std::vector<FittedPolicy> FitPolicies(const std::set<std::string>& roles, Schema* schema) {
  std::vector<FittedPolicy> fitted;
  std::vector<std::string> comments;  // of policies that are left out
  for (SchemaEntry& entry : schema->post_data) {
    const size_t begin = entry.sql.find_first_not_of(" \n");
    if (begin == std::string::npos || !std::string_view(entry.sql).substr(begin).starts_with(kCreate))
      continue;
    const Policy policy = Parse(entry.sql);
    std::vector<std::string> there, missing;
    for (const std::string& role : policy.roles) (roles.contains(role) ? there : missing).push_back(role);
    if (missing.empty()) continue;
    fitted.push_back({policy.name, std::move(missing), there.empty()});
    if (there.empty()) {
      comments.push_back(fmt::format("COMMENT ON POLICY {} IS ", policy.target));
      entry.sql.clear();
      continue;
    }
    for (std::string& role : there) role = pg::QuoteIdentifier(role);
    entry.sql.replace(policy.begin, policy.end - policy.begin, fmt::format("{}", fmt::join(there, ", ")));
  }
  std::erase_if(schema->post_data, [&](const SchemaEntry& entry) {
    const std::string_view sql = Trim(entry.sql);
    return sql.empty() || std::any_of(comments.begin(), comments.end(),
                                      [&](const std::string& comment) { return sql.starts_with(comment); });
  });
  return fitted;
}

}  // namespace understudy::clone
