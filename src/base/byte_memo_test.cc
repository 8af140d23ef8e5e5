#include "base/byte_memo.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace understudy {
namespace {

TEST(ByteMemoTest, KeepsOneKeyAPlace) {
  ByteMemo<8, 4, 1> memo;
  constexpr uint64_t kPlace0 = 0, kPlace1 = uint64_t{1} << 63;
  EXPECT_FALSE(memo.Find("a", kPlace0).has_value());
  memo.Put("a", kPlace0, "1");
  memo.Put("", kPlace1, "");
  EXPECT_EQ(memo.Find("a", kPlace0), "1");
  EXPECT_EQ(memo.Find("", kPlace1), "");
  EXPECT_FALSE(memo.Find("", kPlace0).has_value());
  memo.Put("b", kPlace0, "22");
  EXPECT_FALSE(memo.Find("a", kPlace0).has_value());
  EXPECT_EQ(memo.Find("b", kPlace0), "22");
  // Too long to keep, and too long to ask for.
  memo.Put("123456789", kPlace0, "");
  memo.Put("c", kPlace0, "12345");
  EXPECT_FALSE(memo.Find("123456789", kPlace0).has_value());
  EXPECT_FALSE(memo.Find("c", kPlace0).has_value());
  EXPECT_EQ(memo.Find("b", kPlace0), "22");
}

// With hashes that tell nothing apart, it still never gives another key's value.
TEST(ByteMemoTest, NeverAnswersForAnotherKey) {
  ByteMemo<12, 12, 3> memo;
  std::map<std::string, std::string> truth;
  std::mt19937 random(3);
  size_t answered = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string key;
    for (size_t n = random() % 5; n > 0; --n) key += "ab\0c"[random() % 4];
    std::string& value = truth.try_emplace(key, std::to_string(i)).first->second;
    const uint64_t hash = static_cast<uint64_t>(key.size()) << 61;
    if (const auto found = memo.Find(key, hash); found.has_value()) {
      ASSERT_EQ(*found, value);
      ++answered;
    }
    memo.Put(key, hash, value);
  }
  EXPECT_GT(answered, 1000u);
}

}  // namespace
}  // namespace understudy
