#include "clone/policy_roles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::clone {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Schema SchemaOf(const std::vector<std::string>& statements) {
  Schema schema;
  for (const std::string& sql : statements) schema.post_data.push_back({"POLICY", "public", "t p", sql});
  return schema;
}

TEST(PolicyRoles, PoliciesForRolesThatAreThereStayAsTheyAre) {
  const std::vector<std::string> statements = {
      "\n\nCREATE POLICY p ON public.t USING ((owner = 'TO nobody'::text));\n",
      "CREATE POLICY p ON public.t FOR SELECT TO a, b USING (true);",
      "CREATE POLICY \"p TO x\" ON public.\"t TO y\" AS RESTRICTIVE TO \"Q\"\"r\" WITH CHECK ((id > 0));",
      "CREATE INDEX i ON public.t (a);"};
  Schema schema = SchemaOf(statements);
  EXPECT_THAT(FitPolicies({"a", "b", "Q\"r"}, &schema), IsEmpty());
  for (size_t i = 0; i < statements.size(); ++i) EXPECT_EQ(schema.post_data[i].sql, statements[i]);
}

TEST(PolicyRoles, MissingRolesAreTakenOut) {
  Schema schema =
      SchemaOf({"CREATE POLICY p ON public.t FOR SELECT TO a, \"B b\", c USING ((a = 'a, c'::text));"});
  const std::vector<FittedPolicy> fitted = FitPolicies({"B b"}, &schema);
  ASSERT_EQ(fitted.size(), 1u);
  EXPECT_EQ(fitted[0].policy, "public.t.p");
  EXPECT_THAT(fitted[0].missing, ElementsAre("a", "c"));
  EXPECT_FALSE(fitted[0].left_out);
  EXPECT_EQ(schema.post_data[0].sql,
            "CREATE POLICY p ON public.t FOR SELECT TO \"B b\" USING ((a = 'a, c'::text));");
}

TEST(PolicyRoles, APolicyForNobodyGoesWithItsComment) {
  Schema schema =
      SchemaOf({"\nCREATE POLICY \"p\" ON \"S\".t TO a;\n", "\nCOMMENT ON POLICY \"p\" ON \"S\".t IS 'x';",
                "\nCOMMENT ON POLICY \"p\" ON \"S\".t2 IS 'x';", "CREATE POLICY q ON \"S\".t TO b;"});
  const std::vector<FittedPolicy> fitted = FitPolicies({"b"}, &schema);
  ASSERT_EQ(fitted.size(), 1u);
  EXPECT_EQ(fitted[0].policy, "S.t.p");
  EXPECT_TRUE(fitted[0].left_out);
  ASSERT_EQ(schema.post_data.size(), 2u);
  EXPECT_THAT(schema.post_data[0].sql, ::testing::HasSubstr(".t2 IS"));
  EXPECT_THAT(schema.post_data[1].sql, ::testing::HasSubstr("POLICY q"));
}

}  // namespace
}  // namespace understudy::clone
