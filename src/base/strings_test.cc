#include "base/strings.h"

#include <gtest/gtest.h>

namespace understudy {
namespace {

TEST(StringsTest, SplitKeepsEmptyPieces) {
  EXPECT_EQ(Split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(Split("", ','), (std::vector<std::string_view>{""}));
}

TEST(StringsTest, EditDistanceCountsTranspositionOnce) {
  EXPECT_EQ(EditDistance("refresh", "rfresh"), 1u);
  EXPECT_EQ(EditDistance("refresh", "erfresh"), 1u);
  EXPECT_EQ(EditDistance("", "abc"), 3u);
}

TEST(StringsTest, NearestRefusesTheFarFetched) {
  EXPECT_EQ(Nearest("res_parter", {"res_users", "res_partner"}), "res_partner");
  EXPECT_EQ(Nearest("xyz", {"res_users", "res_partner"}), "");
  EXPECT_EQ(DidYouMean("emial", {"email"}), "; did you mean email?");
}

TEST(StringsTest, HumanUnits) {
  EXPECT_EQ(HumanBytes(999), "999 B");
  EXPECT_EQ(HumanBytes(1536), "1.5 kB");
  EXPECT_EQ(HumanBytes(2'000'000'000'000), "2.0 TB");
  EXPECT_EQ(HumanCount(1234567), "1,234,567");
  EXPECT_EQ(HumanCount(12), "12");
  EXPECT_EQ(HumanSeconds(75.2), "1m15s");
  EXPECT_EQ(HumanSeconds(1.25), "1.2s");
}

}  // namespace
}  // namespace understudy
