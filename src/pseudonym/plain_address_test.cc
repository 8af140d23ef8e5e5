// The fast way through a plain address folds it as the general one does, and takes nothing that is a list.
#include "pseudonym/plain_address.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "pseudonym/buffer.h"
#include "pseudonym/normalise.h"

namespace understudy::pseudonym {
namespace {

bool IsPlain(std::string_view value) { return PlainAddress().Parse(value); }

TEST(PlainAddress, OneAddressAndNothingElse) {
  for (const char* plain :
       {"ada@acme.com", "Ada.Okonkwo+odoo@acme.co.uk", "a_b-c/1@x.de", "A@b", "a@B", "1@2a"}) {
    EXPECT_TRUE(IsPlain(plain)) << plain;
  }
  for (const char* other : {"",
                            "@",
                            "a@",
                            "@a",
                            "ada",
                            "ADA@ACME.COM",
                            "ada@acme.com.",
                            "ada@acme.com,bo@acme.com",
                            "ada@acme.com;",
                            "ada@acme.com\n",
                            "<ada@acme.com>",
                            "\"ada\"@acme.com",
                            "ada @acme.com",
                            "ada@acme@com",
                            "zoë@acme.com",
                            "ada`@acme.com",
                            "ada@acme.com ",
                            "ada'@acme.com",
                            "ada\x7f@acme.com",
                            "ad\xc2\xad@acme.com"}) {
    EXPECT_FALSE(IsPlain(other)) << other;
  }
  EXPECT_TRUE(IsPlain(std::string(118, 'a') + "@b"));
  EXPECT_FALSE(IsPlain(std::string(119, 'a') + "@b"));
}

TEST(PlainAddress, FoldsAsTheGeneralWayDoes) {
  std::mt19937 random(20261130);
  constexpr std::string_view kBytes = "abcdefghijklmnopqrstuvwxyzABCXYZ0189+-./_";
  constexpr std::string_view kOther = " ,;\"<>`@'\n\x7f\xc3\xa9";
  size_t plain = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string value;
    for (size_t size = random() % 20; size > 0; --size) value += kBytes[random() % kBytes.size()];
    value += '@';
    for (size_t size = random() % 20; size > 0; --size) value += kBytes[random() % kBytes.size()];
    if (random() % 4 == 0) value.insert(random() % value.size(), 1, kOther[random() % kOther.size()]);
    PlainAddress address;
    if (!address.Parse(value)) continue;
    ++plain;
    Buffer whole, domain;
    FoldEmail(value, &whole);
    FoldEmail(std::string_view(value).substr(value.find('@') + 1), &domain);
    ASSERT_EQ(address.folded(), whole.view()) << value;
    ASSERT_EQ(address.domain(), domain.view()) << value;
    ASSERT_EQ(value.find_first_of(",;\"<>\n "), std::string::npos) << value;
  }
  EXPECT_GT(plain, 100'000U);
}

}  // namespace
}  // namespace understudy::pseudonym
