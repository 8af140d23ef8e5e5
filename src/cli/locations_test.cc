#include "cli/locations.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/status.h"
#include "cli/exit_code.h"
#include "support/temp_directory.h"

namespace understudy::cli {
namespace {

namespace fs = std::filesystem;

TEST(Locations, BesideTheProgramInACheckoutAndInstalled) {
  const testing_support::TempDirectory directory;
  const fs::path root = directory.path();
  const struct {
    const char* program;
    const char* rules;
  } kCases[] = {{"a/understudy", "a/rules"},
                {"b/build/understudy", "b/rules"},
                {"c/build/release/understudy", "c/rules"},
                {"d/bin/understudy", "d/share/understudy/rules"}};
  for (const auto& c : kCases) {
    EXPECT_FALSE(RulesDirectoryBeside((root / c.program).string()).ok());
    fs::create_directories(root / c.rules);
    EXPECT_FALSE(RulesDirectoryBeside((root / c.program).string()).ok()) << "an empty directory has no packs";
    fs::create_directories(root / c.rules / "lexicon");
    const auto found = RulesDirectoryBeside((root / c.program).string());
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(*found, (root / c.rules).string());
  }
}

TEST(ExitCode, OnePerClass) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeOf(Failed("x")), 1);
  EXPECT_EQ(ExitCodeOf(UsageError("x")), 2);
  EXPECT_EQ(ExitCodeOf(WithExit(Failed("x"), ExitClass::kUnclassified)), 3);
  EXPECT_EQ(ExitCodeOf(WithExit(Failed("x"), ExitClass::kLeak)), 4);
  EXPECT_EQ(ExitCodeOf(WithExit(Failed("x"), ExitClass::kNotNeutralised)), 5);
  EXPECT_EQ(ExitCodeOf(WithExit(Failed("x"), ExitClass::kFidelity)), 6);
  EXPECT_EQ(ExitCodeOf(Unreachable("x")), 7);
  EXPECT_EQ(ExitCodeOf(Refused("x")), 8);
  EXPECT_EQ(ExitCodeOf(Annotate(Cancelled(), "rows")), 130);
  EXPECT_EQ(ExitCodeDocs().size(), 10u);
}

}  // namespace
}  // namespace understudy::cli
