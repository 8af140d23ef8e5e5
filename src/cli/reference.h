// The tables as reference pages in Markdown (docs/reference), and the sentences that these share with the man
// pages.
//
// DESIGN: generated, so that they can't differ from what the program takes; the files are checked in, and the
// test golden_reference fails when they are not what the program prints. Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_REFERENCE_H_
#define UNDERSTUDY_CLI_REFERENCE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/option_table.h"
#include "rules/language.h"

namespace understudy::cli {

std::string CommandReference();
std::string ConfigReference();
std::string RulesReference();
std::string WarningReference();

// " One of: a, b. Default: a. Environment: X."
std::string FactsOf(const OptionSpec& option);
const std::vector<std::string_view>& ConfigAbout();
const std::vector<std::string_view>& RulesAbout();
std::string_view AcceptedAbout();
// The parts of the rule language, with a heading each.
const std::vector<std::pair<rules::Part, std::string_view>>& RuleParts();

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_REFERENCE_H_
