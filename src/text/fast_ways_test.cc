// What makes the text engine fast may not be seen in what it does: each short cut against the plain way.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/eight_bytes.h"
#include "support/hostile_text.h"
#include "support/text_world.h"
#include "text/finder.h"
#include "text/html_names.h"

namespace understudy::text {
namespace {

using testing_support::HostileText;
using testing_support::TextWorld;

const TextWorld& World() {
  static const auto* world = new TextWorld();
  return *world;
}

std::string Trace(Finder& finder, std::string_view text, Where where) {
  std::string trace;
  for (const Match& m : finder.Find(text, where)) {
    trace += std::to_string(m.begin) + "-" + std::to_string(m.end) + ":" + std::to_string(m.detector) + "/" +
             std::to_string(static_cast<int>(m.entry.kind)) + "/" + std::to_string(m.hash) + " ";
  }
  return trace + std::to_string(finder.counts().left_common);
}

// Numbers that are told to be nothing by their neighbours or their first bytes are nothing.
TEST(FastWaysTest, GatesHideNoMatch) {
  const RewriteContext& context = World().context();
  std::mt19937_64 random(5);
  for (const bool audit : {false, true}) {
    Finder gated(context.known_values, context.detectors, audit);
    Finder plain(context.known_values, context.detectors, audit, /*gated=*/false);
    for (int i = 0; i < 1500; ++i) {
      const std::string text = HostileText(random);
      const Where where = i % 5 == 0 ? Where::kCodeLike : Where::kProse;
      ASSERT_EQ(Trace(gated, text, where), Trace(plain, text, where)) << text;
    }
  }
}

// What the standard says of a tag's content, and which tags a reader does not see; whatever else a name is,
// it is none of them.
TEST(FastWaysTest, TagsAreWhatTheirNamesSay) {
  std::map<std::string, HtmlTag> tags;
  for (const char* name : {"script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"})
    tags[name] = HtmlTag::kRawText;
  for (const char* name : {"textarea", "title"}) tags[name] = HtmlTag::kEscapableRawText;
  for (const char* name :
       {"a",      "abbr",   "b",   "bdi", "bdo",   "big",  "cite", "code", "del",  "dfn",   "em",
        "font",   "i",      "ins", "kbd", "label", "mark", "q",    "s",    "samp", "small", "span",
        "strike", "strong", "sub", "sup", "t",     "tt",   "u",    "var",  "wbr"})
    tags[name] = HtmlTag::kInline;
  for (const char* name :
       {"p", "br", "div", "td", "scripts", "styles", "spam", "textareas", "plaintex", "plaintexts", "h1"})
    tags[name] = HtmlTag::kOther;
  for (const auto& [name, tag] : tags) {
    EXPECT_EQ(TagOf(HtmlName(name)), tag) << name;
    if (name.size() > 8) continue;
    EXPECT_EQ(TagOf(EightAt(name, 0)), tag) << name;
  }
  std::mt19937 random(9);
  for (int i = 0; i < 50000; ++i) {
    std::string name;
    for (size_t n = 1 + random() % 8; n > 0; --n) name += "abdefikmnoprstuvwxy1"[random() % 20];
    const auto known = tags.find(name);
    ASSERT_EQ(TagOf(HtmlName(name)), known != tags.end() ? known->second : HtmlTag::kOther) << name;
  }
}

struct Sink : FindingSink {
  std::string found;
  void Found(const Finding& f) override {
    found += std::string(f.what) + "@" + std::to_string(f.offset) + (f.weak ? "w " : " ");
  }
};

std::string Rewritten(Rewriter& rewriter, const std::string& text) {
  std::string out;
  rewriter.set_strict(text.size() % 3 == 0);
  out += rewriter.Plain(text, &out) ? "|" : "-";
  out += rewriter.Html(text, &out) ? "|" : "-";
  out += rewriter.Json(text, "", &out) ? "|" : "-";
  out += rewriter.Literal("(" + text + ")", LiteralKind::kComposite, &out) ? "|" : "-";
  return out;
}

std::string Audited(Auditor& auditor, const std::string& field, const std::string& source) {
  Sink sink;
  auditor.Audit(field, source, sink);
  auditor.Audit(field, sink);
  return sink.found;
}

// What goes out: rewritten, as a broken rewriting might leave it, or as it came.
std::string Outgoing(std::mt19937_64& random, const std::string& source, const std::string& rewritten,
                     bool changed) {
  switch (random() % 5) {
    case 0:
      return source;
    case 1:
      return source.substr(random() % (source.size() + 1));
    case 2:
      return rewritten + " " + source.substr(0, random() % (source.size() + 1));
    case 3:
      return rewritten + HostileText(random, 3);
    default:
      return changed ? rewritten : source;
  }
}

// The audit that is told what the rewriting saw finds what the whole audit finds, whatever went wrong
// between.
TEST(FastWaysTest, NotesHideNoLeak) {
  std::mt19937_64 random(7);
  Rewriter rewriter(World().context());
  rewriter.KeepNotes();
  Auditor noted(World().context()), whole(World().context());
  int with_notes = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::string source = HostileText(random, i % 3 == 0 ? 4 : 25);
    std::string rewritten;
    const bool changed = i % 2 == 0 ? rewriter.Html(source, &rewritten) : rewriter.Plain(source, &rewritten);
    if (rewriter.notes() == nullptr) continue;
    ++with_notes;
    std::string out = Outgoing(random, source, rewritten, changed);
    // Unchanged is told by the view.
    const std::string_view field = out == source ? std::string_view(source) : std::string_view(out);
    Sink expected, found;
    whole.Audit(field, source, expected);
    noted.Audit(field, source, *rewriter.notes(), found);
    ASSERT_EQ(found.found, expected.found) << "source: " << source << "\nout: " << field;
  }
  EXPECT_GT(with_notes, 2000);
  EXPECT_GT(noted.counts().findings, 500u);
  EXPECT_EQ(noted.counts().findings, whole.counts().findings);
}

// Whoever has seen thousands of texts says what somebody says who has seen none, and counts the same.
TEST(FastWaysTest, WhatIsRememberedChangesNothing) {
  Rewriter warm(World().context());
  Auditor warm_auditor(World().context());
  FindCounts expected;
  AuditCounts expected_audit;
  std::mt19937_64 random(6);
  std::vector<std::string> seen;
  for (int i = 0; i < 700; ++i) {
    // Short ones are remembered whole; some come again.
    std::string text = HostileText(random, i % 2 == 0 ? 4 : 40);
    if (i % 3 == 0 && !seen.empty()) text = seen[random() % seen.size()];
    seen.push_back(text);
    Rewriter cold(World().context());
    const std::string rewritten = Rewritten(cold, text);
    ASSERT_EQ(Rewritten(warm, text), rewritten) << text;
    expected.Add(cold.counts());
    ASSERT_EQ(warm.counts(), expected) << text;
    Auditor cold_auditor(World().context());
    ASSERT_EQ(Audited(warm_auditor, rewritten + text.substr(0, text.size() / 2), text),
              Audited(cold_auditor, rewritten + text.substr(0, text.size() / 2), text))
        << text;
    ASSERT_EQ(Audited(warm_auditor, text, text), Audited(cold_auditor, text, text)) << text;
    expected_audit.coincidences += cold_auditor.counts().coincidences;
    expected_audit.left += cold_auditor.counts().left;
    expected_audit.findings += cold_auditor.counts().findings;
    ASSERT_EQ(warm_auditor.counts().coincidences, expected_audit.coincidences) << text;
    ASSERT_EQ(warm_auditor.counts().left, expected_audit.left) << text;
    ASSERT_EQ(warm_auditor.counts().findings, expected_audit.findings) << text;
  }
  EXPECT_GT(expected.known, 1000u);
  EXPECT_GT(expected_audit.findings, 1000u);
}

}  // namespace
}  // namespace understudy::text
