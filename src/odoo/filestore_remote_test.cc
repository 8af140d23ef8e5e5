#include "odoo/filestore_remote.h"

#include <sys/stat.h>

#include "base/process.h"
#include "base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "odoo/sha1.h"
#include "odoo/store_name.h"
#include "support/status_matchers.h"
#include "support/temp_directory.h"

namespace understudy::odoo {
namespace {

using testing_support::ReadTestFile;
using testing_support::TempDirectory;
using testing_support::WriteTestFile;

using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(RemotePath, Parsing) {
  EXPECT_TRUE(IsRemotePath("host:/srv/x"));
  EXPECT_TRUE(IsRemotePath("me@host:/srv/x"));
  for (const char* local : {"/srv/x", "x:y/z", ":/x", "./host:/x", "host:relative"})
    EXPECT_FALSE(IsRemotePath(local)) << local;
  ASSERT_OK_AND_ASSIGN(const RemotePath path, ParseRemotePath("me@host:/srv/x//"));
  EXPECT_EQ(path.host, "me@host");
  EXPECT_EQ(path.path, "/srv/x");
  for (const char* bad : {"-oProxyCommand=x:/srv", "a b:/srv", "h:/", "host$(x):/srv"}) {
    EXPECT_FALSE(ParseRemotePath(bad).ok()) << bad;
  }
}

bool HasRsync() {
  ProcessOptions options;
  options.argv = {"rsync", "--version"};
  return RunProcess(options).ok();
}

// A "remote shell" that drops the host and runs the rest here.
class RemoteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!HasRsync()) GTEST_SKIP() << "rsync is not installed";
    WriteTestFile(temp_ / "shell", "#!/bin/sh\nshift\nexec sh -c \"$*\"\n");
    chmod((temp_ / "shell").c_str(), 0755);
    options_.shell = temp_ / "shell";
  }
  std::string Put(const std::string& filestore, std::string_view content) {
    const std::string name = StoreNameOf(Sha1Of(content));
    WriteTestFile(temp_ / (filestore + "/" + name), content);
    return name;
  }
  TempDirectory temp_;
  RemoteOptions options_;
};

TEST_F(RemoteTest, FetchesOnlyWhatIsNewAndHashesIt) {
  const std::string one = Put("prod", "one"), two = Put("prod", "two"), unnamed = Put("prod", "unnamed");
  const std::string damaged = Put("prod", "damaged"), missing = StoreNameOf(Sha1Of("missing"));
  WriteTestFile(temp_ / ("prod/" + damaged), "something else");
  Put("staging", "one");
  ASSERT_OK_AND_ASSIGN(const auto stage, FilestoreStage::Create(temp_ / "staging", "1", StageOptions()));
  ASSERT_OK_AND_ASSIGN(
      const CopyResult result,
      FetchFiles({{one, "", 0, 1}, {two, "", 0, 2}, {damaged, "", 0, 3}, {missing, "", 0, 4}},
                 {"prodhost", temp_ / "prod"}, CopyOptions(), options_, stage.get()));
  EXPECT_EQ(result.linked, 1u);
  EXPECT_EQ(result.copied, 1u);
  ASSERT_EQ(result.problems.size(), 2u);
  EXPECT_EQ(result.problems[0].kind, FileProblemKind::kDamaged);
  EXPECT_EQ(result.problems[1].kind, FileProblemKind::kMissing);
  EXPECT_EQ(ReadTestFile(stage->path() + "/" + two), "two");
  EXPECT_FALSE(fs::exists(stage->path() + "/" + unnamed));
  EXPECT_FALSE(fs::exists(stage->path() + "/" + damaged));
}

TEST_F(RemoteTest, WhatDoesNotTravelIsLookedFor) {
  const std::string one = Put("prod of x", "one"), two = Put("prod of x", "two");
  const std::string missing = StoreNameOf(Sha1Of("missing")), other = StoreNameOf(Sha1Of("other"));
  fs::create_symlink(temp_ / ("prod of x/" + one), temp_ / ("prod of x/" + other.substr(0, 2)));
  const RemotePath source{"prodhost", temp_ / "prod of x"};
  ASSERT_OK_AND_ASSIGN(const std::vector<FileProblem> problems, FindMissing({{two, "", 0, 2},
                                                                             {missing, "", 0, 7},
                                                                             {other, "", 0, 5},
                                                                             {one, "", 0, 1},
                                                                             {missing, "", 0, 7},
                                                                             {missing, "", 0, 3}},
                                                                            source, options_));
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[0].attachment_id, 3);
  EXPECT_EQ(problems[1].attachment_id, 5);
  EXPECT_EQ(problems[2].attachment_id, 7);
  EXPECT_EQ(problems[2].kind, FileProblemKind::kMissing);
  ASSERT_OK_AND_ASSIGN(const std::vector<FileProblem> none, FindMissing({}, {"nowhere", "/x"}, options_));
  EXPECT_TRUE(none.empty());
  options_.shell = "false";
  EXPECT_EQ(ExitClassOf(FindMissing({{two, "", 0, 2}}, source, options_).status()), ExitClass::kUnreachable);
}

TEST_F(RemoteTest, SaysWhatRsyncSaid) {
  WriteTestFile(temp_ / "shell", "#!/bin/sh\necho 'ssh: no route to host' >&2\nexit 255\n");
  ASSERT_OK_AND_ASSIGN(const auto stage, FilestoreStage::Create(temp_ / "staging", "1", StageOptions()));
  const auto result =
      FetchFiles({{StoreNameOf(Sha1Of("x")), "", 0, 1}}, {"h", "/x"}, CopyOptions(), options_, stage.get());
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("ssh: no route to host"));
  EXPECT_EQ(ExitClassOf(result.status()), ExitClass::kUnreachable);
}

TEST_F(RemoteTest, DeliversPublishesAndTakesBack) {
  const std::string old_file = Put("stage host's", "yesterday"), same = Put("stage host's", "same");
  Put("local", "same");
  const std::string fresh = Put("local", "today");
  const std::string final_path = temp_ / "stage host's";
  RemoteStage remote({"host", final_path}, "7", options_);
  ASSERT_OK(remote.Deliver(temp_ / "local"));
  EXPECT_EQ(ReadTestFile(final_path + "/" + old_file), "yesterday");
  struct stat a, b;
  ASSERT_EQ(stat((final_path + "/" + same).c_str(), &a), 0);
  ASSERT_OK(remote.Publish());
  EXPECT_EQ(ReadTestFile(final_path + "/" + fresh), "today");
  EXPECT_EQ(ReadTestFile(final_path + "/" + old_file), "yesterday") << "until the database is switched too";
  ASSERT_EQ(stat((final_path + "/" + same).c_str(), &b), 0);
  EXPECT_EQ(b.st_size, a.st_size);
  ASSERT_OK(remote.Undo());
  EXPECT_EQ(ReadTestFile(final_path + "/" + old_file), "yesterday");
  ASSERT_OK(remote.Discard());
  EXPECT_FALSE(fs::exists(final_path + ".understudy-7"));
}

TEST_F(RemoteTest, OldFilesLeaveWhenTheDatabaseIsSwitched) {
  const std::string old_file = Put("stage host's", "yesterday"), same = Put("stage host's", "same");
  WriteTestFile(temp_ / "stage host's/checklist/ab/abc", "");
  Put("local", "same");
  const std::string fresh = Put("local", "today"), final_path = temp_ / "stage host's";
  RemoteStage remote({"host", final_path}, "7", options_);
  ASSERT_OK(remote.Deliver(temp_ / "local"));
  ASSERT_OK(remote.Publish());
  const std::string uploaded = Put("stage host's", "uploaded after the switch");
  ASSERT_OK(remote.Discard());
  EXPECT_FALSE(fs::exists(final_path + "/" + old_file));
  for (const std::string& name : {same, fresh, uploaded}) EXPECT_TRUE(fs::exists(final_path + "/" + name));
  for (const auto& entry : fs::directory_iterator(fs::path(final_path).parent_path())) {
    EXPECT_EQ(entry.path().filename().string().find("understudy-"), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace understudy::odoo
