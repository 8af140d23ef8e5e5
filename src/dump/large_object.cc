#include "dump/large_object.h"

#include <fmt/format.h>

#include "base/status.h"
#include "dump/sql_cursor.h"

namespace understudy::dump {
namespace {

bool IsHex(std::string_view text) {
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool IsOid(std::string_view text) {
  return !text.empty() && text.size() <= 10 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string ObjectPiece::Sql() const {
  return fmt::format("SELECT pg_catalog.lo_put({}, {}, pg_catalog.decode('{}', 'hex'));", oid, offset, hex);
}

absl::StatusOr<bool> ObjectContent::Take(std::string_view statement, ObjectPiece* piece) {
  SqlCursor cursor(statement);
  cursor.Take("SELECT");
  cursor.Take("PG_CATALOG");
  cursor.Take(".");
  const std::string function = cursor.TakeName();
  cursor.Take("(");
  if (function == "lo_close") {
    oid_.clear();
    return false;
  }
  if (function == "lo_open") {
    oid_ = cursor.token() == pg::SqlToken::kLiteral ? cursor.TakeLiteral() : std::string(cursor.text());
    offset_ = 0;
    if (!IsOid(oid_)) return Failed("a large object without a number");
    return false;
  }
  // lowrite(descriptor, '\x…')
  cursor.Next();
  cursor.Take(",");
  const std::string literal = cursor.TakeLiteral();
  if (oid_.empty() || !literal.starts_with("\\x") || !IsHex(std::string_view(literal).substr(2))) {
    return Failed("content of a large object in a form that pg_dump does not write");
  }
  piece->oid = oid_;
  piece->offset = offset_;
  piece->hex = literal.substr(2);
  offset_ += piece->hex.size() / 2;
  return true;
}

}  // namespace understudy::dump
