#include "pseudonym/normalise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "pseudonym/buffer.h"

namespace understudy::pseudonym {
namespace {

std::string Email(std::string_view value) {
  Buffer out;
  FoldEmail(value, &out);
  return std::string(out.view());
}
std::string Identifier(std::string_view value) {
  Buffer out;
  FoldIdentifier(value, &out);
  return std::string(out.view());
}

TEST(NormaliseTest, NamesMeetWhateverTheirSpelling) {
  const std::string name = FoldedName("Jürgen O'Neill-Ruß");
  for (const char* spelling :
       {"JÜRGEN O'NEILL-RUSS", "Ju\u0308rgen O\u2019Neill\u2010Ruß", " Jürgen  O'Neill-Ruß ",
        "Jürgen\u00A0O'Neill-Ruß", "Jür\u200Bgen O'Neill-Ruß", "jürgen\tO\u2018neill\u2013ruß"}) {
    EXPECT_EQ(FoldedName(spelling), name) << spelling;
  }
  EXPECT_NE(FoldedName("Jurgen O'Neill-Ruß"), "") << "an umlaut may be told from its letter or not";
  EXPECT_NE(FoldedName("Jürgen O'Neil-Ruß"), name);
  EXPECT_EQ(FoldedName("ＡＤＡ"), FoldedName("ada")) << "full-width letters";
  EXPECT_EQ(FoldedName("ΣΊΣΥΦΟΣ"), FoldedName("σίσυφοσ"));
}

TEST(NormaliseTest, AddressesAndIdentifiers) {
  EXPECT_EQ(Email(" Ada@Example.COM. "), "ada@example.com");
  EXPECT_EQ(Identifier("de44 5001-0517.5407 3249 31"), "DE44500105175407324931");
  EXPECT_EQ(Identifier("ＤＥ４４ ５００１‐0517"), "DE4450010517");
  EXPECT_EQ(Identifier(" - . "), "");
  EXPECT_EQ(TrimBlanks("\u3000 a b\u00A0\t\n"), "a b");
  EXPECT_EQ(TrimBlanks("\u2003\u00A0"), "");
}

// Folding what is folded changes nothing, and a broken byte never makes two values one.
TEST(NormaliseTest, FoldingIsIdempotentOnAnything) {
  std::mt19937_64 random(11);
  for (int n = 0; n < 100'000; ++n) {
    std::string value;
    const size_t size = random() % 24;
    while (value.size() < size) {
      const uint64_t choice = random() % 4;
      if (choice == 0) {
        value.push_back(static_cast<char>(random()));
      } else if (choice == 1) {
        value += "\u00C4\u0308\u1E9E\uFB01\u0130"[random() % 5];
      } else {
        value.push_back(static_cast<char>(' ' + random() % 95));
      }
    }
    const std::string once = FoldedName(value);
    ASSERT_EQ(FoldedName(once), once) << value;
    // Broken bytes may join to a letter once what stood between them is dropped.
    if (!std::all_of(value.begin(), value.end(), [](char c) { return c > 0; })) continue;
    ASSERT_EQ(Email(Email(value)), Email(value)) << value;
    ASSERT_EQ(Identifier(Identifier(value)), Identifier(value)) << value;
  }
  EXPECT_NE(FoldedName("a\xFF"), FoldedName("a\xFE"));
  EXPECT_NE(FoldedName("a\xC3"), FoldedName("a"));
}

TEST(NormaliseTest, TheFastWayThroughAsciiIsAsTheSlowOne) {
  std::mt19937 random(20260301);
  for (int round = 0; round < 100'000; ++round) {
    // All of ASCII, with names more often than the rest.
    std::string value, slow = "\u200B";  // an invisible character keeps the rest off the fast way
    for (size_t i = random() % 24; i > 0; --i) {
      const bool letter = random() % 8 != 0;
      value += static_cast<char>(letter ? (random() % 2 ? 'a' : 'A') + random() % 26 : random() % 128);
      slow += value.back() == ' ' ? "\u00A0" : std::string(1, value.back());
    }
    ASSERT_EQ(FoldedName(value), FoldedName(slow)) << ::testing::PrintToString(value);
    ASSERT_EQ(FoldedName("é" + value), FoldedName("é" + slow)) << ::testing::PrintToString(value);
  }
}

TEST(NormaliseTest, LongValuesAreWhole) {
  const std::string long_name(5000, 'A');
  EXPECT_EQ(FoldedName(long_name), std::string(5000, 'a'));
  EXPECT_NE(FoldedName(long_name + "b"), FoldedName(long_name + "c"));
}

}  // namespace
}  // namespace understudy::pseudonym
