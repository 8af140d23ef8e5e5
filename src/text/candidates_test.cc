#include "text/candidates.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <random>
#include <string>

namespace understudy::text {
namespace {

void ExpectSame(const std::string& text, const Prefilter& known, const Prefilter& triggers) {
  Candidates fast, plain;
  FindCandidates(text, known, triggers, &fast);
  FindCandidatesPlainly(text, known, triggers, &plain);
  fast.ats.resize(fast.at_count);
  ASSERT_TRUE(fast.words == plain.words) << text;
  ASSERT_EQ(fast.ats, plain.ats) << text;
}

// The vector scan equals its plain twin on every instruction set that this machine has.
TEST(CandidatesTest, EqualsTheTwin) {
  PrefilterBits known(100), triggers(0, 64);
  Token token;
  for (std::string_view word : {"okonkwo", "ada", "müller", "averyveryverylongname", "a"}) {
    ASSERT_TRUE(NextToken(word, 0, &token));
    known.Add(token.hash);
  }
  ASSERT_TRUE(NextToken("password", 0, &token));
  triggers.Add(token.hash);
  constexpr std::string_view kBits[] = {
      "Okonkwo",
      "ADA",
      "Müller",
      "mu\u0308ller",
      "AVeryVeryVeryLongName",
      "a",
      "x",
      " ",
      "@",
      "7",
      "x9",
      "password",
      "\xFF",
      "\xC3",
      "é",
      "王",
      "-",
      "\n",
      "AIzaSyB",
      "averyveryverylongwordindeedlongerthansixtyfourbytesbecauseitgoesonandonandon",
      "\u00ad"};
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    std::mt19937 random(7);
    for (int i = 0; i < 3000; ++i) {
      std::string text;
      for (int n = static_cast<int>(random() % 40); n > 0; --n) text += kBits[random() % std::size(kBits)];
      ExpectSame(text, known.view(), triggers.view());
    }
    // Every position of a word against the ends of blocks and of the text.
    for (size_t pad = 0; pad < 140; ++pad) {
      for (size_t tail = 0; tail < 20; ++tail) {
        ExpectSame(std::string(pad, ' ') + "ada" + std::string(tail, '.'), known.view(), triggers.view());
        ExpectSame(std::string(pad, 'q') + " ada", known.view(), triggers.view());
      }
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

// A word may be longer than a candidate can say.
TEST(CandidatesTest, ReadsOnBehindAVeryLongWord) {
  PrefilterBits known(100), triggers(0, 64);
  Token token;
  ASSERT_TRUE(NextToken("ada", 0, &token));
  known.Add(token.hash);
  const size_t size = (size_t{1} << (32 - Candidate::kWhyBits)) + 3;
  const std::string text = "Ada " + std::string(size, 'q') + " ada";
  ExpectSame(text, known.view(), triggers.view());
  Candidates all;
  FindCandidates(text, known.view(), triggers.view(), &all);
  ASSERT_EQ(all.words.size(), 3u);
  EXPECT_EQ(all.words[2].begin, size + 5);
}

// However many words beyond ASCII stand in a text, and wherever.
TEST(CandidatesTest, LongTextsEqualTheTwin) {
  PrefilterBits known(100), triggers(0, 64);
  Token token;
  for (std::string_view word : {"ada", "müller"}) {
    ASSERT_TRUE(NextToken(word, 0, &token));
    known.Add(token.hash);
  }
  constexpr std::string_view kWords[] = {"ada", "and", "Müller",    "x1",
                                         "the", "of",  "gar nicht", "averyveryverylongname"};
  std::mt19937 random(11);
  for (int i = 0; i < 200; ++i) {
    std::string text;
    const size_t kinds = i % 2 == 0 ? 2 : std::size(kWords);
    while (text.size() < 9000) {
      text += kWords[random() % kinds];
      text.append(1 + random() % 3, random() % 50 == 0 ? '@' : ' ');
    }
    ExpectSame(text, known.view(), triggers.view());
  }
}

}  // namespace
}  // namespace understudy::text
