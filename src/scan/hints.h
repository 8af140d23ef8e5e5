// What a column's name, or its label in Odoo, says about its values.
//
// DESIGN: an ordered list of whole-name patterns; the first that matches decides. Weak hints ("name",
// "holder") give way to what the values say, strong ones ("password", "national_id") don't. Names are looked
// at without Studio's prefixes (x_, x_studio_) and in lower case.
// Threads: thread-safe.
#ifndef UNDERSTUDY_SCAN_HINTS_H_
#define UNDERSTUDY_SCAN_HINTS_H_

#include <optional>
#include <string_view>

#include "rules/facts.h"

namespace understudy::scan {

struct Hint {
  std::string_view treatment;  // a word of the rule language
  bool strong = false;
  std::string_view from;  // "name" or "label"
};

std::optional<Hint> HintOf(const rules::Attribute& attribute);
// For one name or label.
std::optional<Hint> HintOfName(std::string_view name);

}  // namespace understudy::scan

#endif  // UNDERSTUDY_SCAN_HINTS_H_
