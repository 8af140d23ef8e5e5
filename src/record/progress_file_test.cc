#include "record/progress_file.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "support/temp_directory.h"

namespace understudy::record {
namespace {

RunProgress Sample() {
  RunProgress progress;
  progress.run_id = "20250131T020304Z-1a2b3c";
  progress.pid = 42;
  progress.started_at = 1738288984;
  progress.updated_at = 1738288994;
  progress.warnings = 2;
  progress.overall = {"refresh", true, 10, 0, 300, 1000, 0, 0, 30, 0, ""};
  progress.stages = {{"schema", false, 1.5, 0, 0, 0, 0, 0, 0, 0, ""},
                     {"rows", true, 8, 77, 300, 600, 3, 9, 40, 1, "waits for staging"}};
  return progress;
}

TEST(ProgressFile, ThereAndBack) {
  const testing_support::TempDirectory directory;
  const std::string state = directory.path();
  const auto none = ReadProgress(state);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_value());
  const RunProgress sample = Sample();
  ASSERT_TRUE(WriteProgress(state, sample).ok());
  const auto read = ReadProgress(state);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_TRUE(read->has_value());
  EXPECT_EQ(ToJson(**read), ToJson(sample));
  EXPECT_EQ((*read)->stages[1].doing, "waits for staging");
  EXPECT_EQ((*read)->updated_at, sample.updated_at);
  RemoveProgress(state);
  EXPECT_FALSE(ReadProgress(state)->has_value());
}

TEST(ProgressFile, HostileFilesAreErrorsOrEmpty) {
  for (const char* text : {"", "{", "[]", "{}", "{\"format\":2}", "{\"format\":\"1\"}"}) {
    EXPECT_FALSE(ProgressFromJson(text).ok()) << text;
  }
  for (const char* text :
       {R"({"format":1})", R"({"format":1,"overall":7,"stages":{"a":1}})",
        R"({"format":1,"stages":[1,null,{"stage":[],"running":3,"bytes":"x","doing":{}}]})"}) {
    EXPECT_TRUE(ProgressFromJson(text).ok()) << text;
  }
}

}  // namespace
}  // namespace understudy::record
