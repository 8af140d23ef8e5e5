#include "clone/slices.h"

#include <gtest/gtest.h>

namespace understudy::clone {
namespace {

using copyformat::Format;

rules::Relation Table(const char* name, uint64_t pages) {
  rules::Relation relation;
  relation.schema = "public";
  relation.name = name;
  relation.pages = pages;
  relation.bytes = pages * 8192;
  relation.attributes.resize(2);
  relation.attributes[0].name = "id";
  relation.attributes[1].name = "na\"me";
  return relation;
}

TEST(SlicesTest, CoverEveryPageOnceAndLeaveTheLastOpen) {
  rules::Facts facts;
  facts.relations = {Table("empty", 0), Table("small", 3), Table("big", 100'001)};
  const std::vector<Slice> slices = PlanSlices(facts, {0, 1, 2}, {2, 150000});
  ASSERT_GT(slices.size(), 2u);
  uint64_t page = 0;
  for (size_t i = 0; i + 1 < slices.size(); ++i) {
    EXPECT_EQ(slices[i].relation, 2u);
    EXPECT_FALSE(slices[i].whole);
    EXPECT_EQ(slices[i].first_page, page);
    page = slices[i].end_page;
  }
  EXPECT_EQ(page, 0u);
  EXPECT_EQ(slices.back().relation, 1u);
  EXPECT_TRUE(slices.back().whole);
}

TEST(SlicesTest, SmallTablesTravelInChains) {
  std::vector<Slice> slices = {
      {0, 0, 5000, 40'000'000, false}, {0, 5000, 0, 40'000'000, false}, {1, 0, 0, 2'000'000, true}};
  for (size_t r = 2; r < 40; ++r) slices.push_back({r, 0, 0, 8192, true});
  const std::vector<Chain> chains = PlanChains(slices);
  ASSERT_EQ(chains.size(), 6u);
  size_t next = 0;
  for (const Chain& chain : chains) {
    EXPECT_EQ(chain.begin, next);
    next = chain.end;
  }
  EXPECT_EQ(next, slices.size());
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(chains[i].end - chains[i].begin, 1u) << i;
  EXPECT_EQ(chains[3].end - chains[3].begin, 16u);
  // By bytes too.
  EXPECT_EQ(PlanChains({{0, 0, 0, 700'000, true}, {1, 0, 0, 700'000, true}}).size(), 2u);
}

TEST(SlicesTest, OldServersAreNotCut) {
  rules::Facts facts;
  facts.relations = {Table("big", 1'000'000)};
  EXPECT_EQ(PlanSlices(facts, {0}, {2, 130000}).size(), 1u);
}

TEST(SlicesTest, StatementsQuoteAndReadOnlyTheTableItself) {
  const rules::Relation table = Table("x", 1000);
  const Slice whole{0, 0, 0, 100, true}, part{0, 10, 20, 100, false}, last{0, 20, 0, 100, false};
  EXPECT_EQ(CopyOutSql(table, {0, 1}, whole, "", Format::kBinary),
            R"(COPY "public"."x" ("id", "na""me") TO STDOUT (FORMAT binary))");
  EXPECT_EQ(
      CopyOutSql(table, {0}, part, "a OR b", Format::kText),
      R"(COPY (SELECT "id" FROM ONLY "public"."x" WHERE ctid >= '(10,0)' AND ctid < '(20,0)' AND (a OR b)))"
      R"( TO STDOUT (FORMAT text))");
  EXPECT_EQ(CopyOutSql(table, {}, last, "", Format::kText),
            R"(COPY (SELECT  FROM ONLY "public"."x" WHERE ctid >= '(20,0)') TO STDOUT (FORMAT text))");
  EXPECT_EQ(CopyInSql(table, {}, whole, Format::kText), R"(COPY "public"."x" FROM STDIN (FORMAT text))");
  const Slice large{0, 0, 0, 2 << 20, true};
  EXPECT_EQ(
      CopyInSql(table, {0}, large, Format::kBinary),
      R"(BEGIN;TRUNCATE ONLY "public"."x";COPY "public"."x" ("id") FROM STDIN (FORMAT binary, FREEZE);COMMIT)");
}

}  // namespace
}  // namespace understudy::clone
