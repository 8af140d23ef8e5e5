#include "rules/rule_match.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace understudy::rules {
namespace {

bool MatchesWhole(const std::shared_ptr<const RE2>& re, std::string_view text) {
  return re == nullptr || RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *re);
}

bool MatchesName(const PatternRule& rule, const std::string& schema, const std::string& name) {
  return schema == "public" ? MatchesWhole(rule.table, name) : MatchesWhole(rule.table, schema + "." + name);
}

bool MatchesTable(const PatternRule& rule, const Relation& relation) {
  if (rule.table == nullptr || MatchesName(rule, relation.schema, relation.name)) return true;
  return !relation.root_name.empty() && MatchesName(rule, relation.root_schema, relation.root_name);
}

bool MatchesFlag(const std::optional<bool>& wanted, bool actual) {
  return !wanted.has_value() || *wanted == actual;
}

bool MatchesColumn(const PatternRule& rule, const Attribute& attribute, const Relation& relation) {
  const OdooField& odoo = attribute.odoo;
  return MatchesFlag(rule.textual, attribute.type.textual) && MatchesFlag(rule.translate, odoo.translate) &&
         MatchesFlag(rule.custom, odoo.custom) && MatchesWhole(rule.column, attribute.name) &&
         MatchesWhole(rule.ttype, odoo.ttype) &&
         MatchesWhole(rule.model, odoo.model.empty() ? relation.odoo_model : odoo.model) &&
         MatchesWhole(rule.relation, odoo.relation) && MatchesWhole(rule.type, attribute.type.name);
}

bool Holds(const VersionBound& bound, double version) {
  switch (bound.op) {
    case VersionBound::Op::kLess:
      return version < bound.version;
    case VersionBound::Op::kLessEqual:
      return version <= bound.version;
    case VersionBound::Op::kGreater:
      return version > bound.version;
    case VersionBound::Op::kGreaterEqual:
      return version >= bound.version;
    case VersionBound::Op::kEqual:
      return version == bound.version;
  }
  return false;
}

}  // namespace

std::optional<double> MajorVersion(std::string_view odoo_version) {
  const size_t digit = odoo_version.find_first_of("0123456789");
  if (digit == std::string_view::npos) return std::nullopt;
  double version = 0;
  std::from_chars(odoo_version.data() + digit, odoo_version.data() + odoo_version.size(), version,
                  std::chars_format::fixed);
  return version;
}

bool Applies(const When& when, const Facts& facts) {
  const auto installed = [&facts](const std::string& module) {
    return facts.modules.find(module) != facts.modules.end();
  };
  const auto present = [&facts](const std::string& table) {
    const auto [schema, name] = SplitTableName(table);
    return std::any_of(facts.relations.begin(), facts.relations.end(),
                       [&, s = schema, n = name](const Relation& r) { return r.schema == s && r.name == n; });
  };
  if (!when.modules.empty() && !std::any_of(when.modules.begin(), when.modules.end(), installed))
    return false;
  if (!when.tables.empty() && !std::any_of(when.tables.begin(), when.tables.end(), present)) return false;
  if (when.odoo.empty()) return true;
  const std::optional<double> version = MajorVersion(facts.odoo_version);
  return version.has_value() &&
         std::all_of(when.odoo.begin(), when.odoo.end(),
                     [&](const VersionBound& bound) { return Holds(bound, *version); });
}

RuleMatch::RuleMatch(const std::vector<Pack>& packs, const Facts& facts) {
  for (const Pack& pack : packs) {
    if (Applies(pack.when, facts)) active_.push_back(&pack);
  }
  for (const Pack* pack : active_) {
    for (const TableRules& table : pack->tables) {
      tables_[{table.schema, table.name}].emplace_back(pack, &table);
    }
  }
  for (auto pack = active_.rbegin(); pack != active_.rend(); ++pack) {
    for (const PatternRule& rule : (*pack)->patterns) patterns_.push_back({*pack, &rule});
  }
}

std::vector<std::pair<const Pack*, const TableRules*>> RuleMatch::TablesOf(const Relation& relation) const {
  std::vector<std::pair<const Pack*, const TableRules*>> rules;
  // Of a partition: what is said of the partitioned table, then what is said of the partition itself.
  for (const auto& name :
       {std::pair(std::string_view(relation.root_schema), std::string_view(relation.root_name)),
        std::pair(std::string_view(relation.schema), std::string_view(relation.name))}) {
    const auto found = tables_.find(name);
    if (found != tables_.end()) rules.insert(rules.end(), found->second.begin(), found->second.end());
  }
  return rules;
}

void RuleMatch::EnterTable(const Relation& relation) {
  if (current_ == &relation) return;
  current_ = &relation;
  current_patterns_.clear();
  for (size_t i = 0; i < patterns_.size(); ++i) {
    if (!MatchesTable(*patterns_[i].rule, relation)) continue;
    if (patterns_[i].rule->table != nullptr) patterns_[i].table_matched = true;
    current_patterns_.push_back(i);
  }
}

std::vector<Candidate> RuleMatch::ColumnsOf(const Relation& relation, const Attribute& attribute) {
  std::vector<Candidate> candidates;
  const auto tables = TablesOf(relation);
  for (auto it = tables.rbegin(); it != tables.rend(); ++it) {
    for (const ColumnRule& rule : it->second->columns) {
      if (rule.column != attribute.name) continue;
      candidates.push_back({it->first, &rule.treatment, &rule.position, Source::kRule});
    }
  }
  EnterTable(relation);
  const Pack* matched = nullptr;  // the first match inside a pack hides the pack's others
  for (const size_t i : current_patterns_) {
    Pattern& pattern = patterns_[i];
    if (!MatchesColumn(*pattern.rule, attribute, relation)) continue;
    pattern.used = true;
    if (pattern.pack == matched) continue;
    matched = pattern.pack;
    candidates.push_back({pattern.pack, &pattern.rule->treatment, &pattern.rule->position, Source::kPattern});
  }
  return candidates;
}

std::vector<std::pair<const Pack*, const PatternRule*>> RuleMatch::IdlePatterns() const {
  std::vector<std::pair<const Pack*, const PatternRule*>> idle;
  for (const Pattern& pattern : patterns_) {
    if (pattern.table_matched && !pattern.used) idle.emplace_back(pattern.pack, pattern.rule);
  }
  return idle;
}

}  // namespace understudy::rules
