#include "text/detectors.h"

#include <gtest/gtest.h>

#include "support/text_world.h"
#include "text/detector_search.h"

namespace understudy::text {
namespace {

using testing_support::TextWorld;

// Detectors alone: nothing is known.
std::string Treat(std::string_view text) {
  static const auto* world = new TextWorld(false, true);
  Rewriter rewriter(world->context());
  std::string out;
  return rewriter.Plain(text, &out) ? out : std::string(text);
}

TEST(DetectorsTest, FindWhatTheyAreFor) {
  const struct {
    const char* text;
    const char* gone;
  } kCases[] = {
      {"write to jane.doe+x@firma-mail.de today", "jane.doe"},
      {"call +33 6 12 34 56 78 please", "12 34 56"},
      {"Tel. 089/1234567", "1234567"},
      {"(212) 867-5309 is mine", "867-5309"},
      {"my mobile: 555 867 5309", "867 5309"},
      {"pay to GB82 WEST 1234 5698 7654 32 now", "5698"},
      {"goes to BE71 0961 2345 6769 in the name of", "0961"},
      {"card 4111-1111-1111-1111", "1111-1111"},
      {"VAT DE136695976", "136695976"},
      {"VAT DE 136 695 976", "695"},
      {"NIF 12345678Z", "12345678"},
      {"CF RSSMRA85T10A562S", "RSSMRA85"},
      {"from 192.168.10.44 again", "192.168.10.44"},
      {"mac 00:1B:44:11:3A:B7", "1B:44"},
      {"lives at 12 Elm Tree Road, London", "Elm Tree"},
      {"wohnt Lindenstraße 5a", "Lindenstraße"},
      {"12 rue de la Gare", "Gare"},
      {"geboren am 12.03.1975 in Ulm", "12.03.1975"},
      {"https://bob:hunter2@db.example.org/x", "hunter2"},
      {"https://x.example/?access_token=abcdEFGH12345678", "abcdEFGH"},
      {"key sk_live_51HabcdefGHIJKL", "51Habc"},
      {"AIzaSyA-1234567890_bcdefghijklmnopqrs", "1234567890"},
      {"token ghp_abcdefghijklmnopqrstuvwxyz0123456789", "abcdefgh"},
      {"xoxb-123456789012-abcdefABCDEF", "123456789012"},
      {"AKIAIOSFODNN7EXAMPLE", "IOSFODNN"},
      {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123", "eyJzdWIi"},
      {"Password: Tr0ub4dor&3!", "Tr0ub4dor"},
      {"das Passwort ist Geheim123", "Geheim123"},
  };
  for (const auto& c : kCases) {
    const std::string out = Treat(c.text);
    EXPECT_EQ(out.find(c.gone), std::string::npos) << c.text << " -> " << out;
  }
}

TEST(DetectorsTest, LeaveWhatOnlyLooksSo) {
  for (const char* text :
       {"order SO2024-00123 of 2024-01-02", "version 17.0.1.2 is out", "total 1,234,567.89 EUR",
        "on 01.02.2024 at 10:30", "password: see below", "change.password.user", "field_password_user_id",
        "the token is green", "5 boxes of 12 pieces", "INV/2024/00042", "size 10 x 20 x 30", "meet @noon",
        "a@b", "ratio 3:4:5", "EAN 4006381333931", "room 12 Street", "id 1234567890123456"}) {
    EXPECT_EQ(Treat(text), text);
  }
}

TEST(DetectorsTest, FileErrorsPoint) {
  const struct {
    const char* yaml;
    const char* error;
  } kCases[] = {
      {"detectors:\n  - {name: x, triger: at}\n", "d.yaml:2:15: no key `triger`; did you mean trigger?"},
      {"detectors:\n  - {name: x, trigger: digit, pattern: a, becomes: email}\n",
       "d.yaml:2:24: no trigger `digit`; did you mean digits?"},
      {"detectors:\n  - {name: x, trigger: at, pattern: a, becomes: emial}\n",
       "d.yaml:2:49: no kind of pseudonym `emial`; did you mean email?"},
      {"detectors:\n  - {name: x, trigger: at, pattern: a}\n", "d.yaml:2:5: a detector needs `becomes`"},
      {"detectors: 5\n", "d.yaml:1:1: expected one list, `detectors:`"},
  };
  for (const auto& c : kCases) {
    const auto specs = ParseDetectors(c.yaml, "d.yaml");
    ASSERT_FALSE(specs.ok()) << c.yaml;
    EXPECT_EQ(std::string(specs.status().message()), c.error);
  }
  DetectorSpec spec;
  spec.name = "broken";
  spec.pattern = "(";
  const auto broken = Detectors::Create({spec}, "DE");
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(std::string(broken.status().message()), "detector \"broken\": pattern: missing ): (");
}

// A number begins the match, and one of the words stands near it: else the pattern is not tried.
TEST(DetectorsTest, NumbersWithWords) {
  EXPECT_NE(Treat("deliver to 12 bis, rue Violette, please"), "deliver to 12 bis, rue Violette, please");
  EXPECT_NE(Treat("deliver to 209 Kastanien Avenue"), "deliver to 209 Kastanien Avenue");
  DetectorSpec spec;
  spec.name = "x";
  spec.pattern = "\\d+ [a-z]+ [a-z]+";
  spec.kind = pseudonym::Kind::kNumber;
  const auto finds = [&](std::string_view text) {
    const auto detectors = Detectors::Create({spec}, "DE").value();
    DetectorSearch search(*detectors, /*secrets_only=*/false);
    search.Begin(text);
    Token token;
    return NextToken(text, 0, &token) && search.From(token).end != 0;
  };
  EXPECT_TRUE(finds("12 old street"));
  spec.words = {"road"};
  EXPECT_FALSE(finds("12 old street"));
  EXPECT_TRUE(finds("12 old road"));
  EXPECT_FALSE(finds("12 old roads"));
}

TEST(DetectorsTest, OnlyForTheirCountries) {
  DetectorSpec spec;
  spec.name = "x";
  spec.pattern = "\\d+";
  spec.kind = pseudonym::Kind::kNumber;
  spec.countries = {"FR"};
  EXPECT_EQ(Detectors::Create({spec}, "DE").value()->size(), 0u);
  EXPECT_EQ(Detectors::Create({spec}, "FR").value()->size(), 1u);
}

}  // namespace
}  // namespace understudy::text
