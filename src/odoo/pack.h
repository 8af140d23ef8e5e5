// Neutralisers and assertions as data: YAML files of guarded statements (docs/neutralise.md is the language).
//
// DESIGN
//   Both kinds of file are lists of Specs: a name, a channel, a reason, a guard, and exactly one action (raw
//   SQL or a short form such as `clear: {table: [columns]}`). Loading checks the shape; Expand… (expand.h)
//   turns a spec into SQL for the tables that a database really has.
// Ownership: values; a Spec keeps its YAML document alive. Threads: immutable, thread-safe.
// Errors: UsageError with file, line and column.
#ifndef UNDERSTUDY_ODOO_PACK_H_
#define UNDERSTUDY_ODOO_PACK_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/schema.h"
#include "rules/yaml_reader.h"

namespace understudy::odoo {

// When a statement runs at all.
struct Guard {
  std::map<std::string, std::vector<std::string>> requires_columns;  // table → columns: all must exist
  std::map<std::string, std::vector<std::string>> unless_columns;    // none may exist
  std::map<std::string, std::string> types;                          // "table.column" → its type
  std::string odoo;              // "<17", ">=13": releases it is for; empty: all
  std::string unless_parameter;  // not if ir_config_parameter has this key
  bool when_login = false;       // only if somebody is meant to log in

  bool Holds(const Schema& schema) const;
};

// One of these texts stands in a column of the schema public. Texts are of printable ASCII without a
// backslash, so that every way in which a row is read shows them as they are, and of three bytes at least.
struct TextCondition {
  std::string table;
  std::string column;
  std::vector<std::string> texts;
  bool operator==(const TextCondition&) const = default;
};

enum class Severity { kMust, kShould, kReview };
const char* NameOf(Severity severity);

struct Spec {
  std::string pack;
  std::string name;
  std::string channel;
  std::string module;  // Odoo's, for reports; "base" if several
  std::string reason;
  Severity severity = Severity::kMust;  // assertions
  Guard guard;
  std::string action;                    // the key of the action: "sql", "clear" …
  rules::Yaml body;                      // its value
  std::vector<std::string> except;       // "table.column" or patterns that the action leaves alone
  std::string where;                     // extra condition of `set`
  std::optional<TextCondition> if_text;  // of `sql`: if none of the texts is there, there is nothing to do
};

enum class PackKind { kNeutralisers, kAssertions };

absl::StatusOr<std::vector<Spec>> ParsePack(PackKind kind, std::string_view yaml, std::string_view file);
// All *.yaml of a directory in the order of their names; an empty directory is an error.
absl::StatusOr<std::vector<Spec>> LoadPacks(PackKind kind, const std::string& directory);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_PACK_H_
