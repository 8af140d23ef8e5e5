#include "odoo/columns.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>

#include "base/status.h"

namespace understudy::odoo {
namespace {

absl::StatusOr<std::unique_ptr<RE2>> Compile(const rules::Yaml& node, const std::string& pattern) {
  auto compiled = std::make_unique<RE2>(pattern, RE2::Quiet);
  if (!compiled->ok()) return node.Error(fmt::format("not a pattern: {}", compiled->error()));
  return compiled;
}

absl::StatusOr<std::vector<std::unique_ptr<RE2>>> CompileAll(const rules::Yaml& node,
                                                             const std::vector<std::string>& patterns) {
  std::vector<std::unique_ptr<RE2>> compiled;
  for (const std::string& pattern : patterns) {
    ASSIGN_OR_RETURN(std::unique_ptr<RE2> one, Compile(node, pattern));
    compiled.push_back(std::move(one));
  }
  return compiled;
}

bool Excepted(const std::vector<std::unique_ptr<RE2>>& except, const std::string& table,
              const std::string& column) {
  const std::string place = table + "." + column;
  for (const auto& pattern : except) {
    if (RE2::FullMatch(place, *pattern)) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<Places> SelectColumns(const Spec& spec, const Schema& schema) {
  RETURN_IF_ERROR(spec.body.ExpectMap(spec.action));
  ASSIGN_OR_RETURN(const auto except, CompileAll(spec.body, spec.except));
  Places places;
  for (const rules::YamlEntry& entry : spec.body.entries()) {
    const std::string& table = entry.key.scalar();
    std::unique_ptr<RE2> pattern;
    std::vector<std::string> names;
    if (entry.value.is_scalar()) {
      ASSIGN_OR_RETURN(pattern, Compile(entry.value, entry.value.scalar()));
    } else {
      ASSIGN_OR_RETURN(names, entry.value.Texts(table));
    }
    const auto found = schema.tables.find(table);
    if (found == schema.tables.end()) continue;
    for (const auto& [column, info] : found->second) {
      const bool wanted = pattern != nullptr ? info.can_hold_secret() && RE2::FullMatch(column, *pattern)
                                             : std::find(names.begin(), names.end(), column) != names.end();
      if (wanted && !Excepted(except, table, column)) places[table].push_back({column, &info});
    }
  }
  return places;
}

absl::StatusOr<Places> SelectMatching(const Spec& spec, const Schema& schema) {
  RETURN_IF_ERROR(spec.body.ExpectMap(spec.action));
  RETURN_IF_ERROR(spec.body.OnlyKeys({"table", "column", "except"}));
  const rules::Yaml* column_node = spec.body.Find("column");
  if (column_node == nullptr) return spec.body.Error("needs column: a pattern");
  ASSIGN_OR_RETURN(const std::string column_pattern, column_node->Text("column"));
  ASSIGN_OR_RETURN(const auto column_re, Compile(*column_node, column_pattern));
  std::string table_pattern = ".*";
  if (const rules::Yaml* node = spec.body.Find("table"); node != nullptr) {
    ASSIGN_OR_RETURN(table_pattern, node->Text("table"));
  }
  ASSIGN_OR_RETURN(const auto table_re, Compile(spec.body, table_pattern));
  std::vector<std::string> except_patterns;
  if (const rules::Yaml* node = spec.body.Find("except"); node != nullptr) {
    ASSIGN_OR_RETURN(except_patterns, node->Texts("except"));
  }
  ASSIGN_OR_RETURN(const auto except, CompileAll(spec.body, except_patterns));
  Places places;
  for (const auto& [table, columns] : schema.tables) {
    if (!RE2::FullMatch(table, *table_re)) continue;
    for (const auto& [column, info] : columns) {
      if (!info.can_hold_secret() || !RE2::FullMatch(column, *column_re)) continue;
      if (!Excepted(except, table, column)) places[table].push_back({column, &info});
    }
  }
  return places;
}

}  // namespace understudy::odoo
