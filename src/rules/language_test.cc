#include "rules/language.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "pseudonym/kind.h"
#include "rules/pack.h"
#include "rules/treatment.h"

namespace understudy::rules {
namespace {

using testing::ElementsAreArray;
using testing::UnorderedElementsAreArray;

TEST(Language, RowsAreWhole) {
  std::set<std::pair<Part, std::string_view>> seen;
  for (const Word& word : Language()) {
    EXPECT_TRUE(seen.insert({word.part, word.word}).second) << word.word;
    ASSERT_FALSE(word.doc.empty()) << word.word;
    EXPECT_EQ(word.doc.back(), '.') << word.word;
  }
}

TEST(Language, TreatmentsAndKindsAreTheEnums) {
  std::vector<std::string> actions;
  for (int i = 0; i <= static_cast<int>(Action::kPassword); ++i) {
    actions.emplace_back(WordOf(static_cast<Action>(i)));
  }
  EXPECT_THAT(WordsOf(Part::kTreatment), UnorderedElementsAreArray(actions));
  EXPECT_THAT(WordsOf(Part::kKind), ElementsAreArray(pseudonym::KindNames()));
}

// An option that the parser does not know would be taken for an unknown treatment.
TEST(Language, TheParserKnowsEveryOption) {
  for (const std::string& option : WordsOf(Part::kOption)) {
    const auto yaml = ParseYaml("{name: true, " + option + ": [[1]]}", "t.yaml");
    ASSERT_TRUE(yaml.ok());
    const auto treatment = ParseTreatment(*yaml);
    ASSERT_FALSE(treatment.ok()) << option;
    EXPECT_THAT(std::string(treatment.status().message()), testing::Not(testing::HasSubstr("unknown")))
        << option;
  }
}

TEST(Language, TheExampleIsAPack) {
  const auto yaml = ParseYaml(PackExample(), "example.yaml");
  ASSERT_TRUE(yaml.ok()) << yaml.status();
  EXPECT_TRUE(ParsePack(*yaml).ok()) << ParsePack(*yaml).status();
}

std::vector<std::string> KeysOf(const nlohmann::json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST(Language, TheSchemaHasTheSameWords) {
  const auto text = ReadFile(UNDERSTUDY_SOURCE_DIR "/rules/schema.json");
  ASSERT_TRUE(text.ok());
  const auto schema = nlohmann::json::parse(*text);
  EXPECT_THAT(KeysOf(schema["properties"]), UnorderedElementsAreArray(WordsOf(Part::kPack)));
  EXPECT_THAT(KeysOf(schema["properties"]["when"]["properties"]),
              UnorderedElementsAreArray(WordsOf(Part::kWhen)));
  const auto& defs = schema["$defs"];
  EXPECT_THAT(KeysOf(defs["pattern"]["properties"]), UnorderedElementsAreArray(WordsOf(Part::kPattern)));
  EXPECT_THAT(KeysOf(defs["table"]["oneOf"][1]["properties"]),
              UnorderedElementsAreArray(WordsOf(Part::kTable)));
  EXPECT_THAT(KeysOf(defs["comparison"]["oneOf"][2]["properties"]),
              UnorderedElementsAreArray(WordsOf(Part::kComparison)));
  const std::vector<std::string> keys = KeysOf(defs["treatment"]["oneOf"][2]["properties"]);
  const std::set<std::string> mapping(keys.begin(), keys.end());
  std::set<std::string> known;
  for (const Part part : {Part::kTreatment, Part::kOption, Part::kKind}) {
    for (const std::string& word : WordsOf(part)) {
      known.insert(word);
      // A kind has a short form of its own: {pseudonym: kind}.
      if (part != Part::kKind) {
        EXPECT_TRUE(mapping.contains(word)) << word;
      }
    }
  }
  for (const std::string& key : mapping) EXPECT_TRUE(known.contains(key)) << key;
}

}  // namespace
}  // namespace understudy::rules
