#include "odoo/pack.h"

#include "base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "odoo/expand.h"
#include "support/status_matchers.h"

namespace understudy::odoo {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(PackKind kind, std::string_view yaml) {
  const auto pack = ParsePack(kind, yaml, "p.yaml");
  return pack.ok() ? "" : MessageOf(pack.status());
}

Schema SmallSchema() {
  Schema schema;
  schema.odoo_version = "16.0";
  schema.server_version = 150000;
  schema.tables["t"] = {{"id", {"integer", true}},
                        {"smtp_pass", {"character varying", false}},
                        {"secret_key", {"character varying", true}},
                        {"secret_blob", {"bytea", false}},
                        {"secret_flag", {"boolean", false}},
                        {"active", {"boolean", false}}};
  schema.tables["ir_config_parameter"] = {{"key", {"character varying", true}}, {"value", {"text", true}}};
  return schema;
}

std::vector<std::string> Sql(std::string_view statement) {
  const std::string yaml = "pack: p\nstatements:\n  - " + std::string(statement);
  const auto specs = ParsePack(PackKind::kNeutralisers, yaml, "p.yaml");
  if (!specs.ok()) return {MessageOf(specs.status())};
  const auto statements = ExpandNeutralisers(*specs, SmallSchema(), Sandbox());
  if (!statements.ok()) return {MessageOf(statements.status())};
  std::vector<std::string> sql;
  for (const Statement& s : *statements) sql.push_back(s.sql);
  return sql;
}

TEST(Pack, Errors) {
  EXPECT_EQ(ErrorOf(PackKind::kNeutralisers, "pack: p\nstatement: []\n"),
            "p.yaml:2:1: unknown key 'statement'; did you mean statements?");
  EXPECT_THAT(
      ErrorOf(PackKind::kNeutralisers, "pack: p\nstatements:\n  - {name: a, channel: c, reason: r}\n"),
      HasSubstr("p.yaml:3:5: 'a' says nothing to do"));
  EXPECT_THAT(ErrorOf(PackKind::kNeutralisers,
                      "pack: p\nstatements:\n  - {name: a, channel: c, reason: r, sql: x, empty: [t]}\n"),
              HasSubstr("one action only"));
  EXPECT_THAT(ErrorOf(PackKind::kNeutralisers, "pack: p\nstatements:\n  - {name: a, sql: x}\n"),
              HasSubstr("needs a name, a channel and a reason"));
  EXPECT_THAT(ErrorOf(PackKind::kAssertions,
                      "pack: p\nassertions:\n  - {name: a, channel: c, reason: r, sql: x, severity: mist}\n"),
              HasSubstr("must, should or review"));
}

TEST(Pack, GuardsDecideWhatIsExpanded) {
  EXPECT_EQ(Sql("{name: a, channel: c, reason: r, requires: {t: [active]}, sql: x}").size(), 1u);
  EXPECT_EQ(Sql("{name: a, channel: c, reason: r, requires: {t: [nope]}, sql: x}").size(), 0u);
  EXPECT_EQ(Sql("{name: a, channel: c, reason: r, unless: {t: [active]}, sql: x}").size(), 0u);
  EXPECT_EQ(Sql("{name: a, channel: c, reason: r, types: {t.active: boolean}, sql: x}").size(), 1u);
  EXPECT_EQ(Sql("{name: a, channel: c, reason: r, types: {t.active: text}, sql: x}").size(), 0u);
  EXPECT_EQ(Sql("{name: a, channel: c, reason: r, odoo: \"<17\", sql: x}").size(), 1u);
  EXPECT_EQ(Sql("{name: a, channel: c, reason: r, odoo: \">=13 <16\", sql: x}").size(), 0u);
}

TEST(Pack, ShortFormsBecomeSql) {
  EXPECT_EQ(
      Sql("{name: a, channel: c, reason: r, clear: {t: \".*(pass|secret).*\", nope: [x]}}"),
      std::vector<std::string>({"UPDATE \"public\".\"t\" SET \"secret_blob\" = NULL, \"secret_key\" = '', "
                                "\"smtp_pass\" = NULL WHERE \"secret_blob\" IS NOT NULL OR "
                                "\"secret_key\"::text <> ''::text OR \"smtp_pass\" IS NOT NULL"}));
  EXPECT_EQ(Sql("{name: a, channel: c, reason: r, clear: {t: \".*secret.*\"}, except: [\"t\\\\.secret_.*\"]}")
                .size(),
            0u);
  EXPECT_EQ(Sql("{name: a, channel: c, reason: r, set: {t: {active: false, nope: 1}}, where: \"id > 1\"}"),
            std::vector<std::string>(
                {"UPDATE \"public\".\"t\" SET \"active\" = 'false' WHERE (\"active\" IS DISTINCT "
                 "FROM 'false') AND (id > 1)"}));
  EXPECT_EQ(Sql("{name: a, channel: c, reason: r, empty: [t, nope]}"),
            std::vector<std::string>({"DELETE FROM \"public\".\"t\""}));
  EXPECT_THAT(Sql("{name: a, channel: c, reason: r, rotate: {t: {smtp_pass: digits}}}")[0],
              HasSubstr("current_setting('understudy.token_seed') || ' t.smtp_pass '"));
  EXPECT_THAT(Sql("{name: a, channel: c, reason: r, rotate: {t: {smtp_pass: nope}}}")[0],
              HasSubstr("unknown kind of token"));
  EXPECT_THAT(Sql("{name: a, channel: c, reason: r, sql: \"SELECT ${nope}\"}")[0],
              HasSubstr("p.yaml:3:43: unknown variable ${nope}"));
}

TEST(Pack, SandboxParametersWinOverPins) {
  const auto specs =
      ParsePack(PackKind::kNeutralisers,
                "pack: p\nstatements:\n  - {name: a, channel: c, reason: r, parameters: {k: pinned}}\n", "p");
  ASSERT_OK(specs);
  Sandbox sandbox;
  sandbox.parameters["k"] = "it's mine";
  ASSERT_OK_AND_ASSIGN(const auto statements, ExpandNeutralisers(*specs, SmallSchema(), sandbox));
  ASSERT_EQ(statements.size(), 2u);
  EXPECT_EQ(statements[0].name, "sandbox_parameters:set");
  EXPECT_THAT(statements[0].sql, HasSubstr("('k', 'it''s mine')"));
}

// The packs that are shipped load, and every spec has what a report shows.
TEST(Pack, ShippedPacks) {
  const std::string rules = std::string(UNDERSTUDY_SOURCE_DIR) + "/rules/odoo/";
  ASSERT_OK_AND_ASSIGN(const auto neutralisers, LoadPacks(PackKind::kNeutralisers, rules + "neutralise"));
  ASSERT_OK_AND_ASSIGN(const auto assertions, LoadPacks(PackKind::kAssertions, rules + "assertions"));
  EXPECT_GT(neutralisers.size(), 150u);
  EXPECT_GT(assertions.size(), 130u);
  EXPECT_OK(ExpandNeutralisers(neutralisers, SmallSchema(), Sandbox()));
  EXPECT_OK(ExpandAssertions(assertions, SmallSchema(), Sandbox()));
}

}  // namespace
}  // namespace understudy::odoo
