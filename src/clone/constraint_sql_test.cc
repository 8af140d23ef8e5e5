#include "clone/constraint_sql.h"

#include <gtest/gtest.h>

namespace understudy::clone {
namespace {

TEST(ParseAddConstraintTest, TakesOneStatementApart) {
  std::string table, name, action;
  ASSERT_TRUE(
      ParseAddConstraint("\n\nALTER TABLE ONLY public.\"a;b\"\n    ADD CONSTRAINT \"c d\" FOREIGN KEY (x) "
                         "REFERENCES public.y(id) ON DELETE SET NULL;\n",
                         &table, &name, &action));
  EXPECT_EQ(table, "ONLY public.\"a;b\"");
  EXPECT_EQ(name, "\"c d\"");
  EXPECT_EQ(action, "ADD CONSTRAINT \"c d\" FOREIGN KEY (x) REFERENCES public.y(id) ON DELETE SET NULL");
  ASSERT_TRUE(ParseAddConstraint("ALTER TABLE public.p ADD CONSTRAINT f CHECK (a = ';') NOT VALID;", &table,
                                 &name, &action));
  EXPECT_EQ(table, "public.p");
}

TEST(ParseAddConstraintTest, RefusesAnythingElse) {
  std::string table, name, action;
  for (const char* sql :
       {"", "SELECT 1;", "ALTER TABLE a ADD CONSTRAINT b UNIQUE (c); ALTER TABLE a CLUSTER ON b;",
        "ALTER TABLE a ADD COLUMN b int;", "CREATE INDEX a ON b USING btree (c);"}) {
    EXPECT_FALSE(ParseAddConstraint(sql, &table, &name, &action)) << sql;
  }
}

TEST(ReferencedTableTest, IsTheNameBehindReferences) {
  EXPECT_EQ(ReferencedTable("ADD CONSTRAINT c FOREIGN KEY (x) REFERENCES public.y(id) ON DELETE SET NULL"),
            "public.y");
  EXPECT_EQ(ReferencedTable("ADD CONSTRAINT \"REFERENCES\" FOREIGN KEY (x) REFERENCES a.\"b c\"(id)"),
            "a.\"b c\"");
  EXPECT_EQ(ReferencedTable("ADD CONSTRAINT c CHECK (x > 0)"), "");
}

}  // namespace
}  // namespace understudy::clone
