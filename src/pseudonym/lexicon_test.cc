#include "pseudonym/lexicon.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "pseudonym/utf8.h"

namespace understudy::pseudonym {
namespace {

using Lists = std::vector<std::vector<std::string>>;

const Lexicons& All() {
  static const Lexicons* const loaded = [] {
    auto lexicons = Lexicons::Load(UNDERSTUDY_SOURCE_DIR "/rules/lexicon");
    EXPECT_TRUE(lexicons.ok()) << lexicons.status().message();
    return new Lexicons(lexicons.ok() ? *std::move(lexicons) : Lexicons());
  }();
  return *loaded;
}

struct Part {
  const char* name;
  const Composed& composed;
};

std::vector<Part> PartsOf(const Language& language) {
  return {{"first_name", language.first_name},
          {"surname", language.surname},
          {"company", language.company},
          {"company_field", language.company_field},
          {"street", language.street}};
}

// The word of each list that `index` picks, the last list turning fastest.
std::string WordAt(const Lists& lists, uint64_t index) {
  std::string word;
  for (size_t i = lists.size(); i-- > 0;) {
    word.insert(0, lists[i][index % lists[i].size()]);
    index /= lists[i].size();
  }
  return word;
}

uint64_t CountOf(const Lists& lists) {
  uint64_t count = 1;
  for (const auto& list : lists) count *= list.size();
  return count;
}

size_t Longest(const Lists& lists) {
  size_t longest = 0;
  for (const auto& list : lists) {
    longest += std::max_element(list.begin(), list.end(), [](const auto& a, const auto& b) {
                 return a.size() < b.size();
               })->size();
  }
  return longest;
}

bool FitsScript(Script script, Script of) {
  // Japanese is told from Chinese by its Kana, and written in Han as well.
  return of == script || (script == Script::kKana && of == Script::kHan);
}

// What is wrong with a word, or "".
std::string FaultOf(std::string_view word, Script script) {
  for (size_t i = 0; i < word.size();) {
    const char32_t c = NextCodePoint(word, &i);
    if (c >= kBadByte) return "is no UTF-8";
    if (IsInvisible(c)) return "has an invisible character";
    if (c < 0x20 || IsDigit(c)) return "has a control character or digit";
    const Script of = ScriptOf(c);
    if (of == Script::kNone) {
      if (c != ' ' && c != '-' && c != '\'' && c != '.') return "has punctuation";
    } else if (!FitsScript(script, of)) {
      return "is of another script";
    }
  }
  return "";
}

TEST(LexiconTest, FaultsAreFound) {
  EXPECT_EQ(FaultOf("Łódź", Script::kLatin), "");
  EXPECT_EQ(FaultOf("\xC3", Script::kLatin), "is no UTF-8");
  EXPECT_EQ(FaultOf("der\xC2\xAD", Script::kLatin), "has an invisible character");
  EXPECT_EQ(FaultOf("Аnna", Script::kLatin), "is of another script");  // a Cyrillic А
  EXPECT_EQ(FaultOf("佐々木", Script::kKana), "");
  EXPECT_EQ(FaultOf("サ", Script::kHan), "is of another script");
  EXPECT_EQ(FaultOf("a;b", Script::kLatin), "has punctuation");
}

TEST(LexiconTest, EveryLanguageIsThere) {
  for (const char* code : {"en", "fr", "de", "es", "it", "nl", "pt", "pl", "ar", "zh", "ja"}) {
    EXPECT_NE(All().Find(code), nullptr) << code;
  }
  EXPECT_EQ(All().Find("de_AT"), All().Find("de"));
  EXPECT_EQ(All().ForScript(Script::kHan, "en_US").code, "zh");
  EXPECT_EQ(All().ForScript(Script::kHan, "ja_JP").code, "ja");
  EXPECT_EQ(All().ForScript(Script::kKana, "de_DE").code, "ja");
  EXPECT_EQ(All().ForScript(Script::kArabic, "fr_FR").code, "ar");
  EXPECT_EQ(All().ForScript(Script::kLatin, "zh_CN").code, "en");
}

TEST(LexiconTest, WordsAreUtf8OfTheScriptAndListedOnce) {
  for (const Language& language : All().languages()) {
    for (const Part& part : PartsOf(language)) {
      for (const auto& list : part.composed.lists()) {
        std::unordered_set<std::string> seen;
        for (const std::string& word : list) {
          EXPECT_EQ(FaultOf(word, language.script), "") << language.code << ' ' << part.name << ' ' << word;
          EXPECT_TRUE(seen.insert(word).second) << language.code << ' ' << part.name << ": twice " << word;
        }
      }
      // A list of each part has no empty word, or the whole could be empty.
      EXPECT_TRUE(std::any_of(part.composed.lists().begin(), part.composed.lists().end(),
                              [](const auto& list) { return std::count(list.begin(), list.end(), "") == 0; }))
          << language.code << ' ' << part.name;
    }
  }
}

TEST(LexiconTest, ThereAreEnoughWords) {
  for (const Language& language : All().languages()) {
    EXPECT_GE(language.surname.Bits(), 20.0) << language.code;
    EXPECT_GE(language.first_name.Bits(), std::log2(100.0)) << language.code;
    EXPECT_GE(language.company.Bits(), 16.0) << language.code;
    EXPECT_GE(language.company_field.Bits(), 6.0) << language.code;
    EXPECT_GE(language.street.Bits(), 9.0) << language.code;
    // Streets and names are stored in columns that may be short.
    EXPECT_LE(Longest(language.surname.lists()), 32u) << language.code;
    EXPECT_LE(Longest(language.company.lists()), 32u) << language.code;
  }
}

// Parts that run together ("an" + "der", "and" + "er") must not eat up the space that Bits() promises. The
// samples are spread over the whole space by a stride that has no factor in common with its size.
TEST(LexiconTest, ComposedSurnamesDiffer) {
  constexpr uint64_t kSamples = 1 << 15;
  for (const Language& language : All().languages()) {
    const Lists& lists = language.surname.lists();
    const uint64_t count = CountOf(lists);
    std::unordered_set<std::string> seen;
    for (uint64_t i = 0; i < kSamples; ++i) seen.insert(WordAt(lists, (i * 2654435761u) % count));
    EXPECT_GE(seen.size(), kSamples * 97 / 100) << language.code;
  }
}

TEST(LexiconTest, AsciiTwinsFitALocalPartAndADomainLabel) {
  for (const Language& language : All().languages()) {
    if (language.script != Script::kLatin) {
      EXPECT_TRUE(language.ascii_surname.empty()) << language.code;
      continue;
    }
    const Composed* const twins[] = {&language.ascii_first_name, &language.ascii_surname,
                                     &language.ascii_company};
    const Composed* const words[] = {&language.first_name, &language.surname, &language.company};
    for (size_t t = 0; t < 3; ++t) {
      ASSERT_EQ(twins[t]->lists().size(), words[t]->lists().size());
      for (size_t i = 0; i < twins[t]->lists().size(); ++i) {
        const auto& twin = twins[t]->lists()[i];
        const auto& word = words[t]->lists()[i];
        ASSERT_EQ(twin.size(), word.size());
        for (size_t k = 0; k < twin.size(); ++k) {
          EXPECT_EQ(twin[k].empty(), word[k].empty()) << language.code << ' ' << word[k];
          // At least one ASCII letter for each letter: nothing was dropped.
          EXPECT_GE(twin[k].size(), CountCodePoints(word[k])) << language.code << ' ' << word[k];
          EXPECT_TRUE(
              std::all_of(twin[k].begin(), twin[k].end(), [](char c) { return c >= 'a' && c <= 'z'; }))
              << language.code << ' ' << twin[k];
        }
      }
    }
    // "first.last.12345678" in 64 characters (RFC 5321), a label in 63 (RFC 1035).
    EXPECT_LE(Longest(language.ascii_first_name.lists()) + Longest(language.ascii_surname.lists()) + 10, 64u);
    EXPECT_LE(Longest(language.ascii_company.lists()), 63u);
    // With the eight letters of code behind them an address carries over 64 bits.
    EXPECT_GE(language.ascii_first_name.Bits() + language.ascii_surname.Bits(), 26.0) << language.code;
  }
}

TEST(LexiconTest, CitiesHavePlacesAndPostcodes) {
  std::set<std::string> codes;
  for (const Language& language : All().languages()) {
    for (const Country& country : language.countries) {
      const std::string where = language.code + ' ' + country.code;
      EXPECT_EQ(country.code.size(), 2u) << where;
      EXPECT_TRUE(std::all_of(country.code.begin(), country.code.end(), [](char c) {
        return c >= 'A' && c <= 'Z';
      })) << where;
      codes.insert(country.code);
      std::unordered_set<std::string> names;
      for (const City& city : country.cities) {
        EXPECT_EQ(FaultOf(city.name, language.script), "") << where << ' ' << city.name;
        EXPECT_TRUE(names.insert(city.name).second) << where << ": twice " << city.name;
        EXPECT_FALSE(city.zip.empty()) << where << ' ' << city.name;
        EXPECT_LE(std::abs(city.latitude), 72) << where << ' ' << city.name;
        EXPECT_LE(std::abs(city.longitude), 180) << where << ' ' << city.name;
        // No country here is so wide that a mistyped sign would pass.
        const City& first = country.cities.front();
        EXPECT_LE(std::abs(city.latitude - first.latitude), 34) << where << ' ' << city.name;
        EXPECT_LE(std::abs(city.longitude - first.longitude), 85) << where << ' ' << city.name;
      }
    }
  }
  for (const char* code : {"US", "GB", "IE", "CA", "AU", "NZ", "IN", "ZA", "FR", "BE", "CH", "LU",
                           "DE", "AT", "ES", "MX", "AR", "CO", "CL", "PE", "IT", "NL", "PT", "BR",
                           "PL", "SA", "AE", "EG", "MA", "CN", "TW", "HK", "SG", "JP"}) {
    EXPECT_EQ(codes.count(code), 1u) << code;
    ASSERT_NE(All().FindCountry(code), nullptr) << code;
    EXPECT_GE(All().FindCountry(code)->cities.size(), 8u) << code;
  }
  EXPECT_EQ(All().FindCountry("ZZ"), nullptr);
}

TEST(LexiconTest, WhatIsMissingIsNamed) {
  constexpr std::string_view kWhole =
      "[script]\nlatin\n[first_name.1]\nAda\n[surname.1]\nBr, St\n[surname.2]\nanden\n[company.1]\nA\n"
      "[company_field.1]\nTools\n[street.1]\nOak\n[street.2]\n-, _Street\n[cities XX]\nBad Ort|1 "
      "2|1.5|-2.25\n";
  const auto whole = ParseLexicon(kWhole, "x.txt");
  ASSERT_TRUE(whole.ok()) << whole.status().message();
  EXPECT_DOUBLE_EQ(whole->surname.Bits(), 1.0);
  EXPECT_EQ(whole->street.lists()[1], (std::vector<std::string>{"", " Street"}));
  ASSERT_EQ(whole->countries.size(), 1u);
  EXPECT_EQ(whole->countries[0].cities[0].name, "Bad Ort");
  EXPECT_EQ(whole->countries[0].cities[0].zip, "1 2");
  EXPECT_DOUBLE_EQ(whole->countries[0].cities[0].longitude, -2.25);

  struct {
    std::string_view remove, put, message;
  } const kCases[] = {
      {"latin", "runes", "x.txt: `runes` is no script"},
      {"[surname.1]", "[surname.3]", "x.txt: section [surname.1] is missing"},
      {"anden", "", "x.txt: section [surname.2] is empty"},
      {"[script]", "script", "x.txt:1: words before the first [section]"},
      {"[company.1]", "[company.1", "x.txt:9: a section needs `]`"},
      {"|1 2", "", "x.txt: a city is `name|postcode|latitude|longitude`, not `Bad Ort|1.5|-2.25`"},
  };
  for (const auto& c : kCases) {
    std::string text(kWhole);
    text.replace(text.find(c.remove), c.remove.size(), c.put);
    const auto parsed = ParseLexicon(text, "x.txt");
    ASSERT_FALSE(parsed.ok()) << c.message;
    EXPECT_EQ(std::string(parsed.status().message()), c.message);
  }
}

}  // namespace
}  // namespace understudy::pseudonym
