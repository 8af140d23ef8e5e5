#include "record/state_directory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "base/status.h"
#include "record/record_json.h"
#include "support/temp_directory.h"

namespace understudy::record {
namespace {

namespace fs = std::filesystem;

class StateDirectoryTest : public testing::Test {
 protected:
  void SetUp() override { state_ = root_ + "/deep/state"; }

  std::string Write(const std::string& id) {
    RunRecord run;
    run.run_id = id;
    const auto directory = WriteRun(state_, id, {{"report.json", ToJson(run)}, {"report.md", "x"}});
    EXPECT_TRUE(directory.ok()) << directory.status();
    return directory.ok() ? *directory : "";
  }

  const testing_support::TempDirectory directory_;
  const std::string& root_ = directory_.path();
  std::string state_;
};

TEST_F(StateDirectoryTest, WritesAndSwitchesLatest) {
  Write("20250101T000000Z-000001");
  EXPECT_EQ(fs::read_symlink(state_ + "/latest"), "runs/20250101T000000Z-000001");
  Write("20250102T000000Z-000002");
  EXPECT_EQ(fs::read_symlink(state_ + "/latest"), "runs/20250102T000000Z-000002");
  const auto latest = LoadRun(state_, "latest");
  ASSERT_TRUE(latest.ok()) << latest.status();
  EXPECT_EQ(latest->run_id, "20250102T000000Z-000002");
  for (const auto& entry : fs::recursive_directory_iterator(state_)) {
    EXPECT_EQ(entry.path().string().find(".tmp."), std::string::npos) << entry.path();
  }
}

TEST_F(StateDirectoryTest, ListsNewestFirstAndOnlyWholeRuns) {
  EXPECT_TRUE(ListRuns(state_)->empty());
  Write("20250101T000000Z-000001");
  Write("20250103T000000Z-000003");
  Write("20250102T000000Z-000002");
  fs::create_directories(state_ + "/runs/20250104T000000Z-000004");
  const auto ids = ListRuns(state_);
  ASSERT_TRUE(ids.ok());
  ASSERT_EQ(ids->size(), 3u);
  EXPECT_EQ(ids->front(), "20250103T000000Z-000003");
}

TEST_F(StateDirectoryTest, LoadsByIdBeginningDirectoryAndFile) {
  const std::string directory = Write("20250101T000000Z-000001");
  Write("20250102T000000Z-000002");
  for (const std::string& which : {std::string("20250101T000000Z-000001"), std::string("20250101"), directory,
                                   directory + "/report.json"}) {
    const auto run = LoadRun(state_, which);
    ASSERT_TRUE(run.ok()) << run.status();
    EXPECT_EQ(run->run_id, "20250101T000000Z-000001");
  }
  EXPECT_EQ(MessageOf(LoadRun(state_, "202501").status()),
            "\"202501\" is the beginning of 2 runs: 20250102T000000Z-000002, 20250101T000000Z-000001, …");
  EXPECT_EQ(MessageOf(LoadRun(state_, "20250101T000000Z-000007").status()),
            "no run \"20250101T000000Z-000007\" in " + state_ + "; did you mean 20250101T000000Z-000001?");
}

TEST_F(StateDirectoryTest, EmptyHasNoLatest) {
  EXPECT_EQ(LoadRun(state_, "latest").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(StateDirectoryTest, TwoRunsNeverMeet) {
  auto first = StateLock::Acquire(state_);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = StateLock::Acquire(state_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(ExitClassOf(second.status()), ExitClass::kRefused);
  EXPECT_NE(MessageOf(second.status()).find("process " + std::to_string(::getpid())), std::string::npos);
  { const StateLock gone = *std::move(first); }
  EXPECT_TRUE(StateLock::Acquire(state_).ok());
}

TEST(RunId, SortsByTimeAndDiffers) {
  const absl::Time start = absl::UnixEpoch();
  EXPECT_EQ(NewRunId(start).substr(0, 20), "19700101T000000Z-000");
  EXPECT_EQ(NewRunId(start).size(), 23u);
  std::set<std::string> of_one_moment;
  for (int i = 0; i < 10; ++i) of_one_moment.insert(NewRunId(start));
  EXPECT_GT(of_one_moment.size(), 1u);
  EXPECT_LT(NewRunId(start), NewRunId(start + absl::Milliseconds(1)));
  EXPECT_LT(NewRunId(start + absl::Nanoseconds(999'999'999)), NewRunId(start + absl::Seconds(1)));
  EXPECT_EQ(NewRunId(start + absl::Nanoseconds(999'999'999)).substr(17, 3), "fff");
}

TEST(Rfc3339, BothWays) {
  EXPECT_EQ(Rfc3339(1738289047), "2025-01-31T02:04:07Z");
  EXPECT_EQ(ParseRfc3339("2025-01-31T02:04:07Z"), 1738289047);
  EXPECT_EQ(ParseRfc3339("2025-01-31T02:04:07.123Z"), 1738289047);
  EXPECT_EQ(ParseRfc3339("yesterday"), -1);
  EXPECT_EQ(ParseRfc3339("2025-01-31T02:04:07"), -1);
}

}  // namespace
}  // namespace understudy::record
