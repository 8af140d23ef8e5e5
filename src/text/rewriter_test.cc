#include "text/rewriter.h"

#include <gtest/gtest.h>
#include <gumbo.h>

#include <cctype>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>

#include "support/text_world.h"
#include "text/html.h"
#include "text/unicode.h"

namespace understudy::text {
namespace {

using pseudonym::Kind;
using testing_support::TextWorld;

const TextWorld& World() {
  static const auto* world = new TextWorld();
  return *world;
}

enum class How { kPlain, kHtml, kJson, kLorem, kLoremHtml };

std::string Treat(const RewriteContext& context, How how, std::string_view text,
                  std::string_view paths = "") {
  Rewriter rewriter(context);
  std::string out;
  bool changed = false;
  switch (how) {
    case How::kPlain:
      changed = rewriter.Plain(text, &out);
      break;
    case How::kHtml:
      changed = rewriter.Html(text, &out);
      break;
    case How::kJson:
      changed = rewriter.Json(text, paths, &out);
      break;
    case How::kLorem:
      changed = rewriter.Lorem(text, &out);
      break;
    case How::kLoremHtml:
      changed = rewriter.LoremHtml(text, &out);
      break;
  }
  EXPECT_TRUE(changed || out.empty());
  return changed ? out : std::string(text);
}
std::string Plain(std::string_view text) { return Treat(World().context(), How::kPlain, text); }
std::string Html(std::string_view text) { return Treat(World().context(), How::kHtml, text); }

std::string FirstOf(const std::string& name) { return name.substr(0, name.rfind(' ')); }
std::string LastOf(const std::string& name) { return name.substr(name.rfind(' ') + 1); }

// Where a URL leads to another host, or to a person, its words are somebody's; a path of our own is code.
TEST(RewriterTest, AnAttributeIsAUrlIfItHasAScheme) {
  const auto kind_of = [](const std::string& value) {
    DecodedText text;
    std::vector<HtmlUnit> units;
    ParseHtml("<a href=\"" + value + "\">x</a>", &text, &units);
    return units.size() == 1 ? units[0].kind : HtmlUnit::kComment;
  };
  for (const char* url : {"https://ada.example/x", "mailto:ada@kunden.example", "tel:+4930123456",
                          "//ada.example", "www.ada.example", "skype:ada?call"}) {
    EXPECT_EQ(kind_of(url), HtmlUnit::kUrl) << url;
  }
  for (const char* path : {"/web/login", "web?redirect=a:b", "a/b:c", "#a:b", ":80", "javascript:void(0)",
                           "page", "averyveryverylongscheme:x", "/web#model=res.partner&id=1"}) {
    EXPECT_EQ(kind_of(path), HtmlUnit::kCode) << path;
  }
}

// A column that nobody classified: an id that no detector knows becomes another one of its shape.
TEST(RewriterTest, StrictSparesNoCode) {
  Rewriter rewriter(World().context());
  for (std::string_view text : {"SV993530758", "member 4711-AB12345, since 2019-03-05", "x:9f8e7d6c5b"}) {
    std::string out;
    EXPECT_FALSE(rewriter.Plain(text, &out)) << text;
    rewriter.set_strict(true);
    EXPECT_TRUE(rewriter.Plain(text, &out)) << text;
    EXPECT_EQ(out.size(), text.size());
    for (size_t i = 0; i < out.size(); ++i) {
      EXPECT_EQ(std::isdigit(static_cast<unsigned char>(out[i])) != 0,
                std::isdigit(static_cast<unsigned char>(text[i])) != 0)
          << out;
    }
    rewriter.set_strict(false);
  }
  rewriter.set_strict(true);
  std::string out;
  for (std::string_view text : {"since 2019-03-05", "Order S0042", "mk2 of 2024", "no code here"}) {
    EXPECT_FALSE(rewriter.Plain(text, &out)) << text;
  }
  // What is found beside it is still the pseudonym of its column; strings of JSON are strict, too.
  ASSERT_TRUE(rewriter.Plain("Ada Okonkwo SV993530758", &out));
  EXPECT_TRUE(out.starts_with(World().Column(Kind::kName, "Ada Okonkwo") + " ")) << out;
  EXPECT_EQ(out.find("993530758"), std::string::npos);
  out.clear();
  ASSERT_TRUE(rewriter.Json(R"({"id":"SV993530758"})", "", &out));
  EXPECT_EQ(out.find("993530758"), std::string::npos);
}

TEST(RewriterTest, WhatIsFoundBecomesThePseudonymOfItsColumn) {
  const std::string ada = World().Column(Kind::kName, "Ada Okonkwo");
  const std::string surname = World().Column(Kind::kSurname, "Okonkwo");
  const std::string first = FirstOf(ada);
  EXPECT_EQ(Plain("Dear Ada Okonkwo, thanks"), "Dear " + ada + ", thanks");
  EXPECT_EQ(Plain("Spoke to Mrs. Okonkwo"), "Spoke to Mrs. " + surname);
  EXPECT_EQ(LastOf(ada), surname);
  EXPECT_EQ(Plain("Okonkwo, Ada"), surname + ", " + first);
  EXPECT_EQ(Plain("Okonkwo Ada"), surname + " " + first);
  EXPECT_EQ(Plain("ADA OKONKWO"), ToUpper(ada));
  EXPECT_EQ(Plain("OKONKWO, Ada"), ToUpper(surname) + ", " + first);
  EXPECT_EQ(Plain("ask okonkwo about it"), "ask " + ToLower(surname) + " about it");
  EXPECT_EQ(Plain("Ada \xC2\xA0 Okonkwo"), first + " \xC2\xA0 " + surname);
  EXPECT_EQ(Plain("linkedin.com/in/ada-okonkwo"),
            "linkedin.com/in/" + ToLower(first) + "-" + ToLower(surname));
  EXPECT_EQ(Plain("王小明").find("王小明"), std::string::npos);
  EXPECT_EQ(Plain("我王小明是"), "我" + World().Column(Kind::kName, "王小明") + "是");
}

TEST(RewriterTest, CodesAreFoundInEverySpelling) {
  const std::string iban = World().Column(Kind::kIban, "DE54 3704 0044 7741 1372 44");
  EXPECT_EQ(Plain("to DE54 3704 0044 7741 1372 44 please"), "to " + iban + " please");
  EXPECT_EQ(Plain("IBAN de54370400447741137244!").find("7741137244"), std::string::npos);
  for (const char* spelling : {"+49 30 822 80803", "+493082280803", "0049 30 82280803", "030 82280803",
                               "(030) 822-80803", "030/822.80803", "+49 (0)30 822 80803", "493082280803",
                               "+49\xC2\xA0"
                               "30\xC2\xA0"
                               "822\xC2\xA0"
                               "80803"}) {
    std::string digits;
    for (char c : Plain(std::string("call ") + spelling + " now")) {
      if (c >= '0' && c <= '9') digits.push_back(c);
    }
    EXPECT_EQ(digits.find("82280803"), std::string::npos) << spelling;
    EXPECT_GE(digits.size(), 8u) << spelling;
  }
  EXPECT_EQ(Plain("VAT DE 638 591 761").find("638"), std::string::npos);
  EXPECT_EQ(Plain("id SV820794290.").find("820794290"), std::string::npos);
  EXPECT_EQ(Plain("Fjobrabergstrasse 99, 2nd floor"),
            World().Column(Kind::kStreet, "Fjobrabergstrasse 99") + ", 2nd floor");
}

TEST(RewriterTest, EmailsAreOnePseudonymEverywhere) {
  const std::string email = World().Column(Kind::kEmail, "ada.okonkwo@kundenmail.de");
  EXPECT_EQ(Plain("<ada.okonkwo@kundenmail.de>."), "<" + email + ">.");
  EXPECT_EQ(ToLower(Plain("ADA.Okonkwo@Kundenmail.DE")), ToLower(email));
  EXPECT_EQ(Html("<a href=\"mailto:ada.okonkwo@kundenmail.de\">x</a>"),
            "<a href=\"mailto:" + email + "\">x</a>");
  EXPECT_EQ(Html("<a href='mailto:ada.okonkwo%40kundenmail.de'>x</a>"),
            "<a href='mailto:" + email + "'>x</a>");
  EXPECT_EQ(Html("ada.okonkwo&#64;kundenmail.de"), email);
  EXPECT_EQ(Html("<p>ask <ada.okonkwo@kundenmail.de></p>"), "<p>ask <" + email + "></p>");
}

TEST(RewriterTest, CommonWordsAreNamesOnlyWhereCapitalisedAsOne) {
  const std::string may = World().Column(Kind::kSurname, "May");
  EXPECT_EQ(Plain("I may buy a rose."), "I may buy a rose.");
  EXPECT_EQ(Plain("Hello. Rose is here"), "Hello. Rose is here");
  EXPECT_NE(Plain("we saw Rose there"), "we saw Rose there");
  EXPECT_EQ(Plain("It rose in May 2024"), "It rose in May 2024");  // a month is never a name alone
  const std::string both = World().Column(Kind::kName, "Rose May");
  EXPECT_EQ(Plain("by Rose May today"), "by " + both + " today");
  Rewriter rewriter(World().context());
  std::string out;
  rewriter.Plain("the rose", &out);
  EXPECT_EQ(rewriter.counts().left_common, 1u);
}

TEST(RewriterTest, MarkupStaysAsItIs) {
  const std::string ada = World().Column(Kind::kName, "Ada Okonkwo");
  const std::string first = FirstOf(ada), last = LastOf(ada);
  EXPECT_EQ(Html("<p CLASS=x><b>Ada</b> Okonkwo<br/></p>"),
            "<p CLASS=x><b>" + first + "</b> " + last + "<br/></p>");
  EXPECT_EQ(Html("<td>Okonkwo,&nbsp;Ada</td>"), "<td>" + last + ",&nbsp;" + first + "</td>");
  EXPECT_EQ(Html("&#65;da &Ocirc; Ok&#x6f;nkwo"),
            World().Column(Kind::kFirstName, "Ada") + " &Ocirc; " + last);
  EXPECT_EQ(Html("Jos&eacute; Garc&iacute;a &amp; co"),
            World().Column(Kind::kName, "José García") + " &amp; co");
  EXPECT_EQ(Html("<img alt='Ada Okonkwo' title=Okonkwo src='/x.png'>"),
            "<img alt='" + ada + "' title=" + last + " src='/x.png'>");
  EXPECT_EQ(Html("<!-- Ada Okonkwo -->"), "<!-- " + ada + " -->");
  // A tag inside a word keeps some letters.
  const std::string split = Html("A<b>d</b>a Ok<i>onkwo</i>");
  std::string letters = split;
  for (const char* tag : {"<b>", "</b>", "<i>", "</i>"}) letters.erase(letters.find(tag), std::strlen(tag));
  EXPECT_EQ(letters, ada);
  EXPECT_EQ(split.find("<b></b>"), std::string::npos);
}

TEST(RewriterTest, HostileHtmlSurvives) {
  // Identity: nothing personal in there.
  for (const char* html :
       {"<script>if (a<b && c>d) { x = \"</b>\" }</script>", "<style>.rose{color:red}</style>",
        "<![CDATA[ x ]] > ]]>", "<p", "<p title=\"", "<p title='unclosed <b>x</b>", "<!-- unclosed", "<!",
        "</", "<", "&", "&#", "&#x;", "&nbsp", "<a b=c d e='f'g=\"h\">", "<<<>>>", "\xFF\xFE<b>\xC3</b>",
        "<p><td></p></td>", "a &lt;b&gt; c"}) {
    EXPECT_EQ(Html(html), html);
  }
  const std::string last = World().Column(Kind::kSurname, "Okonkwo");
  // Text after a tag that never ends is searched, too.
  EXPECT_EQ(Html("<p title=\"x <b>Okonkwo</b>"), "<p title=\"x <b>" + last + "</b>");
  EXPECT_EQ(Html("<!-- open Okonkwo"), "<!-- open " + last);
  EXPECT_EQ(Html("<textarea><b>Okonkwo</textarea>"), "<textarea><b>" + last + "</textarea>");
  EXPECT_EQ(Html("<script>var x = 'ada.okonkwo@kundenmail.de'</script>").find("kundenmail"),
            std::string::npos);
}

TEST(RewriterTest, JsonKeepsEverythingButItsStrings) {
  const std::string ada = World().Column(Kind::kName, "Ada Okonkwo");
  const RewriteContext& c = World().context();
  EXPECT_EQ(Treat(c, How::kJson, R"({"Ada Okonkwo": [1.50, 1e5, "Ada Okonkwo", null]})"),
            R"({"Ada Okonkwo": [1.50, 1e5, ")" + ada + R"(", null]})");
  const char* exact = R"({"a":"\u00e9\ud83d\ude00 \/ \"x\" \ud83d","n":0.10})";
  EXPECT_EQ(Treat(c, How::kJson, exact), exact);
  EXPECT_EQ(Treat(c, How::kJson, R"(["\u00e9 Jos\u00e9 Garc\u00eda \u00e9"])"),
            R"(["\u00e9 )" + World().Column(Kind::kName, "José García") + R"( \u00e9"])");
  EXPECT_EQ(Treat(c, How::kJson, R"(["<b>Ada<\/b>\u00a0Okonkwo"])"),
            R"(["<b>)" + FirstOf(ada) + R"(<\/b>\u00a0)" + LastOf(ada) + R"("])");
}

TEST(RewriterTest, JsonPaths) {
  const std::string last = World().Column(Kind::kSurname, "Okonkwo");
  const RewriteContext& c = World().context();
  const char* json = R"({"a":{"b":"Okonkwo","c":["Okonkwo",{"b":"Okonkwo"}]},"b":"Okonkwo"})";
  EXPECT_EQ(Treat(c, How::kJson, json, "$.a.b"),
            R"({"a":{"b":")" + last + R"(","c":["Okonkwo",{"b":"Okonkwo"}]},"b":"Okonkwo"})");
  EXPECT_EQ(Treat(c, How::kJson, json, "$.a.c[1].b, $.b"),
            R"({"a":{"b":"Okonkwo","c":["Okonkwo",{"b":")" + last + R"("}]},"b":")" + last + R"("})");
  EXPECT_EQ(Treat(c, How::kJson, json, "$.*.c"),
            R"({"a":{"b":"Okonkwo","c":[")" + last + R"(",{"b":")" + last + R"("}]},"b":"Okonkwo"})");
  EXPECT_EQ(Treat(c, How::kJson, json, "$.x"), json);
}

TEST(RewriterTest, Literals) {
  const std::string ada = World().Column(Kind::kName, "Ada Okonkwo");
  Rewriter rewriter(World().context());
  const auto run = [&](std::string_view text, LiteralKind kind) {
    std::string out;
    return rewriter.Literal(text, kind, &out) ? out : std::string(text);
  };
  EXPECT_EQ(run(R"("k"=>"Ada Okonkwo", "Okonkwo"=>NULL)", LiteralKind::kHstore),
            R"("k"=>")" + ada + R"(", "Okonkwo"=>NULL)");
  EXPECT_EQ(run(R"({5,NULL,"a \"b\" Ada Okonkwo",Okonkwo})", LiteralKind::kArray),
            R"({5,NULL,"a \"b\" )" + ada + R"(",")" + LastOf(ada) + R"("})");
  EXPECT_EQ(run(R"((1,"say ""Ada Okonkwo""",,x))", LiteralKind::kComposite),
            R"((1,"say "")" + ada + R"(""",,x))");
  EXPECT_EQ(run(R"([Okonkwo,zz))", LiteralKind::kRange), R"([")" + LastOf(ada) + R"(",zz))");
  EXPECT_EQ(run("no literal of Okonkwo", LiteralKind::kArray), "no literal of " + LastOf(ada));
}

TEST(RewriterTest, LoremKeepsTheShape) {
  const RewriteContext& c = World().context();
  const std::string text = "The Quick brown-fox, 42 times; ÄPFEL!";
  const std::string lorem = Treat(c, How::kLorem, text);
  ASSERT_NE(lorem, text);
  for (const char* word : {"Quick", "brown", "fox", "times"})
    EXPECT_EQ(lorem.find(word), std::string::npos) << word;
  EXPECT_EQ(Treat(c, How::kLorem, text), lorem);
  const std::string html = Treat(c, How::kLoremHtml, "<p class=\"quick\">The quick <b>brown</b></p>");
  EXPECT_TRUE(html.starts_with("<p class=\"quick\">"));
  EXPECT_EQ(html.find(">The quick"), std::string::npos);
}

// Property: without known values and detectors every text is what it was, byte for byte.
TEST(RewriterTest, NothingKnownChangesNothing) {
  static const auto* empty = new TextWorld(false, false);
  std::mt19937 random(301);
  constexpr std::string_view kBits[] = {
      "<b>", "</p",  "&nbsp;", "&#x",  "Ada", " ",        "\"", "'", "{",  "}", "\\u00", "1234567", "@",
      ".",   "\xC3", "é",      "<!--", "-->", "<script>", ",",  ":", "\\", "[", "]",     "="};
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (int n = static_cast<int>(random() % 24); n > 0; --n) text += kBits[random() % std::size(kBits)];
    for (How how : {How::kPlain, How::kHtml, How::kJson})
      EXPECT_EQ(Treat(empty->context(), how, text), text) << text;
  }
}

// The tree as an oracle sees it, with texts left out.
void Shape(const GumboNode* node, std::string* out) {
  if (node->type != GUMBO_NODE_ELEMENT) return;
  const GumboElement& e = node->v.element;
  *out += "<" + std::string(gumbo_normalized_tagname(e.tag));
  for (unsigned i = 0; i < e.attributes.length; ++i) {
    *out += std::string(" ") + static_cast<const GumboAttribute*>(e.attributes.data[i])->name;
  }
  *out += ">";
  for (unsigned i = 0; i < e.children.length; ++i)
    Shape(static_cast<const GumboNode*>(e.children.data[i]), out);
  *out += "/";
}
std::string ShapeOf(const std::string& html) {
  GumboOutput* tree = gumbo_parse_with_options(&kGumboDefaultOptions, html.data(), html.size());
  std::string out;
  Shape(tree->root, &out);
  gumbo_destroy_output(&kGumboDefaultOptions, tree);
  return out;
}

TEST(RewriterTest, RewrittenHtmlParsesToTheSameTree) {
  std::mt19937 random(302);
  constexpr std::string_view kBits[] = {"<b>",
                                        "</b>",
                                        "<p title=\"Ada Okonkwo\">",
                                        "</p>",
                                        "<a href=mailto:ada.okonkwo@kundenmail.de>",
                                        "</a>",
                                        "Ada",
                                        " Okonkwo",
                                        "&nbsp;",
                                        "Okonkwo, Ada",
                                        "<td>",
                                        "</table>",
                                        "<table>",
                                        "+49 30 822 80803",
                                        "<!-- Okonkwo -->",
                                        "<br/>",
                                        "&lt;",
                                        "<i alt=Okonkwo>",
                                        "x@y.org",
                                        " and ",
                                        "<li>",
                                        "<p title='",
                                        "'>",
                                        "\"",
                                        "<textarea>",
                                        "</textarea>"};
  for (int i = 0; i < 2000; ++i) {
    std::string html;
    for (int n = static_cast<int>(random() % 20); n > 0; --n) html += kBits[random() % std::size(kBits)];
    const std::string out = Html(html);
    ASSERT_EQ(ShapeOf(out), ShapeOf(html)) << html << "\n" << out;
  }
}

TEST(RewriterTest, RewrittenJsonHasTheSameStructure) {
  std::mt19937 random(303);
  const std::string values[] = {
      "Ada Okonkwo", "a\"b\\ Okonkwo", "é\u2028", "<b>Ada</b> Okonkwo", "", "x@y.org", "\n\t"};
  for (int i = 0; i < 500; ++i) {
    nlohmann::json json = {
        {"k", values[random() % 7]}, {"n", 1.5}, {"a", {values[random() % 7], nullptr, true}}};
    json["o"][values[random() % 7]] = values[random() % 7];
    const std::string text = json.dump(-1, ' ', random() % 2 == 0);
    const std::string out = Treat(World().context(), How::kJson, text);
    const nlohmann::json back = nlohmann::json::parse(out, nullptr, false);
    ASSERT_FALSE(back.is_discarded()) << text << "\n" << out;
    EXPECT_EQ(back.flatten().size(), json.flatten().size());
    EXPECT_EQ(back["n"], json["n"]);
    EXPECT_EQ(out.find("Okonkwo\""), out.find("Okonkwo\":")) << out;  // keys alone keep it
  }
}

}  // namespace
}  // namespace understudy::text
