// Compares a text with a file under tests/golden/.
//
// `tools/test --update` (UNDERSTUDY_UPDATE_GOLDEN=1) writes the file instead; people look at the difference
// before they commit it. Threads: one thread.
#ifndef UNDERSTUDY_TESTS_SUPPORT_GOLDEN_H_
#define UNDERSTUDY_TESTS_SUPPORT_GOLDEN_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace understudy {

// The file tests/golden/NAME.
std::string GoldenPath(std::string_view name);

//   EXPECT_TRUE(MatchesGolden(text, "plan/odoo.txt"));
// A mismatch names the file and the first differing line, and shows both versions of it.
testing::AssertionResult MatchesGolden(std::string_view actual, std::string_view name);

}  // namespace understudy

#endif  // UNDERSTUDY_TESTS_SUPPORT_GOLDEN_H_
