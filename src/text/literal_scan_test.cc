#include "text/literal_scan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace understudy::text {
namespace {

bool Letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// Position by position, word by word.
std::vector<std::pair<uint32_t, uint16_t>> Plainly(const std::vector<LiteralScan::Word>& words,
                                                   std::string_view text) {
  std::vector<std::pair<uint32_t, uint16_t>> hits;
  for (size_t at = 0; at < text.size(); ++at) {
    for (const LiteralScan::Word& word : words) {
      const size_t end = at + word.bytes.size();
      if (end > text.size()) continue;
      bool equal = true;
      for (size_t i = 0; i < word.bytes.size(); ++i) equal &= (text[at + i] | 0x20) == (word.bytes[i] | 0x20);
      if (!equal || (word.begins_a_word && at > 0 && Letter(text[at - 1])) ||
          (word.ends_a_word && end < text.size() && Letter(text[end]))) {
        continue;
      }
      hits.emplace_back(at, word.tag);
    }
  }
  std::sort(hits.begin(), hits.end());
  return hits;
}

TEST(LiteralScanTest, FindsWhatAPlainSearchFinds) {
  const std::vector<LiteralScan::Word> words = {
      {"tel.", 0, true, false},   {"telefon", 1, true, false}, {"tin", 2, true, false},
      {"straße", 3, false, true}, {" st", 4, false, true},     {"RUE", 5, false, false},
      {"né le", 6, true, false},  {"c/ ", 7, false, false},    {"fax", 8, true, true},
      {"weg", 9, false, true},    {"via", 10, true, true}};
  const LiteralScan scan(words);
  static constexpr const char* kPieces[] = {
      "tel.", "Telefon", "TIN",   "setting", "Straße", "STRASSE", " st", "x",   "rue",    "NÉ LE", "né",
      "c/ ",  "fax",     "Faxes", "weg",     "wegen",  " ",       "12",  "via", "aviary", "\xFF"};
  std::mt19937_64 random(7);
  std::vector<LiteralScan::Hit> hits;
  size_t total = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (size_t n = random() % 40; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    // A copy of exactly this size, so that a read behind it is one that sanitizers see.
    const std::vector<char> exact(text.begin(), text.end());
    scan.Find({exact.data(), exact.size()}, &hits);
    std::vector<std::pair<uint32_t, uint16_t>> found;
    for (const LiteralScan::Hit& hit : hits) found.emplace_back(hit.begin, hit.tag);
    EXPECT_TRUE(std::is_sorted(hits.begin(), hits.end(),
                               [](const auto& a, const auto& b) { return a.begin < b.begin; }));
    std::sort(found.begin(), found.end());
    ASSERT_EQ(found, Plainly(words, text)) << text;
    total += found.size();
  }
  EXPECT_GT(total, 10000u);
}

TEST(LiteralScanTest, NoWordsNoHits) {
  std::vector<LiteralScan::Hit> hits = {{1, 1}};
  LiteralScan().Find("telefon", &hits);
  EXPECT_TRUE(hits.empty());
}

}  // namespace
}  // namespace understudy::text
