#include "text/detector_search.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "support/text_world.h"

namespace understudy::text {
namespace {

using testing_support::TextWorld;

// Numbers, words that detectors want near, and what stands between them in business texts.
std::string RandomText(std::mt19937_64& random) {
  static constexpr const char* kPieces[] = {" ",
                                            ", ",
                                            ". ",
                                            "\n",
                                            "-",
                                            "/",
                                            "(",
                                            ")",
                                            "+",
                                            "12",
                                            "2024-05-12",
                                            "12.03.1975",
                                            "0171",
                                            "4111111111111111",
                                            "49",
                                            "1234567",
                                            "30 123456",
                                            "DE",
                                            "136695976",
                                            "GB82 WEST",
                                            "1234 5698 7654 32",
                                            "phone",
                                            "tel. ",
                                            "Telefon: ",
                                            "meeting",
                                            "born ",
                                            "geb. ",
                                            "geboren am ",
                                            "passport",
                                            "Steuer-ID ",
                                            "BSN",
                                            "SO00123",
                                            "X1234567L",
                                            "192.168.1.7",
                                            "00:1B:44:11:3A:B7",
                                            "Elm Street",
                                            "Hauptstraße",
                                            "rue de la Paix",
                                            "Calle Mayor",
                                            "wohnhaft Am Markt",
                                            "é",
                                            "\xC2\xA0",
                                            "password: ",
                                            "Tr0ub4dor&3",
                                            "sk_live_51HabcdefGHIJKL",
                                            "AKIAIOSFODNN7EXAMPLE",
                                            "token=",
                                            "abcdEFGH12345678",
                                            "a@b.example",
                                            "x:y@host",
                                            "https://bob:hunter2@db.example.org",
                                            "\xFF",
                                            "漢字",
                                            "units",
                                            "total"};
  std::string text;
  const size_t pieces = 1 + random() % 60;
  for (size_t i = 0; i < pieces; ++i) {
    text += kPieces[random() % std::size(kPieces)];
    if (random() % 3 == 0) text += ' ';
  }
  return text;
}

// Every token and every '@' in order, as the finder asks.
std::string Trace(DetectorSearch& search, std::string_view text) {
  search.Begin(text);
  std::string trace;
  const auto add = [&](const Detection& d) {
    trace += std::to_string(d.begin) + "-" + std::to_string(d.end) + ":" + std::to_string(d.detector) + " ";
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '@') add(search.At(i));
  }
  Token token;
  for (size_t at = 0; NextToken(text, at, &token); at = token.end) {
    add(search.From(token));
  }
  return trace;
}

TEST(DetectorSearchTest, GatesNeverHideWhatAPatternFinds) {
  const TextWorld world(false, true);
  const Detectors& detectors = *world.context().detectors;
  for (const bool secrets_only : {false, true}) {
    DetectorSearch gated(detectors, secrets_only), plain(detectors, secrets_only, /*gated=*/false);
    std::mt19937_64 random(20240607);
    size_t found = 0;
    for (int i = 0; i < 600; ++i) {
      const std::string text = RandomText(random);
      const std::string expected = Trace(plain, text);
      ASSERT_EQ(Trace(gated, text), expected) << text;
      found += expected.find("-0:0") != 0;
    }
    EXPECT_GT(found, 200u);
  }
}

}  // namespace
}  // namespace understudy::text
