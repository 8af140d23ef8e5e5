// A table, a row of it, and what a rule makes of rows: for the tests of execution.
#ifndef UNDERSTUDY_RULES_TEST_TABLE_H_
#define UNDERSTUDY_RULES_TEST_TABLE_H_

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "pseudonym/key.h"
#include "pseudonym/pseudonymiser.h"
#include "rules/compile.h"
#include "rules/test_facts.h"
#include "rules/test_rows.h"

namespace understudy::rules {

inline const pseudonym::Pseudonymiser& TestPseudonymiser() {
  static const pseudonym::Pseudonymiser& kOne = *[] {
    auto key = pseudonym::Key::FromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    EXPECT_TRUE(key.ok()) << key.status();
    auto made = pseudonym::Pseudonymiser::Create(*key, UNDERSTUDY_SOURCE_DIR "/rules/lexicon");
    EXPECT_TRUE(made.ok()) << made.status();
    return made->release();
  }();
  return kOne;
}

inline Relation Table() {
  Relation t = MakeRelation("t", {{"id", "integer"},
                                  {"name", "character varying"},
                                  {"is_company", "boolean"},
                                  {"country_id", "integer"},
                                  {"day", "date"},
                                  {"terms", "jsonb"},
                                  {"total", "numeric"},
                                  {"tags", "text[]"},
                                  {"note", "text"},
                                  {"data", "bytea"},
                                  {"seen", "timestamp without time zone"},
                                  {"rate", "double precision"},
                                  {"code", "character"}});
  t.attributes[12].max_chars = 5;
  t.attributes[8].not_null = true;
  return t;
}

inline const TestRow kRow = {
    "7",     "Ana Ruiz", "t",          "2",       "2001-02-03",          R"({"en_US": "Tea", "n": 1})",
    "12.50", "{red}",    "a\tb\\c\nd", "\\x00ff", "2024-05-06 07:08:09", "1.5",
    "abc  "};

inline TablePlan PlanOf(const std::string& rules, const Relation& relation) {
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

// The batch that rows become, in both formats compared with what `expected` encodes to.
inline void ExpectRows(const Relation& relation, const TablePlan& plan, const Toolbox& toolbox,
                       const std::vector<TestRow>& rows, const std::vector<TestRow>& expected) {
  for (const copyformat::Format format : {copyformat::Format::kText, copyformat::Format::kBinary}) {
    if (format == copyformat::Format::kBinary && !BinaryPossible(relation, plan)) continue;
    copyformat::Batch in, want, out;
    for (const TestRow& row : rows) AppendRow(relation, row, format, &in);
    for (const TestRow& row : expected) AppendRow(relation, row, format, &want);
    auto factory = MakeTransform(relation, plan, format, toolbox);
    ASSERT_TRUE(factory.ok()) << factory.status();
    ASSERT_NE(*factory, nullptr);
    auto transform = (*factory)->New();
    const absl::Status status = transform->Transform(in, &out);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(out.bytes.view(), want.bytes.view())
        << (format == copyformat::Format::kText ? "text" : "binary");
    EXPECT_EQ(out.rows, rows.size());
    EXPECT_EQ(transform->counts().rows_in, rows.size());
  }
}

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_TEST_TABLE_H_
