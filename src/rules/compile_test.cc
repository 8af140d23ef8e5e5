#include "rules/compile.h"

#include <string>

#include "base/status.h"
#include "gtest/gtest.h"
#include "rules/test_facts.h"

namespace understudy::rules {
namespace {

using copyformat::Format;

TablePlan PlanOf(const std::string& rules, const Relation& relation) {
  Facts facts;
  facts.relations = {relation};
  auto yaml = ParseYaml("pack: p\ntables:\n  t: " + rules + "\n", "p.yaml");
  EXPECT_TRUE(yaml.ok()) << yaml.status();
  auto pack = ParsePack(*yaml);
  EXPECT_TRUE(pack.ok()) << pack.status();
  Policy policy;
  policy.unclassified = Unclassified::kKeep;
  Plan plan = MakePlan({*pack}, facts, policy);
  for (const Finding& error : plan.errors) ADD_FAILURE() << error.text;
  return plan.tables[0];
}

Relation Table() {
  Relation t = MakeRelation("t", {{"id", "integer"},
                                  {"name", "character varying"},
                                  {"is_company", "boolean"},
                                  {"country_id", "integer"},
                                  {"day", "date"},
                                  {"terms", "jsonb"},
                                  {"total", "numeric"},
                                  {"full_name", "text"},
                                  {"tags", "text[]"},
                                  {"extra", "hstore"},
                                  {"key", "text"},
                                  {"partner_latitude", "double precision"}});
  t.attributes[1].max_chars = 20;
  t.attributes[7].generated = true;
  t.attributes[10].not_null = true;
  return t;
}

std::string DumpOf(const std::string& rules, Format format, const Toolbox& toolbox = {}) {
  const Relation relation = Table();
  auto program = Compile(relation, PlanOf(rules, relation), format, toolbox);
  return program.ok() ? program->Dump() : MessageOf(program.status());
}

// Pretends to have what a program asks for; it is compiled here, not run.
Toolbox FullToolbox() {
  static const text::RewriteContext& kRewrite = *new text::RewriteContext();
  Toolbox toolbox;
  toolbox.pseudonymiser = reinterpret_cast<const pseudonym::Pseudonymiser*>(&kRewrite);
  toolbox.rewrite = &kRewrite;
  return toolbox;
}

TEST(Compile, RowProgram) {
  const std::string rules = R"({
    name: {pseudonym: name, company_if: is_company, country: country_id, language: "'de_DE'"},
    day: {date_shift: {days: 30, subject: id}}, terms: {fixed: x}, total: {noise: {percent: 5}},
    tags: {rewrite: true, if: {is_company: true, name: {not: [a, null]}}, else: {null: true, if: {day: null}}},
    key: {secret_unless: {name: "^web"}}, partner_latitude: geo})";
  EXPECT_EQ(DumpOf(rules, Format::kText, FullToolbox()), R"(text 11 columns
*0: name pseudonym name [text] max=20 company_if=is_company country=country_id language='de_DE'
*1: day shift 30 days [a date] subject=id
*2: terms constant 'x' [jsonb]
*3: total noise 5 % [a number]
 4: tags null [an array of texts] if day null
*5: tags rewrite [an array of texts] if is_company in ('t') not name in ('a' null) else 4
*6: key replace '' [text] unless name ~ /^web/
*7: partner_latitude pseudonym geo [a number]
)");
}

TEST(Compile, ConstantsAreInTheFormatsBytes) {
  EXPECT_EQ(DumpOf("{id: {fixed: '7'}, day: {fixed: 2000-01-02}}", Format::kBinary),
            "binary 11 columns\n*0: id replace '\\x00\\x00\\x00\\x07' [a number]\n*1: day replace "
            "'\\x00\\x00\\x00\\x01' [a date]\n");
  EXPECT_EQ(DumpOf("{id: {fixed: '7'}}", Format::kText), "text 11 columns\n*0: id replace '7' [a number]\n");
  EXPECT_EQ(DumpOf("{id: {fixed: seven}}", Format::kText), "t.id: the fixed text is no integer");
}

TEST(Compile, ToolsThatAreMissing) {
  EXPECT_EQ(DumpOf("{name: name}", Format::kText), "t: its rules make pseudonyms, but there is no key");
  EXPECT_EQ(DumpOf("{name: rewrite}", Format::kText), "t: its rules rewrite text, but there is no rewriter");
  EXPECT_EQ(DumpOf("{name: password}", Format::kText), "text 11 columns\n*0: name null [text] max=20\n");
  EXPECT_EQ(DumpOf("{name: attachment}", Format::kText), "text 11 columns\n*0: name null [text] max=20\n");
}

TEST(Compile, BinaryOnlyWhereEverythingHasAConverter) {
  Relation relation = Table();
  const auto possible = [&](const std::string& rules) {
    return BinaryPossible(relation, PlanOf(rules, relation));
  };
  EXPECT_TRUE(possible("{name: name, day: date_shift, total: noise, tags: rewrite, terms: text}"));
  EXPECT_TRUE(possible("{extra: null}"));
  EXPECT_FALSE(possible("{extra: rewrite}"));
  EXPECT_FALSE(possible("{name: {null: true, if: {extra: x}}}"));
  relation.attributes[0].type.binary_safe = false;
  EXPECT_FALSE(possible("{name: name}"));
}

TEST(Compile, NothingToDoIsNoTransform) {
  const Relation relation = Table();
  const Toolbox toolbox;
  auto none = MakeTransform(relation, PlanOf("{name: keep}", relation), Format::kText, toolbox);
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(*none, nullptr);
  auto some = MakeTransform(relation, PlanOf("{name: null}", relation), Format::kText, toolbox);
  ASSERT_TRUE(some.ok());
  EXPECT_NE(*some, nullptr);
  EXPECT_EQ(CopyAttributes(relation), (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11}));
}

}  // namespace
}  // namespace understudy::rules
