#include "dump/large_object.h"

#include <gtest/gtest.h>

#include "base/status.h"

namespace understudy::dump {
namespace {

TEST(ObjectContent, PiecesSayWhereTheyBelong) {
  ObjectContent content;
  ObjectPiece piece;
  EXPECT_FALSE(*content.Take("\n-- x\nSELECT pg_catalog.lo_open('16402', 131072);\n", &piece));
  EXPECT_TRUE(*content.Take("SELECT pg_catalog.lowrite(0, '\\x0041');", &piece));
  EXPECT_EQ(piece.Sql(), "SELECT pg_catalog.lo_put(16402, 0, pg_catalog.decode('0041', 'hex'));");
  // As a server with standard_conforming_strings = off has it written.
  EXPECT_TRUE(*content.Take("SELECT pg_catalog.lowrite(0, E'\\\\xff');", &piece));
  EXPECT_EQ(piece.Sql(), "SELECT pg_catalog.lo_put(16402, 2, pg_catalog.decode('ff', 'hex'));");
  EXPECT_FALSE(*content.Take("SELECT pg_catalog.lo_close(0);", &piece));
  EXPECT_FALSE(*content.Take("SELECT pg_catalog.lo_open(7, 131072);", &piece));
  EXPECT_TRUE(*content.Take("SELECT pg_catalog.lowrite(0, '\\x');", &piece));
  EXPECT_EQ(piece.oid, "7");
  EXPECT_EQ(piece.offset, 0U);
}

TEST(ObjectContent, AnythingElseIsRefusedWithoutAWordOfIt) {
  ObjectContent closed;
  ObjectPiece piece;
  EXPECT_FALSE(closed.Take("SELECT pg_catalog.lowrite(0, '\\x41');", &piece).ok());
  for (const char* sql : {"SELECT pg_catalog.lowrite(0, 'Okonkwo');", "SELECT pg_catalog.lowrite(0, '\\x4');",
                          "SELECT pg_catalog.lowrite(0, '\\xOkon');", "SELECT pg_catalog.lowrite(0);",
                          "SELECT pg_catalog.lo_open('Okonkwo', 131072);"}) {
    ObjectContent content;
    ASSERT_TRUE(content.Take("SELECT pg_catalog.lo_open('1', 131072);", &piece).ok());
    const auto got = content.Take(sql, &piece);
    ASSERT_FALSE(got.ok()) << sql;
    EXPECT_EQ(MessageOf(got.status()).find("Okon"), std::string::npos);
  }
}

}  // namespace
}  // namespace understudy::dump
