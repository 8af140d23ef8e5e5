#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "odoo/filestore_copy.h"
#include "odoo/filestore_siblings.h"
#include "odoo/filestore_stage.h"
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

std::string Put(const std::string& filestore, std::string_view content) {
  const std::string name = StoreNameOf(Sha1Of(content));
  WriteTestFile(filestore + "/" + name, content);
  return name;
}

FileRequest Ask(const std::string& name, int64_t id, uint64_t size = 0) { return {name, "", size, id}; }

std::unique_ptr<FilestoreStage> NewStage(const std::string& directory, const std::string& run) {
  auto stage = FilestoreStage::Create(directory, run, StageOptions());
  EXPECT_OK(stage);
  return stage.ok() ? std::move(*stage) : nullptr;
}

TEST(StoreName, OnlyWhatOdooWrites) {
  const std::string sha1 = Sha1Of("x");
  EXPECT_TRUE(IsStoreName(StoreNameOf(sha1)));
  EXPECT_TRUE(IsStoreName(sha1.substr(0, 3) + "/" + sha1));
  for (const std::string& bad :
       {std::string(), sha1, "../" + sha1, std::string("/etc/passwd"), "ab/../" + sha1, "zz/" + sha1,
        "s3://bucket/" + sha1, sha1.substr(0, 2) + "/" + sha1 + "/..",
        sha1.substr(0, 2) + "/" + sha1.substr(1), "ab/" + sha1}) {
    EXPECT_FALSE(IsStoreName(bad)) << bad;
  }
}

TEST(Sha1, KnownAnswer) { EXPECT_EQ(Sha1Of("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d"); }

TEST(Filestore, CopiesExactlyWhatIsNamedThenOnlyWhatIsNew) {
  TempDirectory temp;
  const std::string source = temp / "prod", staging = temp / "staging";
  const std::string one = Put(source, "one"), two = Put(source, "two"),
                    other = Put(source, "nobody names me");
  const std::string large = Put(source, std::string(3 * kSmallBytes + 17, 'L'));
  CopyOptions options;
  options.source = source;
  options.workers = 3;
  {
    auto stage = NewStage(staging, "1");
    ASSERT_OK_AND_ASSIGN(
        const CopyResult result,
        CopyFiles({Ask(one, 1, 3), Ask(two, 2), Ask(one, 3), Ask(large, 4)}, options, stage.get()));
    EXPECT_EQ(result.files, 3u);
    EXPECT_EQ(result.copied, 3u);
    EXPECT_TRUE(result.problems.empty());
    EXPECT_FALSE(fs::exists(staging));
    ASSERT_OK(stage->Publish());
  }
  EXPECT_EQ(ReadTestFile(staging + "/" + one), "one");
  EXPECT_EQ(ReadTestFile(staging + "/" + large), ReadTestFile(source + "/" + large));
  EXPECT_FALSE(fs::exists(staging + "/" + other));

  const std::string three = Put(source, "three");
  auto stage = NewStage(staging, "2");
  ASSERT_OK_AND_ASSIGN(const CopyResult result,
                       CopyFiles({Ask(one, 1, 3), Ask(three, 5), Ask(large, 4)}, options, stage.get()));
  EXPECT_EQ(result.copied, 1u);
  EXPECT_EQ(result.linked, 2u);
  ASSERT_OK(stage->Publish());
  EXPECT_TRUE(fs::exists(staging + "/" + two)) << "the old database may still serve";
  ASSERT_OK(stage->DropStale());
  EXPECT_FALSE(fs::exists(staging + "/" + two));
  EXPECT_TRUE(fs::exists(staging + ".understudy-old-2/" + two));
  ASSERT_OK(stage->PruneOld(0));
  EXPECT_FALSE(fs::exists(staging + ".understudy-old-2"));
  EXPECT_EQ(ReadTestFile(staging + "/" + one), "one");
}

TEST(Filestore, UndoPutsTheOldOneBack) {
  TempDirectory temp;
  const std::string staging = temp / "staging";
  const std::string old_file = Put(staging, "yesterday");
  {
    auto stage = NewStage(staging, "1");
    ASSERT_OK(stage->AddContent("today"));
    ASSERT_OK(stage->Publish());
    EXPECT_TRUE(fs::exists(staging + "/" + StoreNameOf(Sha1Of("today"))));
    ASSERT_OK(stage->Undo());
    EXPECT_FALSE(fs::exists(staging + "/" + StoreNameOf(Sha1Of("today"))));
    EXPECT_EQ(ReadTestFile(staging + "/" + old_file), "yesterday");
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator()), 1);
}

TEST(Filestore, WhatKilledRunsLeaveIsTidied) {
  TempDirectory temp;
  const std::string staging = temp / "staging";
  const std::string file = Put(staging + ".understudy-old-3", "served until the first rename");
  Put(staging + ".understudy-old-2", "older");
  Put(staging + ".understudy-3", "being built");
  Put(staging + "-of-somebody", "not ours");
  ASSERT_OK(TidySiblings(staging));
  EXPECT_EQ(ReadTestFile(staging + "/" + file), "served until the first rename");
  EXPECT_FALSE(fs::exists(staging + ".understudy-3"));
  EXPECT_TRUE(fs::exists(staging + ".understudy-old-2"));
  EXPECT_TRUE(fs::exists(staging + "-of-somebody"));
  ASSERT_OK(TidySiblings(staging));  // with a filestore that serves, the old ones stay what they are
  EXPECT_TRUE(fs::exists(staging + ".understudy-old-2"));
}

TEST(Filestore, AFailedRunLeavesNothing) {
  TempDirectory temp;
  const std::string staging = temp / "staging";
  const std::string old_file = Put(staging, "yesterday");
  {
    auto stage = NewStage(staging, "1");
    ASSERT_OK(stage->AddContent("today"));
  }
  EXPECT_EQ(ReadTestFile(staging + "/" + old_file), "yesterday");
  EXPECT_EQ(std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator()), 1);
}

TEST(Filestore, ReportsWhatTheSourceLacks) {
  TempDirectory temp;
  const std::string source = temp / "prod", outside = temp / "outside";
  const std::string good = Put(source, "good"), damaged = Put(source, "damaged"),
                    linked = Put(source, "linked");
  const std::string missing = StoreNameOf(Sha1Of("missing")), pipe = StoreNameOf(Sha1Of("pipe"));
  WriteTestFile(source + "/" + damaged, "not what it was");
  WriteTestFile(outside, "linked");
  fs::remove(source + "/" + linked);
  fs::create_symlink(outside, source + "/" + linked);
  fs::create_directories(fs::path(source + "/" + pipe).parent_path());
  ASSERT_EQ(mkfifo((source + "/" + pipe).c_str(), 0600), 0);
  CopyOptions options;
  options.source = source;
  auto stage = NewStage(temp / "staging", "1");
  ASSERT_OK_AND_ASSIGN(const CopyResult result,
                       CopyFiles({Ask(good, 1), Ask(damaged, 2), Ask(linked, 3), Ask(missing, 4),
                                  Ask(pipe, 5), Ask("../../etc/passwd", 6), Ask("/etc/passwd", 7)},
                                 options, stage.get()));
  EXPECT_EQ(result.copied, 1u);
  std::vector<std::pair<int64_t, FileProblemKind>> problems;
  for (const FileProblem& problem : result.problems)
    problems.emplace_back(problem.attachment_id, problem.kind);
  EXPECT_EQ(problems, (std::vector<std::pair<int64_t, FileProblemKind>>{{2, FileProblemKind::kDamaged},
                                                                        {3, FileProblemKind::kUnsafe},
                                                                        {4, FileProblemKind::kMissing},
                                                                        {5, FileProblemKind::kUnsafe},
                                                                        {6, FileProblemKind::kUnsafe},
                                                                        {7, FileProblemKind::kUnsafe}}));
  EXPECT_FALSE(fs::exists(stage->path() + "/" + damaged));
  EXPECT_FALSE(fs::exists(stage->path() + "/" + linked));
}

TEST(Filestore, ALargeDamagedFileIsNotKept) {
  TempDirectory temp;
  const std::string source = temp / "prod";
  const std::string large = Put(source, std::string(2 * kSmallBytes, 'x'));
  WriteTestFile(source + "/" + large, std::string(2 * kSmallBytes, 'y'));
  CopyOptions options;
  options.source = source;
  auto stage = NewStage(temp / "staging", "1");
  ASSERT_OK_AND_ASSIGN(const CopyResult result, CopyFiles({Ask(large, 9)}, options, stage.get()));
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].kind, FileProblemKind::kDamaged);
  EXPECT_FALSE(fs::exists(stage->path() + "/" + large));
}

TEST(Filestore, HolesStayHoles) {
  TempDirectory temp;
  const std::string source = temp / "prod";
  constexpr off_t kSize = 3 * static_cast<off_t>(kPieceBytes);
  // The SHA-1 of the sparse file, computed as it is.
  Sha1 sha1;
  const std::string zeros(kSmallBytes, '\0');
  for (off_t at = 0; at < kSize; at += static_cast<off_t>(kSmallBytes)) sha1.Add(zeros.data(), zeros.size());
  const std::string name = StoreNameOf(sha1.Finish());
  WriteTestFile(source + "/" + name, "");
  ASSERT_EQ(truncate((source + "/" + name).c_str(), kSize), 0);
  CopyOptions options;
  options.source = source;
  auto stage = NewStage(temp / "staging", "1");
  ASSERT_OK_AND_ASSIGN(const CopyResult result, CopyFiles({Ask(name, 1)}, options, stage.get()));
  EXPECT_EQ(result.copied, 1u);
  EXPECT_TRUE(result.problems.empty());
  struct stat status;
  ASSERT_EQ(stat((stage->path() + "/" + name).c_str(), &status), 0);
  EXPECT_EQ(status.st_size, kSize);
  EXPECT_LT(status.st_blocks * 512, kSize / 10);
}

TEST(Filestore, ATargetThatIsFullEndsTheCopy) {
  TempDirectory temp;
  const std::string source = temp / "prod", staging = temp / "staging";
  const std::string old_file = Put(staging, "yesterday");
  const std::string big = Put(source, std::string(200'000, 'b'));
  CopyOptions options;
  options.source = source;
  options.workers = 1;
  auto stage = NewStage(staging, "1");
  // EFBIG from a file size limit stands for a full disk: the same branch of the code.
  struct rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  struct rlimit tight = before;
  tight.rlim_cur = 100'000;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &tight);
  const auto result = CopyFiles({Ask(big, 1)}, options, stage.get());
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("File too large")));
  stage.reset();
  EXPECT_EQ(ReadTestFile(staging + "/" + old_file), "yesterday");
  EXPECT_EQ(std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator()), 2);
}

TEST(Filestore, PermissionDenied) {
  TempDirectory temp;
  fs::create_directories(temp / "closed/staging");
  const std::string one = Put(temp / "prod", "one");
  chmod((temp / "prod").c_str(), 0700);
  chmod(temp.path().c_str(), 0755);
  // Root may do everything: become nobody for a moment.
  constexpr uid_t kNobody = 65534;
  const uid_t before = geteuid();
  if (before == 0) {
    ASSERT_EQ(seteuid(kNobody), 0);
  } else {
    chmod((temp / "closed").c_str(), 0500);
    chmod((temp / "prod").c_str(), 0000);
  }
  EXPECT_THAT(FilestoreStage::Create(temp / "closed/staging", "1", StageOptions()).status().message(),
              HasSubstr("Permission denied"));
  if (before == 0) {
    ASSERT_EQ(seteuid(before), 0);
  }
  auto stage = NewStage(temp / "staging", "1");
  if (before == 0) {
    ASSERT_EQ(seteuid(kNobody), 0);
  }
  CopyOptions options;
  options.source = temp / "prod";
  EXPECT_THAT(CopyFiles({Ask(one, 1)}, options, stage.get()).status().message(),
              HasSubstr("Permission denied"));
  if (before == 0) {
    ASSERT_EQ(seteuid(before), 0);
  }
  chmod((temp / "closed").c_str(), 0700);
  chmod((temp / "prod").c_str(), 0700);
}

TEST(Filestore, ASymlinkInPlaceOfTheFilestoreIsRefused) {
  TempDirectory temp;
  fs::create_directories(temp / "elsewhere");
  fs::create_directory_symlink(temp / "elsewhere", temp / "staging");
  EXPECT_FALSE(FilestoreStage::Create(temp / "staging", "1", StageOptions()).ok());
  EXPECT_FALSE(FilestoreStage::Create(temp / "x", "../evil", StageOptions()).ok());
}

TEST(Filestore, RemovingNeverFollowsSymlinks) {
  TempDirectory temp;
  WriteTestFile(temp / "precious/file", "keep me");
  fs::create_directories(temp / "tree/sub");
  fs::create_directory_symlink(temp / "precious", temp / "tree/sub/link");
  ASSERT_OK(RemoveTree(temp / "tree"));
  EXPECT_FALSE(fs::exists(temp / "tree"));
  EXPECT_EQ(ReadTestFile(temp / "precious/file"), "keep me");
}

TEST(Filestore, ModesAreAsAsked) {
  TempDirectory temp;
  StageOptions options;
  options.file_mode = 0664;
  options.directory_mode = 0775;
  auto stage = FilestoreStage::Create(temp / "staging", "1", options);
  ASSERT_OK(stage);
  ASSERT_OK_AND_ASSIGN(const std::string name, (*stage)->AddContent("x"));
  struct stat status;
  ASSERT_EQ(stat(((*stage)->path() + "/" + name).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0664u);
  ASSERT_EQ(stat(((*stage)->path() + "/" + name.substr(0, 2)).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0775u);
}

TEST(Filestore, ContentInPiecesIsThereIfItIsWhatItsNameSays) {
  TempDirectory temp;
  auto stage = FilestoreStage::Create(temp / "staging", "1", {});
  ASSERT_OK(stage);
  const std::string sha1 = Sha1Of("one, two");
  const auto pieces = [](const char* last, absl::Status end = absl::OkStatus()) {
    return [=](const FilestoreStage::Take& take) {
      const absl::Status taken = take("one, ");
      if (!taken.ok()) return taken;
      const absl::Status more = take(last);
      return more.ok() ? end : more;
    };
  };
  const fs::path directory = (*stage)->path() + "/" + sha1.substr(0, 2);
  EXPECT_THAT((*stage)->AddPieces(sha1, pieces("three")), IsOkAndHolds(false));
  EXPECT_THAT((*stage)->AddPieces(sha1, pieces("two", absl::DataLossError("cut"))), IsOkAndHolds(false));
  EXPECT_TRUE(fs::is_empty(directory));
  EXPECT_THAT((*stage)->AddPieces(sha1, pieces("two")), IsOkAndHolds(true));
  EXPECT_EQ(ReadTestFile(directory / sha1), "one, two");
  EXPECT_THAT((*stage)->AddPieces(sha1, pieces("never asked")), IsOkAndHolds(true));
}

TEST(Filestore, CancelStops) {
  TempDirectory temp;
  const std::string one = Put(temp / "prod", "one");
  CancelToken cancel;
  cancel.Cancel();
  CopyOptions options;
  options.source = temp / "prod";
  options.cancel = &cancel;
  auto stage = NewStage(temp / "staging", "1");
  EXPECT_TRUE(absl::IsCancelled(CopyFiles({Ask(one, 1)}, options, stage.get()).status()));
}

}  // namespace
}  // namespace understudy::odoo
