#include "scan/scan.h"

#include <gtest/gtest.h>

#include "rules/pack.h"
#include "scan/hints.h"
#include "support/text_world.h"

namespace understudy::scan {
namespace {

using testing_support::TextWorld;

const TextWorld& World() {
  static const auto* const world = new TextWorld();
  return *world;
}

Content ContentOf(const std::vector<std::string_view>& values) {
  ContentStudy study(World().context());
  for (const std::string_view value : values) study.Add(value);
  return study.Take();
}

rules::Attribute MakeAttribute(std::string name, std::string type = "character varying") {
  rules::Attribute attribute;
  attribute.name = std::move(name);
  attribute.type.name = type;
  attribute.type.base_name = type.ends_with("[]") ? type.substr(0, type.size() - 2) : type;
  attribute.type.category = type.ends_with("[]") ? 'A' : 'S';
  attribute.type.element_oid = type.ends_with("[]") ? 25 : 0;
  attribute.type.textual = true;
  return attribute;
}

TEST(Content, CountsWhatIsInside) {
  const Content content = ContentOf({"a.b@kunde.de", "Write to c.d@kunde.de", "nothing", "Ada Okonkwo", "  ",
                                     "sk_live_4eC39HqLyjWDarjtT1zd"});
  EXPECT_EQ(content.values, 5u);
  EXPECT_EQ(content.with_hits, 4u);
  EXPECT_EQ(content.hits.at("email").any, 2u);
  EXPECT_EQ(content.hits.at("email").whole, 1u);
  EXPECT_EQ(content.hits.at("name").whole, 1u);
  EXPECT_EQ(content.hits.at("secret").whole, 1u);
}

TEST(Content, ACompanyIsNoPerson) {
  const Content content = ContentOf({"Njadorfsen KG"});
  EXPECT_EQ(content.hits.count("name"), 0u);
  EXPECT_EQ(content.hits.at("company").whole, 1u);
}

TEST(Hints, Names) {
  const struct {
    const char* name;
    const char* treatment;
    bool strong;
  } kCases[] = {
      {"x_studio_national_id", "national_id", true},
      {"x_notes_private", "rewrite", false},
      {"x_holder_mail", "email", false},
      {"x_card", "card", false},
      {"x_card_holder", "name", false},
      {"x_pin", "secret", true},
      {"X_Name", "name", false},
      {"x_tags", "rewrite", false},
      {"National ID", "national_id", true},
      {"api_key_2", "secret", true},
  };
  for (const auto& c : kCases) {
    const std::optional<Hint> hint = HintOfName(c.name);
    ASSERT_TRUE(hint.has_value()) << c.name;
    EXPECT_EQ(hint->treatment, c.treatment) << c.name;
    EXPECT_EQ(hint->strong, c.strong) << c.name;
  }
  for (const char* name : {"x_studio_colour", "x_opinion", "x_shipping_rule", ""}) {
    EXPECT_FALSE(HintOfName(name).has_value()) << name;
  }
}

TEST(Hints, TheLabelCountsWhereTheNameSaysNothing) {
  rules::Attribute attribute = MakeAttribute("x_studio_f1");
  EXPECT_FALSE(HintOf(attribute).has_value());
  attribute.comment = "Mobile phone";
  EXPECT_EQ(HintOf(attribute)->treatment, "phone");
  EXPECT_EQ(HintOf(attribute)->from, "label");
}

TEST(Proposal, OfColumns) {
  const struct {
    const char* column;
    const char* type;
    std::vector<std::string_view> values;
    const char* treatment;
  } kCases[] = {
      {"x_studio_national_id", "character varying", {"SV313882339"}, "national_id"},
      {"x_notes_private", "text", {"Friend of Ada Okonkwo, reach at x@kunde.de"}, "rewrite"},
      {"x_profile", "jsonb", {R"({"mail": "x@kunde.de"})"}, "rewrite_json"},
      {"x_name", "character varying", {"Ada Okonkwo", "Njadorfsen KG", "Somebody Else"}, "name"},
      {"x_card", "character varying", {"4628023288358118", "4242424242424242"}, "card"},
      {"x_holder_mail", "character varying", {"x@kunde.de"}, "email"},
      {"x_pin", "bytea", {"Okonkwo"}, "secret"},
      {"x_blob", "bytea", {"1"}, "secret"},
      {"x_tags", "text[]", {"x@kunde.de\nOkonkwo\nback"}, "rewrite"},
      // What the values are beats a weak name, a strong name beats the values.
      {"x_name", "character varying", {"x@kunde.de", "y@kunde.de"}, "email"},
      {"x_password", "character varying", {"x@kunde.de", "y@kunde.de"}, "secret"},
      {"x_phone", "character varying", {}, "phone"},
      {"x_opinion", "character varying", {"fine", "bad"}, "rewrite"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Propose(MakeAttribute(c.column, c.type), ContentOf(c.values)).treatment, c.treatment)
        << c.column << " " << c.type;
  }
}

TEST(Proposal, AKeptColumnIsDoubtedOnlyWithEvidence) {
  const rules::Attribute attribute = MakeAttribute("name");
  EXPECT_EQ(Doubt(attribute, ContentOf({"x@kunde.de", "fine", "fine"})).treatment, "");
  EXPECT_EQ(Doubt(attribute, ContentOf({"x@kunde.de", "y@kunde.de", "z@kunde.de", "fine"})).treatment,
            "email");
}

TEST(Text, HoldsNoValueAndIsAPack) {
  std::vector<ColumnReport> columns = {
      {"x_loyalty_card",
       "x_holder_mail",
       "character varying",
       "rewrite",
       true,
       ContentOf({"x@kunde.de"}),
       {}},
      {"x_loyalty_card", "active", "text", "keep", false, ContentOf({"x@kunde.de"}), {}},
      {"shop.\"Order", "Mail", "text", "rewrite", true, {}, {}},
      {"kept", "c", "text", "keep", false, {}, {"rewrite", "why"}}};
  columns[0].proposal = Propose(MakeAttribute("x_holder_mail"), columns[0].content);
  columns[1].proposal = {"email", "why"};
  columns[2].proposal = {"email", "why"};
  const std::string text = ToText(columns), rules = ToYaml(columns);
  EXPECT_EQ((text + rules).find("kunde.de"), std::string::npos);
  EXPECT_NE(text.find("email 100 % (whole 100 %)"), std::string::npos) << text;
  auto yaml = rules::ParseYaml(rules, "scan.yaml");
  ASSERT_TRUE(yaml.ok()) << yaml.status() << rules;
  auto pack = rules::ParsePack(*yaml);
  ASSERT_TRUE(pack.ok()) << pack.status() << rules;
  ASSERT_EQ(pack->tables.size(), 2u) << rules;
  EXPECT_EQ(pack->tables[0].columns.size(), 1u);
}

TEST(Text, OnlyComments) {
  auto yaml =
      rules::ParseYaml(ToYaml({{"kept", "c", "text", "keep", false, {}, {"rewrite", "why"}}}), "scan.yaml");
  ASSERT_TRUE(yaml.ok()) << yaml.status();
  EXPECT_TRUE(rules::ParsePack(*yaml).ok());
}

}  // namespace
}  // namespace understudy::scan
