#include "rules/secret_shape.h"

#include <string>

#include "gtest/gtest.h"

namespace understudy::rules {
namespace {

// Made up, and put together here so that no scanner takes them for real ones.
const std::string kTail = "0123456789abcdefGHIJKLMNOPQRSTUVWXYZ0123";

TEST(SecretShape, ByValue) {
  const std::pair<std::string, SecretShape> kCases[] = {
      {"sk_"
       "live_" +
           kTail,
       SecretShape::kToken},
      {"Bearer sk_"
       "live_" +
           kTail,
       SecretShape::kToken},
      {"AI"
       "za" +
           kTail,
       SecretShape::kToken},
      {"ya"
       "29." +
           kTail,
       SecretShape::kToken},
      {"gh"
       "p_" +
           kTail,
       SecretShape::kToken},
      {"AKI"
       "A0123456789ABCDEF",
       SecretShape::kToken},
      {"ey"
       "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdef",
       SecretShape::kToken},
      {"https://user:pw@host.example/x", SecretShape::kUrlPassword},
      {"see postgres://a:b@c/d", SecretShape::kUrlPassword},
      {"-----BEGIN RSA PRIVATE KEY-----\nMII", SecretShape::kPrivateKey},
      {"https://host.example/a:b@c", SecretShape::kNone},
      {"https://user@host.example/", SecretShape::kNone},
      {"mailto:a@b.c", SecretShape::kNone},
      {"task_live_1", SecretShape::kNone},
      {"desk_live_0123456789", SecretShape::kNone},
      {"17.0.1.3", SecretShape::kNone},
      {"", SecretShape::kNone},
  };
  for (const auto& [value, shape] : kCases) EXPECT_EQ(NameOf(ShapeOf(value)), NameOf(shape)) << value;
}

TEST(SecretShape, ByKeyAndValue) {
  EXPECT_EQ(ShapeOf("acme.api_key", "hunter2"), SecretShape::kNamed);
  EXPECT_EQ(ShapeOf("acmeApiKey", "hunter2"), SecretShape::kNamed);
  EXPECT_EQ(ShapeOf("smtp_password", "x"), SecretShape::kNamed);
  EXPECT_EQ(ShapeOf("auth_password_policy.minlength", "8"), SecretShape::kNone);
  EXPECT_EQ(ShapeOf("auth_signup.reset_password", "True"), SecretShape::kNone);
  EXPECT_EQ(ShapeOf("acme.key", "q8Zr2LwX0vTnB5yKc1Ha"), SecretShape::kRandom);
  EXPECT_EQ(ShapeOf("acme.key", "res_partner_view_form"), SecretShape::kNone);
  EXPECT_EQ(ShapeOf("web.base.url", "https://erp.example.com"), SecretShape::kNone);
  EXPECT_EQ(ShapeOf("monkey", "banana"), SecretShape::kNone);
}

TEST(SecretShape, Entropy) {
  EXPECT_EQ(Entropy(""), 0);
  EXPECT_EQ(Entropy("aaaa"), 0);
  EXPECT_DOUBLE_EQ(Entropy("abcd"), 2);
}

}  // namespace
}  // namespace understudy::rules
