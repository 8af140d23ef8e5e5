// From what is known of a column to the rule that it should have.
//
// DESIGN: what the type allows first (bytes can't be searched, JSON is searched string by string), then
// strong names, then what at least half of the values are, then weak names, then whether anything was found.
// Threads: thread-safe.
#ifndef UNDERSTUDY_SCAN_PROPOSAL_H_
#define UNDERSTUDY_SCAN_PROPOSAL_H_

#include <string>

#include "rules/facts.h"
#include "scan/content.h"

namespace understudy::scan {

struct Proposal {
  std::string treatment;  // in the rule language; empty: leave the column as it is
  std::string why;        // "100 % of the values are e-mails"
};

// The share of values that must be one thing for the column to be taken for that thing.
inline constexpr double kWholeShare = 0.5;

// For a column that no rule names: always a treatment.
Proposal Propose(const rules::Attribute& attribute, const Content& content);
// For a column that a rule keeps: only if its values say that this is wrong.
Proposal Doubt(const rules::Attribute& attribute, const Content& content);

}  // namespace understudy::scan

#endif  // UNDERSTUDY_SCAN_PROPOSAL_H_
