// A filestore of 100,000 files and one of 5 GB: nothing grows with them.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "base/status.h"
#include "gtest/gtest.h"
#include "odoo/filestore_copy.h"
#include "odoo/filestore_stage.h"
#include "odoo/sha1.h"
#include "odoo/store_name.h"
#include "support/status_matchers.h"
#include "support/temp_directory.h"

namespace understudy::odoo {
namespace {

using testing_support::TempDirectory;
using testing_support::WriteTestFile;

namespace fs = std::filesystem;

constexpr uint64_t kFlatBytes =
    64 << 20;  // how much more memory than before is flat: buffers, lists of names

uint64_t PeakBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(FilestoreSlow, AHundredThousandFilesAndThenNoneOfThem) {
  TempDirectory temp;
  const std::string source = temp / "prod", staging = temp / "staging";
  std::vector<FileRequest> requests;
  for (int i = 0; i < 100'000; ++i) {
    const std::string content = fmt::format("file {}", i), name = StoreNameOf(Sha1Of(content));
    WriteTestFile(source + "/" + name, content);
    requests.push_back({name, "", content.size(), i});
  }
  CopyOptions options;
  options.source = source;
  const uint64_t before = PeakBytes();
  double first = 0;
  for (const char* run : {"1", "2"}) {
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_OK_AND_ASSIGN(const auto stage, FilestoreStage::Create(staging, run, StageOptions()));
    ASSERT_OK_AND_ASSIGN(const CopyResult result, CopyFiles(requests, options, stage.get()));
    ASSERT_OK(stage->Publish());
    ASSERT_OK(stage->DropStale());
    const double seconds = SecondsSince(begin);
    EXPECT_TRUE(result.problems.empty());
    if (first == 0) {
      EXPECT_EQ(result.copied, requests.size());
      first = seconds;
    } else {
      EXPECT_EQ(result.copied, 0u);
      EXPECT_EQ(result.linked, requests.size());
      EXPECT_LT(seconds, first);
      fmt::print("first {:.2f} s, second {:.2f} s: {:.2f}\n", first, seconds, seconds / first);
    }
  }
  EXPECT_LT(PeakBytes() - before, kFlatBytes);
}

TEST(FilestoreSlow, FiveGigabytesOfWhichOneByteIsWritten) {
  constexpr uint64_t kSize = uint64_t{5} << 30;
  TempDirectory temp;
  const std::string source = temp / "prod";
  WriteTestFile(source + "/new", "");
  ASSERT_EQ(truncate((source + "/new").c_str(), kSize), 0);
  {
    const Fd file(open((source + "/new").c_str(), O_WRONLY));
    ASSERT_EQ(pwrite(file.get(), "x", 1, kSize - 1), 1);
  }
  Sha1 sha1;
  const std::string zeros(1 << 20, '\0');
  for (uint64_t i = 1; i < kSize / zeros.size(); ++i) sha1.Add(zeros.data(), zeros.size());
  sha1.Add(zeros.data(), zeros.size() - 1);
  sha1.Add("x", 1);
  const std::string name = StoreNameOf(sha1.Finish());
  fs::create_directories(fs::path(source + "/" + name).parent_path());
  fs::rename(source + "/new", source + "/" + name);
  ASSERT_OK_AND_ASSIGN(const auto stage, FilestoreStage::Create(temp / "staging", "1", StageOptions()));
  CopyOptions options;
  options.source = source;
  const uint64_t before = PeakBytes();
  ASSERT_OK_AND_ASSIGN(const CopyResult result, CopyFiles({{name, "", kSize, 1}}, options, stage.get()));
  EXPECT_EQ(result.copied, 1u);
  EXPECT_TRUE(result.problems.empty());
  EXPECT_LT(PeakBytes() - before, kFlatBytes);
  struct stat status {};
  ASSERT_EQ(stat((stage->path() + "/" + name).c_str(), &status), 0);
  EXPECT_EQ(static_cast<uint64_t>(status.st_size), kSize);
  EXPECT_LT(status.st_blocks * 512, 16 << 20) << "the hole is a hole";
}

}  // namespace
}  // namespace understudy::odoo
