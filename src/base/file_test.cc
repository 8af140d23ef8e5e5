#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace understudy {
namespace {

TEST(FileTest, WritesWholeAndWithTheModeAsked) {
  const std::string directory = ::testing::TempDir() + "/file_test/a/b";
  ASSERT_TRUE(MakeDirectories(directory).ok());
  const std::string path = directory + "/x";
  ASSERT_TRUE(WriteFileAtomic(path, "one", 0600).ok());
  ASSERT_TRUE(WriteFileAtomic(path, "two", 0600).ok());
  EXPECT_EQ(*ReadFile(path), "two");
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory)) ++entries;
  EXPECT_EQ(entries, 1u);
}

TEST(FileTest, ErrorsNameThePath) {
  const auto missing = ReadFile("/nonexistent/file");
  EXPECT_EQ(missing.status().message(), "opening /nonexistent/file: No such file or directory");
  EXPECT_FALSE(MakeDirectories("/proc/none/of/it").ok());
}

}  // namespace
}  // namespace understudy
