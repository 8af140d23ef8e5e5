// Text without its content: what the fast way writes is what the plain one would, word by word.
#include "text/lorem.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/hostile_text.h"
#include "support/text_world.h"

namespace understudy::text {
namespace {

using pseudonym::Kind;
using testing_support::HostileText;
using testing_support::TextWorld;

const pseudonym::Pseudonymiser& Names() {
  static const auto* world = new TextWorld();
  return *world->context().pseudonymiser;
}

// Every token an edit, nothing remembered, nothing written in place.
void AddEdits(std::string_view text, EditList* edits) {
  Token token;
  for (size_t at = 0; NextToken(text, at, &token); at = token.end) {
    const Kind kind = token.all_digits ? Kind::kNumber : token.has_digit ? Kind::kPlate : Kind::kText;
    std::string word;
    Names().Generate(kind, text.substr(token.begin, token.end - token.begin), {}, &word);
    edits->Add(token.begin, token.end, word);
  }
}

std::string PlainOracle(std::string_view text) {
  EditList edits;
  AddEdits(text, &edits);
  std::string out;
  edits.Apply(text, &out);
  return out;
}

std::string HtmlOracle(std::string_view html) {
  DecodedText text, inner;
  std::vector<HtmlUnit> units;
  EditList edits, all;
  ParseHtml(html, &text, &units);
  AddEdits(text.text(), &edits);
  text.MapEdits(edits, Escape::kHtml, &all);
  for (const HtmlUnit& unit : units) {
    if (unit.is_code()) continue;
    DecodeUnit(html, unit, &inner);
    edits.Clear();
    AddEdits(inner.text(), &edits);
    inner.MapEdits(edits, unit.escape(), &all);
  }
  all.SortByPlace();
  std::string out;
  all.Apply(html, &out);
  return out;
}

std::string Plain(Lorem& lorem, std::string_view text) {
  std::string out = "before ";
  const bool changed = lorem.Plain(text, &out);
  EXPECT_EQ(out.substr(0, 7), "before ");
  EXPECT_EQ(changed, out.size() > 7);
  return changed ? out.substr(7) : std::string(text);
}

std::string Html(Lorem& lorem, std::string_view html) {
  std::string out = "before ";
  const bool changed = lorem.Html(html, &out);
  EXPECT_EQ(out.substr(0, 7), "before ");
  EXPECT_EQ(changed, out.size() > 7);
  return changed ? out.substr(7) : std::string(html);
}

// Words of every length around the sizes of registers and of blocks, new ones and ones that come again.
TEST(LoremTest, WordsOfEveryLength) {
  Lorem lorem(&Names(), nullptr);
  for (size_t before = 0; before < 70; ++before) {
    for (size_t size = 1; size < 40; ++size) {
      for (const char* more : {"", ".", " and more", " and more than sixteen bytes behind it"}) {
        std::string text(before, ' ');
        for (size_t i = 0; i < size; ++i) text += static_cast<char>((i == 5 ? '0' : 'a') + (size + i) % 9);
        text += more;
        ASSERT_EQ(Plain(lorem, text), PlainOracle(text)) << text;
        ASSERT_EQ(Plain(lorem, text), PlainOracle(text)) << "again: " << text;
      }
    }
  }
}

// More words than are remembered: a place's third word drives the first one out.
TEST(LoremTest, ForgettingChangesNothing) {
  Lorem lorem(&Names(), nullptr);
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    std::string text;
    while (text.size() < 6000) {
      text += std::to_string(random() % 200000);
      text += random() % 2 == 0 ? " " : "x ";
    }
    ASSERT_EQ(Plain(lorem, text), PlainOracle(text));
  }
}

TEST(LoremTest, CaseAndKindAreTheWords) {
  Lorem lorem(&Names(), nullptr);
  const std::string text = "word Word WORD wOrd 4711 W4711 w4711 straße Straße STRASSE λόγος слово 東京 שלום";
  EXPECT_EQ(Plain(lorem, text), PlainOracle(text));
  EXPECT_EQ(Plain(lorem, text + " " + text), PlainOracle(text + " " + text));
}

TEST(LoremTest, WhatHoldsNoWordIsAsItWas) {
  Lorem lorem(&Names(), nullptr);
  for (const char* text : {"", " ", "-- ...!", "\xC2\xA0\xC2\xA0", "<br/>", "<p></p>"}) {
    EXPECT_EQ(Html(lorem, text), text);
  }
}

TEST(LoremTest, HostileTexts) {
  Lorem lorem(&Names(), nullptr);
  std::mt19937_64 random(11);
  for (int i = 0; i < 4000; ++i) {
    const std::string text = HostileText(random);
    ASSERT_EQ(Plain(lorem, text), PlainOracle(text)) << text;
    ASSERT_EQ(Html(lorem, text), HtmlOracle(text)) << text;
  }
}

// Markup and escapes at, around and in the middle of words.
TEST(LoremTest, Markup) {
  constexpr std::string_view kBits[] = {"Ada",
                                        "okonkwo",
                                        "4711",
                                        "W4711",
                                        " ",
                                        "é",
                                        "straße",
                                        "слово",
                                        "<b>",
                                        "</b>",
                                        "<p>",
                                        "</p>",
                                        "<br/>",
                                        "&amp;",
                                        "&nbsp;",
                                        "&eacute;",
                                        "&#65;",
                                        "&#x41;b",
                                        "&shy;",
                                        "\xC2\xAD",
                                        "e\xCC\x81",
                                        ".",
                                        ", ",
                                        "-",
                                        "\n",
                                        "<",
                                        ">",
                                        "<!-- Ada okonkwo -->",
                                        "<!--&#65;",
                                        "-->",
                                        "\xC3",
                                        "'",
                                        "<i title=\"",
                                        "\">",
                                        "<img alt=Ada&#65;>",
                                        "<a href=\"mailto:ada%40okonkwo.example?subject=%41da%C3%A9\">",
                                        "<a href='/web/4711'>",
                                        "<style>p { color: red }</style>",
                                        "<title>Ada &amp; W4711</title>",
                                        "incomprehensibilities",
                                        "東京"};
  Lorem lorem(&Names(), nullptr);
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    std::string html;
    for (int n = static_cast<int>(random() % 30); n > 0; --n) html += kBits[random() % std::size(kBits)];
    ASSERT_EQ(Html(lorem, html), HtmlOracle(html)) << html;
  }
}

// A memory that comes from somebody else and goes back is still right.
TEST(LoremTest, MemoriesAreLent) {
  Pool<LoremMemory> memories;
  const std::string text = "The quick brown fox, 42 times, and a straße.";
  for (int i = 0; i < 3; ++i) {
    Lorem lorem(&Names(), &memories);
    EXPECT_EQ(Plain(lorem, text), PlainOracle(text));
    lorem.Rest();
    EXPECT_EQ(Plain(lorem, text), PlainOracle(text));
  }
}

}  // namespace
}  // namespace understudy::text
