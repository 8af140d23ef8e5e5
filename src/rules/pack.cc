#include "rules/pack.h"

#include <algorithm>
#include <charconv>

#include "base/status.h"
#include "base/strings.h"
#include "fmt/format.h"
#include "rules/language.h"

namespace understudy::rules {
namespace {

absl::StatusOr<VersionBound> ParseBound(const Yaml& yaml, std::string_view word) {
  static constexpr std::pair<std::string_view, VersionBound::Op> kOps[] = {
      {">=", VersionBound::Op::kGreaterEqual}, {"<=", VersionBound::Op::kLessEqual},
      {">", VersionBound::Op::kGreater},       {"<", VersionBound::Op::kLess},
      {"=", VersionBound::Op::kEqual},         {"", VersionBound::Op::kEqual},
  };
  VersionBound bound;
  for (const auto& [sign, op] : kOps) {
    if (word.substr(0, sign.size()) != sign) continue;
    bound.op = op;
    word.remove_prefix(sign.size());
    break;
  }
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), bound.version);
  if (error != std::errc() || end != word.data() + word.size()) {
    return yaml.Error("a version range looks like \">=14 <17\"");
  }
  return bound;
}

absl::Status ParseWhen(const Yaml& yaml, When* when) {
  RETURN_IF_ERROR(yaml.ExpectMap("when"));
  RETURN_IF_ERROR(yaml.OnlyKeys(WordsOf(Part::kWhen)));
  if (const Yaml* module = yaml.Find("module")) {
    ASSIGN_OR_RETURN(when->modules, module->Texts("when.module"));
  }
  if (const Yaml* table = yaml.Find("table")) {
    ASSIGN_OR_RETURN(when->tables, table->Texts("when.table"));
  }
  if (const Yaml* odoo = yaml.Find("odoo")) {
    ASSIGN_OR_RETURN(const std::string range, odoo->Text("when.odoo"));
    for (const std::string_view word : Split(range, ' ')) {
      if (word.empty()) continue;
      ASSIGN_OR_RETURN(const VersionBound bound, ParseBound(*odoo, word));
      when->odoo.push_back(bound);
    }
    if (when->odoo.empty()) return odoo->Error("a version range looks like \">=14 <17\"");
  }
  return absl::OkStatus();
}

absl::Status ParseRows(const Yaml& key, const Yaml& yaml, TableRules* table) {
  table->row_position = key.position();
  if (yaml.is_scalar()) {
    table->empty = yaml.scalar() == "empty";
    table->all_rows = yaml.scalar() == "all";
    if (table->empty || table->all_rows) return absl::OkStatus();
    return yaml.Error("_rows is empty, all or {where: \"SQL\"}");
  }
  RETURN_IF_ERROR(yaml.ExpectMap("_rows"));
  RETURN_IF_ERROR(yaml.OnlyKeys(WordsOf(Part::kRows)));
  const Yaml* where = yaml.Find("where");
  if (where == nullptr) return yaml.Error("_rows is empty, all or {where: \"SQL\"}");
  ASSIGN_OR_RETURN(std::string sql, where->Text("where"));
  if (Trim(sql).empty()) return where->Error("where is empty");
  table->where = std::move(sql);
  return absl::OkStatus();
}

absl::Status ParseColumns(const Yaml& yaml, bool optional, TableRules* table) {
  for (const YamlEntry& entry : yaml.entries()) {
    const std::string& column = entry.key.scalar();
    if (column == "_rows" && !optional) {
      RETURN_IF_ERROR(ParseRows(entry.key, entry.value, table));
      continue;
    }
    if (column == "_optional" && !optional) {
      RETURN_IF_ERROR(entry.value.ExpectMap("_optional"));
      RETURN_IF_ERROR(ParseColumns(entry.value, true, table));
      continue;
    }
    for (const ColumnRule& earlier : table->columns) {
      if (earlier.column == column) {
        return entry.key.Error(
            fmt::format("'{}' is given twice (first in line {})", column, earlier.position.line));
      }
    }
    ColumnRule rule;
    rule.column = column;
    rule.optional = optional;
    rule.position = entry.key.position();
    ASSIGN_OR_RETURN(rule.treatment, ParseTreatment(entry.value));
    table->columns.push_back(std::move(rule));
  }
  return absl::OkStatus();
}

absl::StatusOr<TableRules> ParseTable(const Yaml& key, const Yaml& yaml) {
  TableRules table;
  table.position = table.row_position = key.position();
  std::tie(table.schema, table.name) = SplitTableName(key.scalar());
  if (table.schema.empty() || table.name.empty()) {
    return key.Error(fmt::format("'{}' is no table name", key.scalar()));
  }
  if (yaml.is_scalar()) {
    if (yaml.scalar() != "empty") {
      return yaml.Error(
          fmt::format("a table is a mapping of columns, or the word empty, not '{}'", yaml.scalar()));
    }
    table.empty = true;
    return table;
  }
  RETURN_IF_ERROR(yaml.ExpectMap(fmt::format("table {}", key.scalar())));
  RETURN_IF_ERROR(ParseColumns(yaml, false, &table));
  return table;
}

absl::Status ParseRegex(const Yaml& yaml, std::string_view what, std::shared_ptr<const RE2>* out) {
  ASSIGN_OR_RETURN(const std::string pattern, yaml.Text(what));
  auto re = std::make_shared<const RE2>(pattern, RE2::Quiet);
  if (!re->ok()) return yaml.Error(fmt::format("not a valid re2 pattern: {}", re->error()));
  *out = std::move(re);
  return absl::OkStatus();
}

absl::StatusOr<PatternRule> ParsePattern(const Yaml& yaml) {
  RETURN_IF_ERROR(yaml.ExpectMap("a pattern"));
  RETURN_IF_ERROR(yaml.OnlyKeys(WordsOf(Part::kPattern)));
  PatternRule rule;
  rule.position = yaml.position();
  const std::pair<std::string_view, std::shared_ptr<const RE2>*> kRegexes[] = {
      {"table", &rule.table}, {"column", &rule.column}, {"type", &rule.type},
      {"ttype", &rule.ttype}, {"model", &rule.model},   {"relation", &rule.relation}};
  bool any = false;
  for (const auto& [key, out] : kRegexes) {
    const Yaml* value = yaml.Find(key);
    if (value == nullptr) continue;
    any = true;
    RETURN_IF_ERROR(ParseRegex(*value, key, out));
  }
  const std::pair<std::string_view, std::optional<bool>*> kFlags[] = {
      {"textual", &rule.textual}, {"translate", &rule.translate}, {"custom", &rule.custom}};
  for (const auto& [key, out] : kFlags) {
    const Yaml* value = yaml.Find(key);
    if (value == nullptr) continue;
    any = true;
    ASSIGN_OR_RETURN(*out, value->Bool(key));
  }
  if (!any) return yaml.Error("a pattern that tests nothing would match every column");
  const Yaml* treatment = yaml.Find("do");
  if (treatment == nullptr) return yaml.Error("a pattern needs do: and a treatment");
  ASSIGN_OR_RETURN(rule.treatment, ParseTreatment(*treatment));
  if (const Yaml* reason = yaml.Find("reason")) {
    ASSIGN_OR_RETURN(rule.treatment.reason, reason->Text("reason"));
  }
  return rule;
}

}  // namespace

std::pair<std::string, std::string> SplitTableName(std::string_view name) {
  const size_t dot = name.find('.');
  if (dot == std::string_view::npos) return {"public", std::string(name)};
  return {std::string(name.substr(0, dot)), std::string(name.substr(dot + 1))};
}

absl::StatusOr<Pack> ParsePack(const Yaml& yaml) {
  RETURN_IF_ERROR(yaml.ExpectMap("a rule pack"));
  RETURN_IF_ERROR(yaml.OnlyKeys(WordsOf(Part::kPack)));
  Pack pack;
  pack.file = yaml.file();
  const Yaml* name = yaml.Find("pack");
  if (name == nullptr) return yaml.Error("a rule pack begins with pack: and its name");
  ASSIGN_OR_RETURN(pack.name, name->Text("pack"));
  if (const Yaml* when = yaml.Find("when")) RETURN_IF_ERROR(ParseWhen(*when, &pack.when));
  if (const Yaml* include = yaml.Find("include")) {
    pack.include_position = include->position();
    ASSIGN_OR_RETURN(pack.include, include->Texts("include"));
  }
  if (const Yaml* tables = yaml.Find("tables")) {
    RETURN_IF_ERROR(tables->ExpectMap("tables"));
    for (const YamlEntry& entry : tables->entries()) {
      ASSIGN_OR_RETURN(TableRules table, ParseTable(entry.key, entry.value));
      pack.tables.push_back(std::move(table));
    }
  }
  if (const Yaml* patterns = yaml.Find("patterns")) {
    RETURN_IF_ERROR(patterns->ExpectSequence("patterns"));
    for (const Yaml& item : patterns->items()) {
      ASSIGN_OR_RETURN(PatternRule rule, ParsePattern(item));
      pack.patterns.push_back(std::move(rule));
    }
  }
  return pack;
}

}  // namespace understudy::rules
