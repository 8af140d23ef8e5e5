#include "pg/quote.h"

#include <gtest/gtest.h>

namespace understudy::pg {
namespace {

TEST(QuoteTest, IdentifiersAndLiterals) {
  EXPECT_EQ(QuoteIdentifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(QuoteLiteral("it's"), "'it''s'");
  EXPECT_EQ(QuoteLiteral("a\\b'"), "E'a\\\\b'''");
  EXPECT_EQ(QuoteRelation("public", "res_partner"), "\"public\".\"res_partner\"");
  EXPECT_EQ(RelationName("public", "x"), "x");
  EXPECT_EQ(RelationName("hr", "x"), "hr.x");
}

}  // namespace
}  // namespace understudy::pg
