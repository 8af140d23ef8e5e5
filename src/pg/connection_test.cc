#include "pg/connection.h"

#include <gtest/gtest.h>

#include "base/status.h"

namespace understudy::pg {
namespace {

TEST(SafeMessageTest, CutsWhatPostgresqlQuotesFromTheData) {
  EXPECT_EQ(SafeMessage("22P02", "invalid input syntax for type integer: \"Ada \"the\" Okonkwo\""),
            "invalid input syntax for type integer: \"…\"");
  EXPECT_EQ(SafeMessage("22001", "value too long for type character varying(3)"),
            "value too long for type character varying(3)");
  EXPECT_EQ(SafeMessage("42P01", "relation \"x\" does not exist"), "relation \"x\" does not exist");
}

TEST(ConnectionTest, UnreachableNamesThePlaceAndNotThePassword) {
  const ConnOptions options{{"host", "/nonexistent"}, {"dbname", "prod"}, {"password", "hush"}};
  const absl::Status status = Connection::Open(options, nullptr).status();
  EXPECT_EQ(ExitClassOf(status), ExitClass::kUnreachable);
  EXPECT_NE(MessageOf(status).find("host=/nonexistent dbname=prod: "), std::string::npos);
  EXPECT_EQ(MessageOf(status).find("hush"), std::string::npos);
}

}  // namespace
}  // namespace understudy::pg
