#include "rules/plan.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

#include "base/status.h"
#include "base/strings.h"
#include "fmt/format.h"
#include "rules/plan_checks.h"
#include "rules/rule_match.h"
#include "rules/value_form.h"

namespace understudy::rules {
namespace {

using record::WarningId;
using record::WarningKind;

// Related fields of related fields: Odoo's own chains are three long.
constexpr int kMostHops = 8;

std::string At(const Position& p, std::string_view message) {
  return fmt::format("{}:{}:{}: {}", p.file, p.line, p.column, message);
}

std::vector<std::string> ColumnNames(const Relation& relation) {
  std::vector<std::string> names;
  for (const Attribute& attribute : relation.attributes) names.push_back(attribute.name);
  return names;
}

// Materialised views are refreshed from the new rows, foreign tables hold no rows here.
bool IsCopied(const Relation& relation) { return relation.kind == 'r' || relation.kind == 'p'; }

class Planner {
 public:
  Planner(const std::vector<Pack>& packs, const Facts& facts, const Policy& policy)
      : facts_(facts),
        policy_(policy),
        accepted_(policy.accepted.begin(), policy.accepted.end()),
        match_(packs, facts) {
    for (const Relation& relation : facts.relations) {
      // A partition has its root's model, and the root is what a related field leads to.
      if (!relation.odoo_model.empty() && relation.root_name.empty())
        models_.emplace(relation.odoo_model, &relation);
    }
    plan_.policy = policy.unclassified;
  }

  Plan Make() {
    for (const Relation& relation : facts_.relations) {
      plan_.tables.push_back(PlanTable(relation));
      CheckTable(relation, &plan_.tables.back(), &plan_.errors, &warnings_);
      MissingColumns(relation);
    }
    MissingTables();
    IdlePatterns();
    Settle(&warnings_, &plan_.warnings);
    std::vector<Finding> errors;
    errors.swap(plan_.errors);
    Settle(&errors, &plan_.errors);
    return std::move(plan_);
  }

 private:
  TablePlan PlanTable(const Relation& relation) {
    TablePlan table;
    table.schema = relation.schema;
    table.name = relation.name;
    for (const auto& [pack, rules] : match_.TablesOf(relation)) {
      const bool says = rules->empty || rules->all_rows || rules->where.has_value();
      if (!says) continue;  // a later pack that only names columns leaves the rows alone
      table.empty = rules->empty;
      table.where = rules->where;
      table.row_pack = pack->name;
      table.row_position = rules->row_position;
    }
    for (const Attribute& attribute : relation.attributes) {
      table.columns.push_back(PlanColumn(relation, attribute, table));
    }
    return table;
  }

  ColumnPlan PlanColumn(const Relation& relation, const Attribute& attribute, const TablePlan& table) {
    ColumnPlan column;
    column.column = attribute.name;
    if (attribute.generated || !IsCopied(relation)) {
      column.source = Source::kGenerated;
      return column;
    }
    std::vector<Candidate> candidates = match_.ColumnsOf(relation, attribute);
    if (table.empty) {
      column.source = Source::kNoRows;
      return column;
    }
    std::string note;
    if (candidates.empty() || candidates[0].source != Source::kRule) {
      if (const Candidate related = Related(relation, attribute, &note); related.pack != nullptr) {
        candidates.insert(candidates.begin(), related);
      }
    }
    for (size_t i = 1; i < candidates.size(); ++i) {
      const Candidate& loser = candidates[i];
      column.overridden.push_back({loser.treatment->ToString(), loser.pack->name, *loser.position});
    }
    if (!candidates.empty()) {
      const Candidate& winner = candidates[0];
      column.source = winner.source;
      column.pack = winner.pack->name;
      column.position = *winner.position;
      column.note = winner.source == Source::kRelated ? note : std::string();
      column.treatment = Fit(relation, *winner.treatment, winner, table);
    } else if (attribute.type.textual) {
      column.source = Source::kPolicy;
      Default(attribute, table, &column);
    }
    return column;
  }

  // The rule for the column that a stored related field copies; pack is null if there is none.
  Candidate Related(const Relation& relation, const Attribute& attribute, std::string* note) {
    if (attribute.odoo.related.empty() || !attribute.type.textual) return {};
    const Relation* at = &relation;
    const Attribute* target = &attribute;
    for (int hop = 0; hop < kMostHops && !target->odoo.related.empty(); ++hop) {
      std::string_view path = target->odoo.related;
      for (size_t dot; (dot = path.find('.')) != std::string_view::npos; path.remove_prefix(dot + 1)) {
        const Attribute* reference = at->Find(path.substr(0, dot));
        if (reference == nullptr) return {};
        const auto model = models_.find(reference->odoo.relation);
        if (model == models_.end()) return {};
        at = model->second;
      }
      target = at->Find(path);
      if (target == nullptr) return {};
      for (const Candidate& candidate : match_.ColumnsOf(*at, *target)) {
        if (candidate.source != Source::kRule) break;
        for (const std::string& column : candidate.treatment->ColumnsRead()) {
          // What decides there can't be read here, so the rule would mean something else.
          if (relation.Find(column) == nullptr && !OnlyContext(*candidate.treatment)) return {};
        }
        *note = fmt::format("copy of {}.{}", at->name, target->name);
        Candidate related = candidate;
        related.source = Source::kRelated;
        return related;
      }
    }
    return {};
  }

  // Reads other columns only to render better (country, company_if), not to decide.
  static bool OnlyContext(const Treatment& t) {
    return t.condition.empty() && t.keep_if.empty() && (t.otherwise == nullptr || OnlyContext(*t.otherwise));
  }

  void MissingReference(const Relation& relation, const Candidate& rule, const std::string& column,
                        std::string_view consequence) {
    if (rule.source == Source::kRelated) return;
    const std::string table =
        relation.schema == "public" ? relation.name : relation.schema + "." + relation.name;
    warnings_.push_back(
        {WarningId(WarningKind::kMissingColumn, table + "." + column),
         At(*rule.position, fmt::format("{} has no column {}{}; {}", table, column,
                                        DidYouMean(column, ColumnNames(relation)), consequence))});
  }

  // The treatment without what this table's columns can't answer. A missing column in a condition picks the
  // branch that isn't keep: a rule written for another version must not let values through.
  Treatment Fit(const Relation& relation, const Treatment& treatment, const Candidate& rule,
                const TablePlan& table) {
    Treatment fit = treatment;
    for (ColumnOrConstant* ref : {&fit.country, &fit.language, &fit.subject}) {
      if (ref->column.empty() || relation.Find(ref->column) != nullptr) continue;
      MissingReference(relation, rule, ref->column, "the pseudonym is made without it");
      *ref = {};
    }
    if (!fit.company_if.empty() && relation.Find(fit.company_if) == nullptr) {
      MissingReference(relation, rule, fit.company_if, "the pseudonym is made without it");
      fit.company_if.clear();
    }
    for (const Test& test : fit.keep_if.tests) {
      if (relation.Find(test.column) != nullptr) continue;
      MissingReference(relation, rule, test.column, "every value is taken as a secret");
      fit.action = Action::kSecret;
    }
    bool decidable = true;
    for (const Test& test : fit.condition.tests) {
      if (relation.Find(test.column) != nullptr) continue;
      MissingReference(relation, rule, test.column, "the treatment is applied to every row");
      decidable = false;
    }
    if (fit.otherwise != nullptr) {
      fit.otherwise = std::make_shared<const Treatment>(Fit(relation, *fit.otherwise, rule, table));
    }
    if (decidable) return fit;
    if (fit.action == Action::kKeep && fit.otherwise != nullptr) return *fit.otherwise;
    fit.condition = {};
    fit.otherwise = nullptr;
    return fit;
  }

  void Default(const Attribute& attribute, const TablePlan& table, ColumnPlan* column) {
    const std::string name = table.QualifiedName() + "." + attribute.name;
    const WarningId id(WarningKind::kUnclassified, name);
    std::string outcome = "kept";
    if (policy_.unclassified != Unclassified::kKeep) {
      column->treatment.action = DefaultAction(attribute);
      outcome = std::string(WordOf(column->treatment.action));
    }
    const bool accepted = accepted_.count(id.text()) != 0;
    plan_.found_ids.insert(id.text());
    if (!accepted) ++plan_.unaccepted;
    plan_.unclassified.push_back({id, fmt::format("{} ({}): no rule names it{}", name, attribute.type.name,
                                                  accepted ? ", accepted" : "")});
    column->note = outcome;
  }

  // What `rewrite` means for a type: search what can be searched, drop what can't.
  static Action DefaultAction(const Attribute& attribute) {
    switch (FormOf(attribute.type).form) {
      case Form::kText:
        return attribute.odoo.ttype == "html" ? Action::kRewriteHtml : Action::kRewrite;
      case Form::kXml:
        return Action::kRewriteHtml;
      case Form::kJson:
      case Form::kJsonb:
        return Action::kRewriteJson;
      case Form::kTextArray:
      case Form::kHstore:
      case Form::kArray:
      case Form::kComposite:
      case Form::kRange:
        return Action::kRewrite;
      default:
        return Action::kSecret;
    }
  }

  void MissingColumns(const Relation& relation) {
    for (const auto& [pack, rules] : match_.TablesOf(relation)) {
      for (const ColumnRule& rule : rules->columns) {
        if (rule.optional || relation.Find(rule.column) != nullptr) continue;
        warnings_.push_back(
            {WarningId(WarningKind::kMissingColumn, rules->QualifiedName() + "." + rule.column),
             At(rule.position, fmt::format("{} has no column {}{}", rules->QualifiedName(), rule.column,
                                           DidYouMean(rule.column, ColumnNames(relation))))});
      }
    }
  }

  // A rule for a table that isn't there is fine in a pack that serves every version, unless it looks like a
  // slip of the pen: a table nobody names is spelled nearly so. In a pack of the user's own it is a warning.
  void MissingTables() {
    std::set<std::string> named;
    std::vector<std::string> unnamed;
    for (const Pack* pack : match_.active()) {
      for (const TableRules& rules : pack->tables) named.insert(rules.QualifiedName());
    }
    std::set<std::string> present;
    for (const TablePlan& table : plan_.tables) {
      present.insert(table.QualifiedName());
      if (named.count(table.QualifiedName()) == 0) unnamed.push_back(table.QualifiedName());
    }
    const std::set<std::string> none;
    for (const Pack* pack : match_.active()) {
      const std::set<std::string>& named_too = pack->when.modules.empty() ? present : none;
      for (const TableRules& rules : pack->tables) {
        const std::string name = rules.QualifiedName();
        if (present.count(name) != 0) continue;
        const std::string_view near = NearTable(name, unnamed, named_too);
        if (near.empty() && !pack->own) continue;
        const std::string hint = near.empty() ? std::string() : fmt::format("; did you mean {}?", near);
        warnings_.push_back({WarningId(WarningKind::kMissingTable, name),
                             At(rules.position, fmt::format("{}: no such table{}", name, hint))});
      }
    }
  }

  // Points into one of the two.
  static std::string_view NearTable(const std::string& name, const std::vector<std::string>& unnamed,
                                    const std::set<std::string>& present) {
    for (const std::string& candidate : unnamed) {
      if (IsSlip(name, candidate)) return candidate;
    }
    // A user's own pack may well mean a table that another pack names too.
    for (const std::string& candidate : present) {
      if (IsSlip(name, candidate)) return candidate;
    }
    return {};
  }

  // At most kSlip edits apart. Sizes and then counts of letters save the quadratic comparison nearly always:
  // an edit changes the one by one at most and the others by two.
  static bool IsSlip(std::string_view a, std::string_view b) {
    constexpr int kSlip = 2;
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > kSlip) return false;
    std::array<int, 256> counts{};
    for (const char c : a) ++counts[static_cast<unsigned char>(c)];
    for (const char c : b) --counts[static_cast<unsigned char>(c)];
    int difference = 0;
    for (const int count : counts) difference += std::abs(count);
    return difference <= 2 * kSlip && EditDistance(a, b) <= kSlip;
  }

  void IdlePatterns() {
    for (const auto& [pack, rule] : match_.IdlePatterns()) {
      const std::string what = rule->column != nullptr ? rule->column->pattern() : rule->treatment.ToString();
      warnings_.push_back({WarningId(WarningKind::kUnusedPattern,
                                     fmt::format("{}:{}:{}", pack->name, rule->table->pattern(), what)),
                           At(rule->position, "the pattern matches no column, though tables match")});
    }
  }

  // Drops accepted findings and repeated ids, in a stable order.
  void Settle(std::vector<Finding>* from, std::vector<Finding>* to) {
    std::stable_sort(from->begin(), from->end(),
                     [](const Finding& a, const Finding& b) { return a.id < b.id; });
    for (Finding& finding : *from) {
      plan_.found_ids.insert(finding.id.text());
      if (accepted_.count(finding.id.text()) != 0) continue;
      if (!to->empty() && to->back().id == finding.id) continue;
      to->push_back(std::move(finding));
    }
  }

  const Facts& facts_;
  const Policy& policy_;
  std::set<std::string, std::less<>> accepted_;
  RuleMatch match_;
  std::map<std::string, const Relation*, std::less<>> models_;
  std::vector<Finding> warnings_;
  Plan plan_;
};

}  // namespace

std::optional<Unclassified> UnclassifiedByName(std::string_view word) {
  if (word == "fail") return Unclassified::kFail;
  if (word == "rewrite") return Unclassified::kRewrite;
  if (word == "keep") return Unclassified::kKeep;
  return std::nullopt;
}

Plan MakePlan(const std::vector<Pack>& packs, const Facts& facts, const Policy& policy) {
  return Planner(packs, facts, policy).Make();
}

}  // namespace understudy::rules
