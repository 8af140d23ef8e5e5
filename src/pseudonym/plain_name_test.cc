// The fast way through a plain name gives what the general one gives.
#include "pseudonym/plain_name.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "pseudonym/key.h"
#include "pseudonym/lexicon.h"

namespace understudy::pseudonym {
namespace {

bool IsPlain(std::string_view value) { return PlainName().Parse(value); }

TEST(PlainName, WordsOfLettersAndNothingElse) {
  for (const char* plain :
       {"Ada Okonkwo", "Okonkwo", "Maria Vanderbilt", "Zoltan Jozsef Bartok", "ZOLTAN BARTOK"}) {
    EXPECT_TRUE(IsPlain(plain)) << plain;
  }
  for (const char* other :
       {"", "A Okonkwo", "A. Okonkwo", "Dr Okonkwo", "Anton von Werner", "Okonkwo, Ada", "Ada  Okonkwo",
        "Ada Okonkwo-Bell", "Zoë Okonkwo", "Okonkwo Ltd", "Okonkwo GmbH", "Zora Okonkwo 2", "Zora\tOkonkwo",
        "Zora Okonkwo ", " Zora Okonkwo", "Zora@example", "Zora B C D Okonkwo", "Zo Zo Zo Zo Zo", "欧阳修"}) {
    EXPECT_FALSE(IsPlain(other)) << other;
  }
  EXPECT_TRUE(IsPlain(std::string(40, 'z')));
  EXPECT_FALSE(IsPlain(std::string(41, 'z')));
}

TEST(PlainName, GetsWhatTheGeneralWayGives) {
  absl::StatusOr<Lexicons> lexicons = Lexicons::Load(UNDERSTUDY_SOURCE_DIR "/rules/lexicon");
  ASSERT_TRUE(lexicons.ok()) << lexicons.status();
  Options options;
  options.default_country = "DE";
  options.default_language = "de_DE";
  const Env env(*Key::FromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
                *std::move(lexicons), options);
  std::mt19937 random(20261130);
  const std::string_view languages[] = {"", "fr_FR", "ja_JP", "pl"};
  size_t plain = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string value;
    for (size_t words = 1 + random() % 4; words > 0; --words) {
      const bool all_upper = random() % 16 == 0, all_lower = random() % 16 == 0;
      for (size_t i = 0, size = 2 + random() % (random() % 8 == 0 ? 39 : 12); i < size; ++i) {
        const bool upper = all_upper || (!all_lower && (i == 0 || random() % 16 == 0));
        value += static_cast<char>((upper ? 'A' : 'a') + random() % 26);
      }
      if (words > 1) value += ' ';
    }
    PlainName name;
    if (!name.Parse(value)) continue;
    ++plain;
    Context context;
    context.language = languages[random() % 4];
    std::string fast, general;
    name.Render(env, context, &fast);
    RenderName(env, value, context, &general);
    ASSERT_EQ(fast, general) << value;
  }
  EXPECT_GT(plain, 100'000U);
}

}  // namespace
}  // namespace understudy::pseudonym
