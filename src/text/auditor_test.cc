#include "text/auditor.h"

#include <gtest/gtest.h>

#include "support/text_world.h"

namespace understudy::text {
namespace {

using pseudonym::Kind;
using testing_support::TextWorld;

const TextWorld& World() {
  static const auto* world = new TextWorld();
  return *world;
}

struct Sink : FindingSink {
  std::vector<std::string> what;
  void Found(const Finding& f) override { what.emplace_back(f.what); }
};

std::vector<std::string> Audit(std::string_view field) {
  Auditor auditor(World().context());
  Sink sink;
  auditor.Audit(field, sink);
  return sink.what;
}

TEST(AuditorTest, FindsEverySpelling) {
  const struct {
    const char* field;
    const char* what;
  } kCases[] = {
      {"Ada Okonkwo", "name"},
      {"<b>Okonkwo</b>,&nbsp;Ada", "name"},
      {"Mrs. Okonkwo", "surname"},
      {"&#79;konkwo", "surname"},
      {R"({"a":"Jos\u00e9 Garc\u00eda"})", "name"},
      {R"({"Njadorfsen KG","x"})", "name"},
      {"<a href='mailto:ada.okonkwo%40kundenmail.de'>", "email"},
      {"493082280803", "phone"},
      {"030/822-80803", "phone"},
      {"DE54 3704 0044 7741 1372 44", "iban"},
      {"4628 0232 8835 8118", "card"},
      {"<p title=\"DE638591761\">", "vat"},
      {"sk_live_51HabcdefGHIJKL", "stripe_key"},
      {"postgres://u:hunter2@db/x", "url_with_password"},
      {"\"Xy\" <ada.okonkwo@kundenmail.de>", "email"},
      {"<p>see <https://u:hunter2@db/x></p>", "url_with_password"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Audit(c.field), std::vector<std::string>{c.what}) << c.field;
}

TEST(AuditorTest, IsNotNoisy) {
  for (const char* field :
       {"", "plain text", "the rose may bloom", "ada wrote", "Ada", "a mr okonkwo in lower case",
        "class=\"okonkwo\"", "12345678", "someone@example.com", "<div class=\"Okonkwo\"></div>"}) {
    EXPECT_TRUE(Audit(field).empty()) << field;
  }
}

// In text that programs wrote, one word alone is little evidence; everything else is as strong there.
TEST(AuditorTest, SingleNamesAreWeak) {
  struct WeakSink : FindingSink {
    int weak = 0, strong = 0;
    void Found(const Finding& f) override { f.weak ? ++weak : ++strong; }
  };
  const struct {
    const char* field;
    bool weak;
  } kCases[] = {{"Mrs. Okonkwo", true},
                {"Ada Okonkwo", false},
                {"Okonkwo, Ada", false},
                {"ada.okonkwo@kundenmail.de", false},
                {"DE638591761", false},
                {"030/822-80803", false},
                {"sk_live_51HabcdefGHIJKL", false}};
  for (const auto& c : kCases) {
    Auditor auditor(World().context());
    WeakSink sink;
    auditor.Audit(c.field, sink);
    EXPECT_EQ(sink.weak, c.weak ? 1 : 0) << c.field;
    EXPECT_EQ(sink.strong, c.weak ? 0 : 1) << c.field;
    EXPECT_EQ(auditor.counts().weak, c.weak ? 1u : 0u) << c.field;
  }
}

TEST(AuditorTest, WhatTheRewriterWritesIsNoLeak) {
  Rewriter rewriter(World().context());
  Auditor auditor(World().context());
  Sink sink;
  for (std::string_view html : {"<p>New address of <b>Ada</b> Okonkwo: Fjobrabergstrasse 99, "
                                "Mobile:&nbsp;+49 171 5668705<br/>VAT DE638591761</p>",
                                "Okonkwo, Ada; OKONKWO; ada.okonkwo@kundenmail.de",
                                "4628 0232 8835 8118 DE54 3704 0044 7741 1372 44"}) {
    std::string out;
    ASSERT_TRUE(rewriter.Html(html, &out));
    auditor.Audit(out, html, sink);
    EXPECT_TRUE(sink.what.empty()) << out;
    auditor.Audit(html, html, sink);
    EXPECT_FALSE(sink.what.empty());
    sink.what.clear();
  }
}

// The rewriting sees an unknown address whole, the audit the known name inside it: kept, it is a leak.
TEST(AuditorTest, ANameInsideAnUnknownAddressIsALeak) {
  Auditor auditor(World().context());
  Sink sink;
  auditor.Audit("from Ada.Okonkwo@elsewhere.org", "from Ada.Okonkwo@elsewhere.org", sink);
  EXPECT_EQ(sink.what.size(), 1u);
}

// Attributes of HTML in a JSON string stand between escaped quotes: only the decoded text shows them.
TEST(AuditorTest, AttributesInsideEscapedHtmlAreRead) {
  const std::string json = R"({"en_US": "<p>Hello<img alt=\"Ada Okonkwo\"/></p>"})";
  for (const Form form : {Form::kText, Form::kJson}) {
    Auditor auditor(World().context());
    Sink sink;
    auditor.Audit(json, json, sink, form);
    EXPECT_EQ(sink.what.size(), 1u);
  }
}

// A pseudonym that is somebody's real value: told by the source.
TEST(AuditorTest, PseudonymsThatAreSomebodysNameAreTold) {
  const std::string other = World().Column(Kind::kName, "Ada Okonkwo");
  KnownValues::Options options;
  options.stop_words = &World().stop_words();
  KnownValues::Builder builder(options);
  builder.Add(Kind::kName, "Ada Okonkwo", TextWorld::Person());
  builder.Add(Kind::kName, other, TextWorld::Person());
  const auto known = std::move(builder).Build().value();
  RewriteContext context = World().context();
  context.known_values = known.get();
  Auditor auditor(context);
  Sink sink;
  auditor.Audit("Met " + other + " today", "Met Ada Okonkwo today", sink);
  EXPECT_TRUE(sink.what.empty());
  EXPECT_EQ(auditor.counts().coincidences, 1u);
  // The source names both: the output may hold the pseudonym once, not twice.
  auditor.Audit(other + " met X", "Ada Okonkwo met " + other, sink);
  EXPECT_TRUE(sink.what.empty());
  auditor.Audit(other + " met " + other, "Ada Okonkwo met " + other, sink);
  EXPECT_EQ(sink.what.size(), 1u);
  // Without the source it can't be told, and is reported.
  sink.what.clear();
  auditor.Audit("Met " + other, sink);
  EXPECT_EQ(sink.what.size(), 1u);
}

// The first word of a pseudonym is a common word that is somebody's surname, too: at the beginning of a
// sentence it is no name, in the middle of the output it is.
TEST(AuditorTest, ACommonWordInAPseudonymIsExplained) {
  const std::string pseudonym = World().Column(Kind::kName, "Ada Okonkwo");
  const std::string first = pseudonym.substr(0, pseudonym.find(' '));
  StopWords words = World().stop_words();
  words.AddLines(first);
  KnownValues::Options options;
  options.stop_words = &words;
  KnownValues::Builder builder(options);
  builder.Add(Kind::kName, "Ada Okonkwo", TextWorld::Person());
  builder.Add(Kind::kSurname, first, TextWorld::Person());
  const auto known = std::move(builder).Build().value();
  RewriteContext context = World().context();
  context.known_values = known.get();
  Auditor auditor(context);
  Sink sink;
  auditor.Audit("On Monday " + pseudonym + " wrote", "On Monday Ada Okonkwo wrote to Mr. " + first, sink);
  EXPECT_TRUE(sink.what.empty());
  EXPECT_EQ(auditor.counts().coincidences, 1u);
  auditor.Audit("wrote to Mr. " + first, "wrote to Mr. " + first, sink);
  EXPECT_EQ(sink.what.size(), 1u);
}

}  // namespace
}  // namespace understudy::text
