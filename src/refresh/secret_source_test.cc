#include "refresh/secret_source.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/status.h"

namespace understudy::refresh {
namespace {

TEST(ReadSecret, FromAllKinds) {
  ::setenv("UNDERSTUDY_TEST_SECRET", "s3cret\nmore", 1);
  auto secret = ReadSecret({SecretSource::Kind::kEnvironment, "UNDERSTUDY_TEST_SECRET"});
  ASSERT_TRUE(secret.ok()) << secret.status();
  EXPECT_EQ(secret->Reveal(), "s3cret");
  ::unsetenv("UNDERSTUDY_TEST_SECRET");
  secret = ReadSecret({SecretSource::Kind::kCommand, "printf 'abc\\r\\nx'"});
  ASSERT_TRUE(secret.ok()) << secret.status();
  EXPECT_EQ(secret->Reveal(), "abc");
  EXPECT_EQ(MessageOf(ReadSecret({SecretSource::Kind::kCommand, "echo hidden; exit 3"}).status()),
            "command \"echo hidden; exit 3\" ended with code 3");
  EXPECT_EQ(MessageOf(ReadSecret({SecretSource::Kind::kEnvironment, "UNDERSTUDY_TEST_UNSET"}).status()),
            "environment variable UNDERSTUDY_TEST_UNSET gives an empty secret");
  EXPECT_EQ(ExitClassOf(ReadSecret({SecretSource::Kind::kFile, "/nowhere"}).status()), ExitClass::kUsage);
}

}  // namespace
}  // namespace understudy::refresh
