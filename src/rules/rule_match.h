// Which rules of which packs speak about a column: the search behind MakePlan.
//
// Ownership: RuleMatch points into the packs and the facts, which must outlive it. Threads:
// thread-compatible.
#ifndef UNDERSTUDY_RULES_RULE_MATCH_H_
#define UNDERSTUDY_RULES_RULE_MATCH_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/facts.h"
#include "rules/pack.h"
#include "rules/plan.h"

namespace understudy::rules {

// One rule that speaks about a column.
struct Candidate {
  const Pack* pack = nullptr;
  const Treatment* treatment = nullptr;
  const Position* position = nullptr;
  Source source = Source::kRule;
};

class RuleMatch {
 public:
  RuleMatch(const std::vector<Pack>& packs, const Facts& facts);

  // The rules for table `relation` in pack order, so that the last one wins; of a partition the root's before
  // its own.
  std::vector<std::pair<const Pack*, const TableRules*>> TablesOf(const Relation& relation) const;
  // Every rule that names this column or whose pattern matches it; the winner first. Counts what matched.
  std::vector<Candidate> ColumnsOf(const Relation& relation, const Attribute& attribute);

  const std::vector<const Pack*>& active() const { return active_; }
  // Patterns that test the table, matched some table's name, and no column.
  std::vector<std::pair<const Pack*, const PatternRule*>> IdlePatterns() const;

 private:
  struct Pattern {
    const Pack* pack;
    const PatternRule* rule;
    bool table_matched = false;
    bool used = false;
  };
  void EnterTable(const Relation& relation);

  std::vector<const Pack*> active_;
  std::map<std::pair<std::string_view, std::string_view>,
           std::vector<std::pair<const Pack*, const TableRules*>>>
      tables_;
  std::vector<Pattern> patterns_;         // latest pack first, within a pack as written
  const Relation* current_ = nullptr;     // whose name was tested against patterns
  std::vector<size_t> current_patterns_;  // those that may match its columns
};

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_RULE_MATCH_H_
