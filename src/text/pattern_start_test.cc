#include "text/pattern_start.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>
#include <string>

#include "support/text_world.h"

namespace understudy::text {
namespace {

bool Matches(const std::string& pattern, std::string_view text, size_t from) {
  const RE2 re(pattern);
  return re.ok() && re.Match(re2::StringPiece(text.data(), text.size()), from, text.size(), RE2::ANCHOR_START,
                             nullptr, 0);
}

TEST(PatternStartTest, SaysNoWhereTheBytesSayIt) {
  const PatternStarts starts({"\\d{2}-\\d", "[A-Z]{1,3}x", "(?i:ab|cd)e", "a?b{2}", "é1", "x*"});
  const struct {
    const char* text;
    uint64_t bits;
  } kCases[] = {
      {"12-4", 0b100001}, {"12-", 0b100000}, {"1234", 0b100000}, {"Bx", 0b100010}, {"ABCx", 0b100010},
      {"AbE", 0b100100},  {"cde", 0b100100}, {"abb", 0b101000},  {"bb", 0b101000}, {"b", 0b100000},
      {"é1", 0b110000},   {"ü1", 0b110000},  {"e1", 0b100000},   {"", 0b100000},   {"x", 0b100000},
  };
  for (const auto& c : kCases) EXPECT_EQ(starts.At(c.text, 0), c.bits) << c.text;
}

TEST(PatternStartTest, WhatItDoesNotUnderstandIsPossibleEverywhere) {
  for (const char* pattern : {"\\pL1", "[[:alpha:]]1", "(a", "a{", "\\Qab\\E", "*", "[a"}) {
    EXPECT_EQ(PatternStarts({pattern}).At("zzzzzzzzzz", 0), 1u) << pattern;
  }
}

// Never a no where re2 says yes: the project's own patterns, and random ones.
TEST(PatternStartTest, NeverHidesAMatch) {
  constexpr const char* kAtoms[] = {
      "a",     "K",          "s",       "1",      "-",     "\\d",        "\\w",     "\\s",    "\\D",
      "[a-c]", "[^a1]",      "[\\d.-]", ".",      "é",     "\\x41",      "(?:ab)",  "(a|1-)", "(?i:kS)",
      "\\b",   "[ \\x{a0}]", "\\(",     "(?:1|)", "[é-ö]", "(?i:[é-ſ])", "[a\\]-]", "^",      "$"};
  constexpr const char* kCounts[] = {"", "", "", "?", "*", "+", "{2}", "{0,2}", "{1,}", "{9}", "+?"};
  constexpr const char* kText[] = {"a", "A", "b",      "c", "k", "K", "\u212A", "s",  "\u017F", "1", "23",
                                   "-", " ", "\u00A0", "é", "ü", "(", ".",      "\n", "\xFF",   "]"};
  std::mt19937 random(11);
  const auto pick = [&](const auto& list) { return list[random() % std::size(list)]; };
  size_t matched = 0, denied = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string pattern;
    for (size_t n = 1 + random() % 5; n > 0; --n) {
      pattern += std::string(pick(kAtoms)) + pick(kCounts);
      if (random() % 6 == 0) pattern += "|";
    }
    const PatternStarts starts({pattern});
    for (int t = 0; t < 20; ++t) {
      std::string text;
      for (size_t n = random() % 14; n > 0; --n) text += pick(kText);
      const size_t from = random() % (text.size() + 1);
      if (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) continue;
      const bool matches = Matches(pattern, text, from), possible = starts.At(text, from) != 0;
      matched += matches;
      denied += !possible;
      ASSERT_TRUE(possible || !matches) << pattern << " in " << text << " from " << from;
    }
  }
  EXPECT_GT(matched, 5000u);
  EXPECT_GT(denied, 5000u);
}

TEST(PatternStartTest, UnderstandsTheProjectsOwnPatterns) {
  const testing_support::TextWorld world(false, true);
  const Detectors& detectors = *world.context().detectors;
  for (uint16_t i = 0; i < detectors.size(); ++i) {
    if (detectors.spec(i).trigger != Trigger::kDigits) continue;
    EXPECT_EQ(PatternStarts({detectors.spec(i).pattern}).At("~~~~~~~~~~", 0), 0u) << detectors.spec(i).name;
  }
}

}  // namespace
}  // namespace understudy::text
