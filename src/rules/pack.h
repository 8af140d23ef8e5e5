// One rule pack: the AST of a YAML file, and how packs are found and put in order.
//
// DESIGN: docs/rules.md is the language. Parsing knows nothing of a database: whether tables and columns
// exist is asked when a plan is made, since one set of packs serves every version and set of modules.
// Ownership: values. Threads: immutable once loaded. Errors: file:line:column, class kUsage.
#ifndef UNDERSTUDY_RULES_PACK_H_
#define UNDERSTUDY_RULES_PACK_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "re2/re2.h"
#include "rules/treatment.h"
#include "rules/yaml_reader.h"

namespace understudy::rules {

// A comparison of Odoo's major version, from ">=14 <17".
struct VersionBound {
  enum class Op : uint8_t { kLess, kLessEqual, kGreater, kGreaterEqual, kEqual };
  Op op = Op::kEqual;
  double version = 0;
};

// All parts that are given must hold.
struct When {
  std::vector<std::string> modules;  // any of these is installed
  std::vector<std::string> tables;   // any of these exists
  std::vector<VersionBound> odoo;
};

struct ColumnRule {
  std::string column;
  bool optional = false;  // below _optional: a missing column is no warning
  Treatment treatment;
  Position position;
};

struct TableRules {
  std::string schema;  // "public" unless written
  std::string name;
  bool empty = false;                // no rows at all
  bool all_rows = false;             // `_rows: all`: undoes what an earlier pack says
  std::optional<std::string> where;  // only these rows: SQL on the source
  Position position;                 // of the table's key
  Position row_position;             // of `empty` or `_rows`
  std::vector<ColumnRule> columns;

  std::string QualifiedName() const { return schema == "public" ? name : schema + "." + name; }
};

// What a pattern may test. Patterns match whole.
struct PatternRule {
  std::shared_ptr<const RE2> table, column, type, ttype, model, relation;  // null: not tested
  std::optional<bool> textual, translate, custom;
  Treatment treatment;
  Position position;
};

struct Pack {
  std::string name;  // "odoo/contacts"
  std::string file;
  bool own = false;  // a file that the user named, not one of the packs that come with the program
  When when;
  std::vector<std::string> include;
  Position include_position;
  std::vector<TableRules> tables;
  std::vector<PatternRule> patterns;
};

// "schema.table" → its parts; "table" is in public.
std::pair<std::string, std::string> SplitTableName(std::string_view name);

absl::StatusOr<Pack> ParsePack(const Yaml& yaml);

struct LoadOptions {
  std::string rules_directory;  // where "odoo" and "generic" are looked for
  std::string base_directory;   // what "./site.yaml" is relative to; empty: the current directory
};

// `names` is `rules:` of understudy.yaml: a pack ("odoo/crm"), a directory of packs ("odoo": all below it in
// the order of their names), or a file (ends in .yaml or .yml). Included packs come before the one that
// includes them; a pack that was loaded is not loaded again. Cycles are refused.
absl::StatusOr<std::vector<Pack>> LoadPacks(const std::vector<std::string>& names,
                                            const LoadOptions& options);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_PACK_H_
