// Facts by hand, for the tests and benchmarks of this folder.
#ifndef UNDERSTUDY_RULES_TEST_FACTS_H_
#define UNDERSTUDY_RULES_TEST_FACTS_H_

#include <string>
#include <utility>
#include <vector>

#include "rules/facts.h"

namespace understudy::rules {

// `type` as format_type writes it; "text[]" is an array.
inline Type MakeType(const std::string& type) {
  Type t;
  t.name = t.base_name = type;
  if (type.size() > 2 && type.substr(type.size() - 2) == "[]") {
    t.base_name = type.substr(0, type.size() - 2);
    t.element_oid = 25;
    t.category = 'A';
  }
  static constexpr std::string_view kTextual[] = {
      "text", "character varying", "character", "json", "jsonb", "xml", "bytea", "hstore", "citext", "name"};
  for (const std::string_view textual : kTextual) t.textual = t.textual || t.base_name == textual;
  t.binary_safe = true;
  return t;
}

inline Relation MakeRelation(const std::string& name,
                             const std::vector<std::pair<std::string, std::string>>& columns) {
  Relation relation;
  relation.schema = "public";
  relation.name = name;
  for (const auto& [column, type] : columns) {
    Attribute attribute;
    attribute.attnum = static_cast<int16_t>(relation.attributes.size() + 1);
    attribute.name = column;
    attribute.type = MakeType(type);
    relation.attributes.push_back(std::move(attribute));
  }
  return relation;
}

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_TEST_FACTS_H_
