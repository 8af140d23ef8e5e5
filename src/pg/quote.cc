#include "pg/quote.h"

namespace understudy::pg {
namespace {

std::string Doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  out += quote;
  return out;
}

}  // namespace

std::string QuoteIdentifier(std::string_view identifier) { return Doubled(identifier, '"'); }

std::string QuoteColumns(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + QuoteIdentifier(name);
  return list;
}

std::string QuoteLiteral(std::string_view literal) {
  if (literal.find('\\') == std::string_view::npos) return Doubled(literal, '\'');
  std::string escaped;
  for (const char c : literal) {
    if (c == '\\') escaped += '\\';
    escaped += c;
  }
  return "E" + Doubled(escaped, '\'');
}

std::string QuoteRelation(std::string_view schema, std::string_view name) {
  return QuoteIdentifier(schema) + "." + QuoteIdentifier(name);
}

std::string RelationName(std::string_view schema, std::string_view name) {
  if (schema == "public") return std::string(name);
  return std::string(schema) + "." + std::string(name);
}

}  // namespace understudy::pg
