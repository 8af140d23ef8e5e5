#include "scan/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "base/visible.h"
#include "base/yaml_scalar.h"
#include "rules/yaml_reader.h"

namespace understudy::scan {

std::string PackTable(std::string_view schema, std::string_view table) {
  return schema.empty() || schema == "public" ? std::string(table) : fmt::format("{}.{}", schema, table);
}

void LeaveWhatNoPackHolds(Imported* imported) {
  const auto writable = [](std::string_view text) {
    for (size_t i = 0; i < text.size();) {
      if (NextCodePoint(text, &i) >= kBadByte) return false;
    }
    return true;
  };
  std::erase_if(imported->rules, [&](const ImportedRule& rule) {
    if (writable(rule.table) && writable(rule.column) && writable(rule.treatment)) return false;
    imported->left.push_back(fmt::format("{}.{}: bytes that are not UTF-8", rule.table, rule.column));
    return true;
  });
  std::set<std::pair<std::string, std::string>> seen;
  std::vector<ImportedRule> last;
  for (auto rule = imported->rules.rbegin(); rule != imported->rules.rend(); ++rule) {
    if (seen.emplace(rule->table, rule->column).second) {
      last.push_back(std::move(*rule));
    } else {
      imported->left.push_back(
          fmt::format("{}.{}: {}: a later rule of the same column", rule->table, rule->column, rule->from));
    }
  }
  imported->rules.assign(last.rbegin(), last.rend());
}

absl::StatusOr<Imported> ImportFile(std::string_view content, const std::string& file) {
  // What only one of the two can hold. Most SQL is no YAML at all, so it is asked first.
  std::string lower(content.substr(0, std::min<size_t>(content.size(), rules::kMaxYamlBytes)));
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool yaml = file.ends_with(".yml") || file.ends_with(".yaml") ||
                    (lower.find("security label") == std::string::npos &&
                     lower.find("transformation:") != std::string::npos);
  if (yaml) return ImportGreenmask(content, file);
  absl::StatusOr<std::vector<SecurityLabel>> labels = ParseSecurityLabels(content, file);
  if (!labels.ok()) return labels.status();
  return ImportLabels(*labels);
}

std::string ToYaml(const Imported& imported) {
  std::vector<ImportedRule> rules = imported.rules;
  std::stable_sort(rules.begin(), rules.end(),
                   [](const ImportedRule& a, const ImportedRule& b) { return a.table < b.table; });
  std::string text = "pack: site/imported\n\n";
  text += rules.empty() ? "tables: {}\n" : "tables:\n";
  for (size_t i = 0; i < rules.size(); ++i) {
    if (i == 0 || rules[i].table != rules[i - 1].table) {
      text += fmt::format("  {}:\n", YamlScalar(rules[i].table));
    }
    text += fmt::format("    {}: {}  # {}\n", YamlScalar(rules[i].column), rules[i].treatment,
                        Visible(rules[i].from));
  }
  if (!imported.left.empty()) text += "\n# Not imported:\n";
  for (const std::string& line : imported.left) text += "#   " + Visible(line) + "\n";
  return text;
}

}  // namespace understudy::scan
