#include "dump/types.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/strings.h"
#include "pg/quote.h"

namespace understudy::dump {
namespace {

struct BuiltIn {
  std::string_view name;
  uint32_t oid;
  char category;
  bool textual;
};

// PostgreSQL's own (pg_type.dat): the oids of these never change.
constexpr BuiltIn kBuiltIns[] = {
    {"boolean", 16, 'B', false},
    {"bytea", 17, 'U', true},
    {"\"char\"", 18, 'Z', false},
    {"name", 19, 'S', true},
    {"bigint", 20, 'N', false},
    {"smallint", 21, 'N', false},
    {"integer", 23, 'N', false},
    {"regproc", 24, 'N', false},
    {"text", 25, 'S', true},
    {"oid", 26, 'N', false},
    {"tid", 27, 'U', false},
    {"xid", 28, 'U', false},
    {"cid", 29, 'U', false},
    {"json", 114, 'U', true},
    {"xml", 142, 'U', true},
    {"point", 600, 'G', false},
    {"lseg", 601, 'G', false},
    {"path", 602, 'G', false},
    {"box", 603, 'G', false},
    {"polygon", 604, 'G', false},
    {"line", 628, 'G', false},
    {"cidr", 650, 'I', false},
    {"real", 700, 'N', false},
    {"double precision", 701, 'N', false},
    {"circle", 718, 'G', false},
    {"macaddr8", 774, 'U', false},
    {"money", 790, 'N', false},
    {"macaddr", 829, 'U', false},
    {"inet", 869, 'I', false},
    {"aclitem", 1033, 'U', false},
    {"character", 1042, 'S', true},
    {"character varying", 1043, 'S', true},
    {"date", 1082, 'D', false},
    {"time without time zone", 1083, 'D', false},
    {"timestamp without time zone", 1114, 'D', false},
    {"timestamp with time zone", 1184, 'D', false},
    {"interval", 1186, 'T', false},
    {"time with time zone", 1266, 'D', false},
    {"bit", 1560, 'V', false},
    {"bit varying", 1562, 'V', false},
    {"numeric", 1700, 'N', false},
    {"regprocedure", 2202, 'N', false},
    {"regoper", 2203, 'N', false},
    {"regoperator", 2204, 'N', false},
    {"regclass", 2205, 'N', false},
    {"regtype", 2206, 'N', false},
    {"uuid", 2950, 'U', false},
    {"pg_lsn", 3220, 'U', false},
    {"regconfig", 3734, 'N', false},
    {"regdictionary", 3769, 'N', false},
    {"jsonb", 3802, 'U', true},
    {"int4range", 3904, 'R', false},
    {"numrange", 3906, 'R', false},
    {"tsrange", 3908, 'R', false},
    {"tstzrange", 3910, 'R', false},
    {"daterange", 3912, 'R', false},
    {"int8range", 3926, 'R', false},
    {"regnamespace", 4089, 'N', false},
    {"regrole", 4096, 'N', false},
    {"regcollation", 4191, 'N', false},
    {"xid8", 5069, 'U', false},
};

const BuiltIn* FindBuiltIn(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kBuiltIns), std::end(kBuiltIns),
                                         [&](const BuiltIn& type) { return type.name == name; });
  return found == std::end(kBuiltIns) ? nullptr : found;
}

// Words that end a column's type.
constexpr std::string_view kEnds[] = {"DEFAULT",    "NOT",     "NULL",       "GENERATED", "COLLATE",
                                      "CONSTRAINT", "CHECK",   "UNIQUE",     "PRIMARY",   "REFERENCES",
                                      "STORAGE",    "OPTIONS", "COMPRESSION"};

bool EndsType(const SqlCursor& cursor) {
  return std::any_of(std::begin(kEnds), std::end(kEnds),
                     [&](std::string_view end) { return cursor.Is(end); });
}

bool IsArray(std::string_view name) { return name.ends_with("[]"); }

std::string ElementOf(const std::string& name) { return name.substr(0, name.size() - 2); }

// A domain over a domain over …: deeper than anybody nests, so that a circle in a hostile dump ends.
constexpr int kMaxDepth = 32;

}  // namespace

TypeName TakeTypeName(SqlCursor* cursor) {
  TypeName type;
  bool joined = true;
  bool array = false;
  while (!cursor->AtEnd() && !cursor->Is(",") && !cursor->Is(")") && !cursor->Is(";") && !EndsType(*cursor)) {
    if (cursor->Is("(")) {
      type.modifier = std::atoi(std::string(Trim(cursor->TakeParenthesised())).c_str());
    } else if (cursor->Is("[")) {
      array = true;
      while (!cursor->AtEnd() && !cursor->Take("]")) cursor->Next();
    } else if (cursor->Take(".")) {
      type.name += '.';
      joined = true;
    } else {
      if (!joined) type.name += ' ';
      joined = false;
      // Quoted names keep their quotes, as format_type writes them.
      type.name +=
          cursor->token() == pg::SqlToken::kWord ? Lower(cursor->text()) : std::string(cursor->text());
      cursor->Next();
    }
  }
  if (array) type.name += "[]";
  if (type.name.starts_with("pg_catalog.")) type.name.erase(0, 11);
  // "interval day to second" is the type interval.
  if (type.name.starts_with("interval ")) type.name = IsArray(type.name) ? "interval[]" : "interval";
  return type;
}

bool Types::Textual(const std::string& name, int depth) const {
  if (depth > kMaxDepth) return true;
  if (IsArray(name)) return Textual(ElementOf(name), depth + 1);
  if (const BuiltIn* known = FindBuiltIn(name)) return known->textual;
  const auto user = user_.find(name);
  if (user == user_.end()) return true;
  const UserType& type = user->second;
  if (type.kind == 'e') return false;
  if (type.kind == 'd' || type.kind == 'r') return Textual(type.base, depth + 1);
  return type.members.empty() || std::any_of(type.members.begin(), type.members.end(),
                                             [&](const auto& member) { return Textual(member, depth + 1); });
}

rules::Type Types::Resolve(const std::string& name) const {
  rules::Type type;
  type.name = name;
  type.textual = Textual(name, 0);
  std::string base = name;
  for (int depth = 0; depth <= kMaxDepth; ++depth) {
    const auto user = user_.find(base);
    if (IsArray(base)) {
      base = ElementOf(base);
    } else if (user != user_.end() && user->second.kind == 'd') {
      base = user->second.base;
    } else {
      break;
    }
  }
  type.base_name = base;
  type.base_kind = 'b';
  type.base_category = 'U';
  if (const BuiltIn* known = FindBuiltIn(base)) {
    type.base_category = known->category;
    if (known->category == 'R') type.base_kind = 'r';
  } else if (const auto user = user_.find(base); user != user_.end()) {
    type.base_kind = user->second.kind;
    type.base_category = user->second.category;
  } else if (base == "citext" || base.ends_with(".citext")) {
    type.base_category = 'S';
  }
  if (IsArray(name)) {
    type.category = 'A';
    const BuiltIn* element = FindBuiltIn(ElementOf(name));
    // Only whether it is an array matters, and in text the element's own oid never does.
    type.element_oid = element != nullptr ? element->oid : 1;
    return type;
  }
  if (const BuiltIn* known = FindBuiltIn(name)) type.oid = known->oid;
  const auto user = user_.find(name);
  type.kind = user == user_.end() ? type.base_kind : user->second.kind;
  type.category = type.base_category;
  return type;
}

}  // namespace understudy::dump
