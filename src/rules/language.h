// Every word of the rule language, one table row each.
//
// DESIGN: the parser takes the keys it allows from these rows, understudy-rules(5) and docs/reference are
// printed from them, and language_test.cc holds them to the enums (Action, pseudonym::Kind) and to
// rules/schema.json, so that none of them can know a word that another does not.
// Threads: immutable.
#ifndef UNDERSTUDY_RULES_LANGUAGE_H_
#define UNDERSTUDY_RULES_LANGUAGE_H_

#include <string>
#include <string_view>
#include <vector>

namespace understudy::rules {

// Where a word may stand.
enum class Part {
  kPack,        // top level of a file
  kWhen,        // below when:
  kTable,       // below a table's name, beside its columns
  kRows,        // below _rows:
  kPattern,     // in an item of patterns:
  kTreatment,   // what happens to a value
  kMask,        // arguments of treatments
  kParts,       //
  kDateShift,   //
  kNoise,       //
  kOption,      // beside a treatment
  kComparison,  // below a column of if:
  kKind,        // kinds of pseudonym
};

struct Word {
  Part part;
  std::string_view word;
  std::string_view form;  // what follows it: "TEXT", "{separator: TEXT, pseudonym: KIND}"; empty: nothing
  std::string_view doc;   // sentences
};

const std::vector<Word>& Language();
// The words of one part, in the table's order.
std::vector<std::string> WordsOf(Part part);

// A whole pack, as an example.
std::string_view PackExample();

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_LANGUAGE_H_
