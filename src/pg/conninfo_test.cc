#include "pg/conninfo.h"

#include <gtest/gtest.h>

#include "base/status.h"

namespace understudy::pg {
namespace {

TEST(ConninfoTest, KeywordsAndUrisMeet) {
  const auto keywords = ParseConninfo("host=db1 dbname=prod password='p w'");
  const auto uri = ParseConninfo("postgresql://db1/prod?password=p%20w");
  ASSERT_TRUE(keywords.ok());
  ASSERT_TRUE(uri.ok());
  EXPECT_EQ(*keywords, *uri);
}

TEST(ConninfoTest, DescribeHidesTheSecrets) {
  const auto options = ParseConninfo("host=db1 dbname=prod user=odoo password=hush sslkey=/k");
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(Describe(*options), "host=db1 dbname=prod user=odoo");
  EXPECT_EQ(Describe({}), "libpq's defaults");
}

TEST(ConninfoTest, FormatQuotesWhatLibpqWouldMisread) {
  EXPECT_EQ(FormatConninfo({{"dbname", "prod"}, {"host", "/run/x"}, {"user", ""}}),
            "dbname=prod host=/run/x user=''");
  const ConnOptions options{{"dbname", "it's \\ me"}, {"host", "a\tb"}, {"user", "a=b"}};
  const auto again = ParseConninfo(FormatConninfo(options));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, options);
}

TEST(ConninfoTest, BadStringsAreUsageErrors) {
  const absl::Status status = ParseConninfo("hots=db1").status();
  EXPECT_EQ(ExitClassOf(status), ExitClass::kUsage);
  EXPECT_EQ(MessageOf(status), "connection string: invalid connection option \"hots\"");
}

}  // namespace
}  // namespace understudy::pg
