// Ten million distinct values of each kind that promises uniqueness: not one pair meets.
#include <gtest/gtest.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pseudonym/pseudonymiser.h"

namespace understudy::pseudonym {
namespace {

constexpr uint32_t kValues = 10'000'000;

// How many of the pseudonyms of ten million values have been seen before. They are compared by 64 bits of a
// hash; that two different ones agree in it happens once in 300,000 runs.
template <typename Value>
size_t Meetings(Kind kind, const Context& context, Value value) {
  Options options;
  options.default_country = "DE";
  auto made =
      Pseudonymiser::Create(*Key::FromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
                            UNDERSTUDY_SOURCE_DIR "/rules/lexicon", options);
  if (!made.ok()) return kValues;
  std::vector<uint64_t> seen;
  seen.reserve(kValues);
  std::string out;
  for (uint32_t i = 0; i < kValues; ++i) {
    out.clear();
    (*made)->Generate(kind, value(i), context, &out);
    seen.push_back(XXH3_64bits(out.data(), out.size()));
  }
  std::sort(seen.begin(), seen.end());
  return static_cast<size_t>(seen.end() - std::unique(seen.begin(), seen.end()));
}

TEST(UniquenessTest, TenMillionEmails) {
  EXPECT_EQ(Meetings(Kind::kEmail, {}, [](uint32_t i) { return "u" + std::to_string(i) + "@corp.com"; }), 0u);
}

TEST(UniquenessTest, TenMillionEmailsInAColumnOfTwentyCharacters) {
  Context context;
  context.max_chars = 20;
  EXPECT_EQ(Meetings(Kind::kEmail, context, [](uint32_t i) { return "u" + std::to_string(i) + "@c.de"; }),
            0u);
}

TEST(UniquenessTest, TenMillionLogins) {
  EXPECT_EQ(Meetings(Kind::kLogin, {}, [](uint32_t i) { return "user" + std::to_string(i); }), 0u);
}

TEST(UniquenessTest, TenMillionPhones) {
  Context context;
  context.unique = true;
  EXPECT_EQ(
      Meetings(Kind::kPhone, context, [](uint32_t i) { return "+4930" + std::to_string(10'000'000 + i); }),
      0u);
}

TEST(UniquenessTest, TenMillionNumbers) {
  EXPECT_EQ(Meetings(Kind::kNumber, {}, [](uint32_t i) { return std::to_string(2'140'000'000 + i); }), 0u);
}

TEST(UniquenessTest, TenMillionSerialNumbers) {
  EXPECT_EQ(Meetings(Kind::kPlate, {},
                     [](uint32_t i) {
                       const std::string n = std::to_string(i);
                       return "SN" + std::string(8 - n.size(), '0') + n + "X";
                     }),
            0u);
}

// Without its promise a kind of that size does meet: the counting can fail.
TEST(UniquenessTest, TenMillionPhonesInTheRangesForFictionDoMeet) {
  EXPECT_GT(Meetings(Kind::kPhone, {}, [](uint32_t i) { return "+4930" + std::to_string(10'000'000 + i); }),
            0u);
}

}  // namespace
}  // namespace understudy::pseudonym
