#include "verify/text_probe.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace understudy::verify {
namespace {

copyformat::Field FieldOf(std::string_view value) {
  return {value.data(), static_cast<uint32_t>(value.size()), false, false};
}

// Has a probe for field 1 seen one of `texts` when these rows have passed?
bool Sees(const std::vector<std::string>& texts, const std::vector<std::vector<std::string>>& rows) {
  const TextProbe probe(1, texts);
  for (const auto& row : rows) {
    const auto observer = probe.New();  // each its own: what one has seen all have
    std::vector<copyformat::Field> fields;
    for (const std::string& value : row) fields.push_back(FieldOf(value));
    EXPECT_TRUE(observer->Row(0, fields, fields).ok());
  }
  return probe.Seen();
}

TEST(TextProbeTest, SaysNoOnlyWhereNoRowHoldsAText) {
  const std::vector<std::string> texts = {"token=", "hash="};
  EXPECT_FALSE(Sees(texts, {}));
  EXPECT_FALSE(Sees(texts, {{"token=1", "token", "hash=2"}, {"", "", ""}, {"", "okens = hash", ""}}));
  EXPECT_TRUE(Sees(texts, {{"", "token=", ""}}));
  EXPECT_TRUE(Sees(texts, {{"", "nothing", ""}, {"", std::string(1000, 'x') + "?hash=", ""}, {"", "", ""}}));
  EXPECT_TRUE(Sees(texts, {{"", std::string(63, ' ') + "token=" + std::string(70, ' '), ""}}));
}

TEST(TextProbeTest, NullsAreNoTexts) {
  const TextProbe probe(0, {"abc"});
  const copyformat::Field null = {nullptr, 0, true, false};
  EXPECT_TRUE(probe.New()->Row(0, {&null, 1}, {&null, 1}).ok());
  EXPECT_FALSE(probe.Seen());
}

}  // namespace
}  // namespace understudy::verify
