#include "rules/pack.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "base/status.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "pseudonym/kind.h"

namespace understudy::rules {
namespace {

absl::StatusOr<Pack> Parse(std::string_view yaml) {
  auto parsed = ParseYaml(yaml, "p.yaml");
  if (!parsed.ok()) return parsed.status();
  return ParsePack(*parsed);
}

std::string ErrorOf(std::string_view yaml) {
  auto pack = Parse(yaml);
  return pack.ok() ? "" : MessageOf(pack.status());
}

// The treatment of column `c`, parsed and printed, or the error.
std::string RoundTrip(const std::string& treatment) {
  auto pack = Parse("pack: p\ntables: {t: {c: " + treatment + "}}\n");
  if (!pack.ok()) return MessageOf(pack.status());
  return pack->tables[0].columns[0].treatment.ToString();
}

TEST(Pack, TreatmentsArePrintedCanonically) {
  const std::pair<std::string, std::string> kCases[] = {
      {"keep", "keep"},
      {"null", "null"},
      {"~", "null"},
      {"{null: true, if: {state: done}}", "{null: true, if: {state: \"done\"}}"},
      {"email", "email"},
      {"{pseudonym: email}", "email"},
      {"{email: true, identifying: false}", "{pseudonym: email, identifying: false}"},
      {"{fixed: \"a \\\"b\\\"\"}", "{fixed: \"a \\\"b\\\"\"}"},
      {"{pseudonym: name, company_if: is_company}", "{pseudonym: name, company_if: is_company}"},
      {"{pseudonym: vat, country: \"'DE'\"}", "{pseudonym: vat, country: \"'DE'\"}"},
      {"{mask: {first: 2, with: x}}", "{mask: {first: 2, last: 1, with: \"x\"}}"},
      {"mask", "{mask: {first: 1, last: 1, with: \"*\"}}"},
      {"{parts: {separator: \", \", pseudonym: name}}", "{parts: {separator: \", \", pseudonym: name}}"},
      {"{template: \"{first_name} x\"}", "{template: \"{first_name} x\"}"},
      {"rewrite_json", "rewrite_json"},
      {"{rewrite_json: [$.a, \"$.b.*\"]}", "{rewrite_json: \"$.a,$.b.*\"}"},
      {"{secret_unless: {key: \"^web\"}}", "{secret_unless: {key: {matches: \"^web\"}}}"},
      {"date_shift", "{date_shift: {days: 180}}"},
      {"{date_shift: {days: 30, subject: id}}", "{date_shift: {days: 30}, subject: id}"},
      {"{name: true, country: \"'DE' \"}", "{pseudonym: name, country: \"'DE' \"}"},
      {"{noise: {percent: 2.5}}", "{noise: {percent: 2.5}}"},
      {"{keep: true, if: {a: [x, null], b: null, c: {not: {matches: y}}}, else: secret}",
       "{keep: true, if: {a: [\"x\", null], b: null, c: {not: {matches: \"y\"}}}, else: secret}"},
  };
  for (const auto& [in, out] : kCases) EXPECT_EQ(RoundTrip(in), out) << in;
}

TEST(Pack, TreatmentErrors) {
  const std::pair<std::string, std::string> kCases[] = {
      {"emial", "p.yaml:2:17: unknown treatment 'emial'; did you mean email?"},
      {"fixed", "p.yaml:2:17: 'fixed' needs an argument: {fixed: …}"},
      {"{pseudonym: nmae}", "p.yaml:2:29: unknown kind of pseudonym 'nmae'; did you mean name?"},
      {"{keep: true, null: true}", "p.yaml:2:30: a second treatment 'null' beside 'keep'"},
      {"{if: {a: b}}", "p.yaml:2:17: a mapping without a treatment, such as pseudonym or fixed"},
      {"{keep: true, else: null}", "p.yaml:2:17: else without if"},
      {"{keep: 1}", "p.yaml:2:24: 'keep' takes no argument: write keep: true"},
      {"{keep: true, countri: x}",
       "p.yaml:2:30: unknown treatment or option 'countri'; did you mean country?"},
      {"{keep: true, country: x}", "p.yaml:2:17: country, language and company_if mean nothing for keep"},
      {"{secret: true, if: {a: {matches: \"(\"}}}", "p.yaml:2:50: not a valid re2 pattern: missing ): ("},
      {"{secret: true, if: {a: []}}", "p.yaml:2:40: an empty list holds for no row"},
      {"{template: \"{foo}\"}", "p.yaml:2:28: unknown kind of pseudonym 'foo' in the template"},
      {"{mask: {first: -1}}", "p.yaml:2:32: first must be between 0 and 1000, not -1"},
      {"[keep]", "p.yaml:2:17: a treatment is a word or a mapping"},
      {"{rewrite_json: a.b}", "p.yaml:2:32: 'a.b' is no JSON path; one looks like \"$.a.*.b\""},
  };
  for (const auto& [in, out] : kCases) EXPECT_EQ(RoundTrip(in), out) << in;
}

TEST(Pack, PackErrors) {
  const std::pair<std::string, std::string> kCases[] = {
      {"tables: {}\n", "p.yaml:1:1: a rule pack begins with pack: and its name"},
      {"pack: p\ntabels: {}\n", "p.yaml:2:1: unknown key 'tabels'; did you mean tables?"},
      {"pack: p\nwhen: {odoo: new}\n", "p.yaml:2:14: a version range looks like \">=14 <17\""},
      {"pack: p\ntables: {t: none}\n",
       "p.yaml:2:13: a table is a mapping of columns, or the word empty, not 'none'"},
      {"pack: p\ntables: {t: {a: keep, _optional: {a: keep}}}\n",
       "p.yaml:2:35: 'a' is given twice (first in line 2)"},
      {"pack: p\ntables: {t: {_rows: {where: ''}}}\n", "p.yaml:2:29: where is empty"},
      {"pack: p\npatterns: [{do: keep}]\n",
       "p.yaml:2:12: a pattern that tests nothing would match every column"},
      {"pack: p\npatterns: [{column: x}]\n", "p.yaml:2:12: a pattern needs do: and a treatment"},
      {"pack: p\npatterns: [{column: '[', do: keep}]\n",
       "p.yaml:2:21: not a valid re2 pattern: missing ]: ["},
  };
  for (const auto& [in, out] : kCases) EXPECT_EQ(ErrorOf(in), out) << in;
}

TEST(Pack, ReadsAllParts) {
  auto pack = Parse(R"(
pack: odoo/x
when: {module: [a, b], odoo: ">=14 <17.5", table: t}
include: generic
tables:
  other.t: empty
  mail_mail:
    _rows: {where: "state <> 'sent'"}
    _optional: {z: null}
    body: rewrite_html
patterns:
  - {column: ".*_token", textual: true, do: null, reason: tokens}
)");
  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_EQ(pack->when.modules.size(), 2u);
  ASSERT_EQ(pack->when.odoo.size(), 2u);
  EXPECT_EQ(pack->when.odoo[1].version, 17.5);
  EXPECT_TRUE(pack->tables[0].empty);
  EXPECT_EQ(pack->tables[0].QualifiedName(), "other.t");
  EXPECT_EQ(pack->tables[1].where, "state <> 'sent'");
  EXPECT_TRUE(pack->tables[1].columns[0].optional);
  EXPECT_EQ(pack->patterns[0].treatment.reason, "tokens");
}

class LoadTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::temp_directory_path() /
            ("understudy_pack_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  void Write(const std::string& name, const std::string& content) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << content;
  }
  std::string Load(const std::vector<std::string>& names) {
    auto packs = LoadPacks(names, {root_.string(), root_.string()});
    if (!packs.ok()) {
      std::string message = MessageOf(packs.status());
      for (size_t at; (at = message.find(root_.string())) != std::string::npos;) {
        message.replace(at, root_.string().size(), "ROOT");
      }
      return message;
    }
    std::string order;
    for (const Pack& pack : *packs) order += (order.empty() ? "" : " ") + pack.name;
    return order;
  }
  std::filesystem::path root_;
};

TEST_F(LoadTest, OrderAndIncludes) {
  Write("generic.yaml", "pack: generic\n");
  Write("odoo/b.yaml", "pack: odoo/b\ninclude: [odoo/c]\n");
  Write("odoo/a.yaml", "pack: odoo/a\ninclude: [generic]\n");
  Write("odoo/c.yaml", "pack: odoo/c\n");
  Write("odoo/neutralise/x.yaml", "statements: []\n");
  Write("site.yaml", "pack: site\ninclude: [generic]\n");
  EXPECT_EQ(Load({"odoo", "./site.yaml"}), "generic odoo/a odoo/c odoo/b site");
  EXPECT_EQ(Load({"odoo/c"}), "odoo/c");
  EXPECT_EQ(Load({"odo"}), "rules: no pack 'odo' in ROOT; did you mean odoo?");
  EXPECT_EQ(Load({"missing.yaml"}), "opening ROOT/missing.yaml: No such file or directory");
}

// What editors are told (rules/schema.json) is what the parser takes.
TEST(Pack, SchemaKnowsEveryWord) {
  std::ifstream file(UNDERSTUDY_SOURCE_DIR "/rules/schema.json");
  const nlohmann::json schema = nlohmann::json::parse(file);
  const nlohmann::json& treatment = schema["$defs"]["treatment"]["oneOf"];
  const nlohmann::json& keys = treatment[2]["properties"];
  std::set<std::string> words;
  for (const std::string& kind : pseudonym::KindNames()) words.insert(kind);
  for (int i = 0; i <= static_cast<int>(Action::kPassword); ++i)
    words.emplace(WordOf(static_cast<Action>(i)));
  for (const std::string& word : words) EXPECT_TRUE(keys.contains(word)) << word;
  for (const auto& word : treatment[1]["enum"])
    EXPECT_EQ(RoundTrip(word), RoundTrip("{" + std::string(word) + ": true}"));
  for (const auto& [key, value] : keys.items()) {
    const std::string error = RoundTrip("{" + key + ": {}}");
    EXPECT_EQ(error.find("unknown"), std::string::npos) << key;
  }
}

TEST(Pack, ThePacksThatWeShipLoad) {
  auto packs = LoadPacks({"odoo"}, {UNDERSTUDY_SOURCE_DIR "/rules", ""});
  ASSERT_TRUE(packs.ok()) << packs.status();
  EXPECT_GT(packs->size(), 5u);
}

TEST_F(LoadTest, CyclesAreRefused) {
  Write("a.yaml", "pack: a\ninclude: [b]\n");
  Write("b.yaml", "pack: b\ninclude: [a]\n");
  EXPECT_EQ(Load({"a"}),
            "ROOT/b.yaml:2:10: packs include each other: ROOT/a.yaml → ROOT/b.yaml → ROOT/a.yaml");
}

}  // namespace
}  // namespace understudy::rules
