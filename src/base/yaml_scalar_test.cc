#include "base/yaml_scalar.h"

#include <gtest/gtest.h>

namespace understudy {
namespace {

TEST(YamlScalar, IsPlainOnlyWhereEveryReaderTakesItForTheText) {
  EXPECT_EQ(YamlScalar("res_partner"), "res_partner");
  EXPECT_EQ(YamlScalar("mail.message2"), "mail.message2");
  EXPECT_EQ(YamlScalar(""), "\"\"");
  EXPECT_EQ(YamlScalar("7up"), "\"7up\"");
  EXPECT_EQ(YamlScalar("true"), "\"true\"");
  EXPECT_EQ(YamlScalar("null"), "\"null\"");
  EXPECT_EQ(YamlScalar("a: b"), "\"a: b\"");
  EXPECT_EQ(YamlScalar("Name"), "\"Name\"");
}

TEST(YamlScalar, QuotesHoldAnyText) {
  EXPECT_EQ(YamlQuoted("say \"hi\" \\ there"), "\"say \\\"hi\\\" \\\\ there\"");
  EXPECT_EQ(YamlQuoted("two\nlines\x7F"), "\"two\\x0alines\\x7f\"");
  EXPECT_EQ(YamlQuoted("Zo\xC3\xAB # $x"), "\"Zo\xC3\xAB # $x\"");
}

}  // namespace
}  // namespace understudy
