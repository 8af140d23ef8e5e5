#include "tuning/sample.h"

#include <gtest/gtest.h>

namespace understudy::tuning {
namespace {

using copyformat::Format;

rules::Relation Table(uint64_t bytes, double rows) {
  rules::Relation relation;
  relation.schema = "public";
  relation.name = "odd\"name";
  relation.bytes = bytes;
  relation.rows_estimate = rows;
  relation.attributes.resize(2);
  relation.attributes[0].name = "id";
  relation.attributes[1].name = "select";
  return relation;
}

TEST(SampleQuery, ASmallTableIsReadWhole) {
  EXPECT_EQ(QueryOfSample(Table(8192, 10), {}, {0, 1}, Format::kBinary, 100, 1 << 20).sql,
            "COPY (SELECT \"id\", \"select\" FROM ONLY \"public\".\"odd\"\"name\" LIMIT 100) TO STDOUT "
            "(FORMAT binary)");
}

TEST(SampleQuery, OfALargeTableOnlyAShareOfThePages) {
  EXPECT_EQ(
      QueryOfSample(Table(1'500'000'000, 3'000'000), {}, {0}, Format::kText, 20'000, 100'000'000).sql,
      "COPY (SELECT \"id\" FROM ONLY \"public\".\"odd\"\"name\" TABLESAMPLE SYSTEM (1.000000) REPEATABLE (1) "
      "LIMIT 20000) TO STDOUT");
  // Wide rows: the bytes are the limit.
  EXPECT_EQ(
      QueryOfSample(Table(1'500'000'000, 30'000), {}, {0}, Format::kText, 20'000, 10'000'000).sql,
      "COPY (SELECT \"id\" FROM ONLY \"public\".\"odd\"\"name\" TABLESAMPLE SYSTEM (1.000000) REPEATABLE (1) "
      "LIMIT 20000) TO STDOUT");
}

TEST(SampleQuery, AllRowsWithTheRulesCondition) {
  rules::TablePlan plan;
  plan.where = "id > 5 -- new ones";
  EXPECT_EQ(
      QueryOfSample(Table(1'500'000'000, 3'000'000), plan, {0}, Format::kText, 0, 1).sql,
      "COPY (SELECT \"id\" FROM ONLY \"public\".\"odd\"\"name\" WHERE (id > 5 -- new ones\n)) TO STDOUT");
}

TEST(WholeTable, IsTheSampleOrScaledFromIt) {
  const Amount sample{100, 10'000};
  EXPECT_EQ(WholeTable(Table(1 << 20, 5000), sample, true).rows, 100U);
  EXPECT_EQ(WholeTable(Table(1 << 20, 5000), sample, false).rows, 5000U);
  EXPECT_EQ(WholeTable(Table(1 << 20, 5000), sample, false).bytes, 500'000U);
  // Never analysed: from the pages. Analysed before it grew: at least what was seen.
  EXPECT_EQ(WholeTable(Table(1'000'000, -1), sample, false).rows, 10'000U);
  EXPECT_EQ(WholeTable(Table(1'000'000, 3), sample, false).rows, 100U);
  EXPECT_EQ(WholeTable(Table(1'000'000, 3), {}, false).rows, 0U);
}

}  // namespace
}  // namespace understudy::tuning
