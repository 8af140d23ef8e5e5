// Types as a dump's CREATE TABLE names them.
//
// DESIGN: what clone/types.cc reads from pg_type, for when there is only the script: PostgreSQL's own types
// by their names, the dump's CREATE TYPE and CREATE DOMAIN, and everything else (types of extensions) as
// something that can carry text. The rules are the same; a test holds both against one database.
// Threads: thread-compatible.
#ifndef UNDERSTUDY_DUMP_TYPES_H_
#define UNDERSTUDY_DUMP_TYPES_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dump/sql_cursor.h"
#include "rules/facts.h"

namespace understudy::dump {

// "character varying(64)[]" as it is written: format_type's name without the modifier, and the modifier.
struct TypeName {
  std::string name;  // "character varying[]"
  int32_t modifier = 0;
};
// Reads a type at the cursor; stops before the first word that belongs to a column's constraints.
TypeName TakeTypeName(SqlCursor* cursor);

class Types {
 public:
  void AddEnum(const std::string& name) { user_[name] = {'e', 'E', {}, {}}; }
  void AddComposite(const std::string& name, std::vector<std::string> members) {
    user_[name] = {'c', 'C', {}, std::move(members)};
  }
  void AddDomain(const std::string& name, const std::string& base) { user_[name] = {'d', 'X', base, {}}; }
  void AddRange(const std::string& name, const std::string& subtype) {
    user_[name] = {'r', 'R', subtype, {}};
  }
  rules::Type Resolve(const std::string& name) const;

 private:
  struct UserType {
    char kind = 'b';
    char category = 'U';
    std::string base;  // of a domain or a range
    std::vector<std::string> members;
  };
  bool Textual(const std::string& name, int depth) const;

  std::map<std::string, UserType> user_;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_TYPES_H_
