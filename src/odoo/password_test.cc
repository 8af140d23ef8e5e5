#include "odoo/password.h"

#include <re2/re2.h>

#include "base/status.h"
#include "gtest/gtest.h"
#include "support/status_matchers.h"

namespace understudy::odoo {
namespace {

Secret Of(std::string_view text) {
  return Secret(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

std::span<const unsigned char> Bytes(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

// Hashes written by passlib 1.7.4: pbkdf2_sha512.using(rounds=…, salt=b'understudy012345').hash(…).
TEST(Password, AsPasslibWrites) {
  EXPECT_THAT(
      HashPassword(Of("s3cret p\xC3\xA4"), 1000, Bytes("understudy012345")),
      IsOkAndHolds(
          "$pbkdf2-sha512$1000$dW5kZXJzdHVkeTAxMjM0NQ$l8dlBj3QNEVAPgOxi4zr79XEGgKo9ZZZ6WxeyB2kN61opWB0q"
          "56ncDHUgMg8yCurqfZmkRL.ixLard93CBapdQ"));
  EXPECT_THAT(
      HashPassword(Of("x"), 25000, Bytes("understudy012345")),
      IsOkAndHolds(
          "$pbkdf2-sha512$25000$dW5kZXJzdHVkeTAxMjM0NQ$8VqywOQ6ZS1Hd.dMMhLBTqWP4p4KenPFOQpq2pCAnb2aEBP/"
          "gvryMZ89YsOCSJGMi6e1wl3MJnx6v7ciTIoIkA"));
}

TEST(Password, StagingHashesAreMarkedAndVerify) {
  ASSERT_OK_AND_ASSIGN(const std::string hash, HashStagingPassword(Of("let me in"), 10, "key-1"));
  EXPECT_TRUE(VerifyPassword(Of("let me in"), hash));
  EXPECT_FALSE(VerifyPassword(Of("let me iN"), hash));
  EXPECT_TRUE(RE2::PartialMatch(hash, StagingHashPattern()));
  EXPECT_FALSE(RE2::PartialMatch("$pbkdf2-sha512$10$AAAAZXJzdHVkeTAxMjM0NQ$x", StagingHashPattern()));
  EXPECT_THAT(HashStagingPassword(Of("let me in"), 10, "key-1"), IsOkAndHolds(hash));
  EXPECT_NE(*HashStagingPassword(Of("let me in"), 10, "key-2"), hash);
}

TEST(Password, Refuses) {
  EXPECT_FALSE(HashStagingPassword(Secret(), 10, "").ok());
  EXPECT_FALSE(HashPassword(Of("x"), 0, Bytes("s")).ok());
  for (const char* hash : {"", "x", "$pbkdf2-sha512$", "$pbkdf2-sha512$10$!!$!!",
                           "$pbkdf2-sha512$99999999999$QQ$QQ", "$pbkdf2-sha256$10$QQ$QQ", "plaintext"}) {
    EXPECT_FALSE(VerifyPassword(Of("plaintext"), hash)) << hash;
  }
}

TEST(Password, RoundsByRelease) {
  EXPECT_EQ(RoundsFor(16), 25'000);
  EXPECT_EQ(RoundsFor(17), 600'000);
  EXPECT_EQ(RoundsFor(0), 600'000);
}

}  // namespace
}  // namespace understudy::odoo
