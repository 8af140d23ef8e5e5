#include "support/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace understudy {
namespace {

using ::testing::HasSubstr;

TEST(GoldenTest, EqualTextMatchesAndDifferentTextNamesTheLine) {
  if (std::getenv("UNDERSTUDY_UPDATE_GOLDEN") != nullptr) GTEST_SKIP() << "golden files are being rewritten";
  EXPECT_TRUE(MatchesGolden("first\nsecond\nthird\n", "support/three_lines.txt"));
  const testing::AssertionResult result = MatchesGolden("first\n2nd\nthird\n", "support/three_lines.txt");
  EXPECT_FALSE(result);
  EXPECT_THAT(result.message(), HasSubstr("three_lines.txt:2: differs"));
  EXPECT_THAT(result.message(), HasSubstr("golden: second"));
  EXPECT_THAT(result.message(), HasSubstr("actual: 2nd"));
}

TEST(GoldenTest, ShorterAndLongerTextsDiffer) {
  if (std::getenv("UNDERSTUDY_UPDATE_GOLDEN") != nullptr) GTEST_SKIP() << "golden files are being rewritten";
  EXPECT_FALSE(MatchesGolden("first\nsecond\n", "support/three_lines.txt"));
  EXPECT_FALSE(MatchesGolden("first\nsecond\nthird\nfourth\n", "support/three_lines.txt"));
  EXPECT_FALSE(MatchesGolden("", "support/three_lines.txt"));
}

TEST(GoldenTest, MissingFileSaysHowToWriteIt) {
  if (std::getenv("UNDERSTUDY_UPDATE_GOLDEN") != nullptr) GTEST_SKIP() << "golden files are being rewritten";
  EXPECT_THAT(MatchesGolden("x", "support/none.txt").message(), HasSubstr("--update"));
}

}  // namespace
}  // namespace understudy
