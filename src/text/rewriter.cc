#include "text/rewriter.h"

#include <vector>

#include "text/edits.h"
#include "text/html.h"
#include "text/json_strings.h"
#include "text/lorem.h"
#include "text/memories.h"
#include "text/replacer.h"
#include "text/strict_codes.h"

namespace understudy::text {

// One decoded text after the other is searched; every layer (HTML in a JSON string) has lists of its own.
struct Rewriter::Impl {
  explicit Impl(const RewriteContext& c)
      : context(c),
        finder(c.known_values, c.detectors, /*audit=*/false),
        replacer(context),
        lorem(c.pseudonymiser, PoolOf(c.memories, &Memories::lorem)),
        strict_codes(c.pseudonymiser),
        quiet(PoolOf(c.memories, &Memories::quiet_to_rewriters)) {}

  // The edits of one decoded text.
  void EditsOfText(std::string_view text, Where where, EditList* edits) {
    edits->Clear();
    const std::vector<Match>& matches = finder.Find(text, where);
    if (strict && where == Where::kProse) {
      strict_codes.AddEdits(text, matches, replacer, edits);
      return;
    }
    replacer.ReplaceAll(text, matches, edits);
  }

  // What kind of text a short one is, for QuietTexts; kinds of attributes come behind.
  enum Way : int { kPlainText, kHtmlText, kFirstUnit };

  // Does `search` find nothing in `raw`? Asked once for each of the short texts that recur.
  template <typename Search>
  bool FindsNothing(std::string_view raw, int way, Search search) {
    if (raw.empty()) return true;
    const auto full_way = static_cast<uint8_t>(way * 2 + (strict ? 1 : 0));
    if (quiet->Knows(raw, full_way)) return true;
    const FindCounts before = finder.counts();
    const bool nothing = search();
    if (nothing && finder.counts() == before) quiet->Learn(raw, full_way);
    return nothing;
  }

  // Appends the edits of a whole HTML text.
  void EditsOfHtml(std::string_view html, EditList* out) {
    ParseHtml(html, &html_text, &units);
    EditsOfText(html_text.text(), Where::kProse, &text_edits);
    html_text.MapEdits(text_edits, Escape::kHtml, out);
    if (units.empty()) return;
    bool nothing = true;
    for (const HtmlUnit& unit : units) {
      nothing &=
          FindsNothing(html.substr(unit.begin, unit.end - unit.begin), kFirstUnit + int{unit.kind}, [&] {
            EditsOfUnit(html, unit, out);
            return text_edits.empty();
          });
    }
    if (!nothing) out->SortByPlace();
  }

  void EditsOfUnit(std::string_view html, const HtmlUnit& unit, EditList* out) {
    DecodeUnit(html, unit, &unit_text);
    EditsOfText(unit_text.text(), unit.is_code() ? Where::kCodeLike : Where::kProse, &text_edits);
    if (!text_edits.empty()) unit_text.MapEdits(text_edits, unit.escape(), out);
  }

  // A string of a JSON document or of a literal: HTML if it looks so.
  void EditsOfInner(std::string_view text, EditList* edits) {
    if (LooksLikeHtml(text)) {
      edits->Clear();
      EditsOfHtml(text, edits);
    } else {
      EditsOfText(text, Where::kProse, edits);
    }
  }

  // Before a text is searched that is read as HTML or as it is. The audit reads backslashes once more, and
  // HTML where it looks so.
  void BeginNotes(std::string_view text, bool html) {
    noted = false;
    if (!keeps_notes) return;
    notes.Clear();
    noted = text.find('\\') == std::string_view::npos &&
            (LooksLikeHtml(text) ? html : !html || text.find_first_of("<&") == std::string_view::npos);
  }

  bool Finish(std::string_view raw, const EditList& edits, std::string* out) {
    if (edits.empty()) return false;
    const size_t before = out->size();
    edits.Apply(raw, out);
    if (std::string_view(*out).substr(before) != raw) return true;
    out->resize(before);  // a pseudonym may be the value itself
    return false;
  }

  const RewriteContext context;
  Finder finder;
  Replacer replacer;
  text::Lorem lorem;
  StrictCodes strict_codes;
  Loan<QuietTexts> quiet;
  bool strict = false;
  bool keeps_notes = false, noted = false;
  SourceNotes notes;
  DecodedText html_text, unit_text, inner_text;
  std::vector<HtmlUnit> units;
  EditList text_edits, html_edits, inner_edits, outer_edits;
  JsonPaths paths;
  JsonWalker walker;
  std::vector<JsonString> strings;
  std::vector<LiteralElement> elements;
};

Rewriter::Rewriter(const RewriteContext& context) : impl_(std::make_unique<Impl>(context)) {}
Rewriter::~Rewriter() = default;

const FindCounts& Rewriter::counts() const { return impl_->finder.counts(); }

void Rewriter::Rest() {
  impl_->quiet.Return();
  impl_->replacer.Rest();
  impl_->lorem.Rest();
}

void Rewriter::set_strict(bool strict) { impl_->strict = strict; }

void Rewriter::KeepNotes() {
  impl_->keeps_notes = true;
  impl_->finder.NoteTo(&impl_->notes);
}

const SourceNotes* Rewriter::notes() const { return impl_->noted ? &impl_->notes : nullptr; }

bool Rewriter::Plain(std::string_view text, std::string* out) {
  impl_->BeginNotes(text, /*html=*/false);
  const bool nothing = impl_->FindsNothing(text, Impl::kPlainText, [&] {
    impl_->EditsOfText(text, Where::kProse, &impl_->text_edits);
    return impl_->text_edits.empty();
  });
  return !nothing && impl_->Finish(text, impl_->text_edits, out);
}

bool Rewriter::Html(std::string_view html, std::string* out) {
  impl_->BeginNotes(html, /*html=*/true);
  const bool nothing = impl_->FindsNothing(html, Impl::kHtmlText, [&] {
    impl_->html_edits.Clear();
    impl_->EditsOfHtml(html, &impl_->html_edits);
    return impl_->html_edits.empty();
  });
  return !nothing && impl_->Finish(html, impl_->html_edits, out);
}

bool Rewriter::Json(std::string_view json, std::string_view paths, std::string* out) {
  Impl& s = *impl_;
  s.noted = false;
  if (s.paths.source() != paths) s.paths = JsonPaths(paths);
  s.walker.Walk(json, s.paths, &s.strings);
  s.outer_edits.Clear();
  for (const JsonString& string : s.strings) {
    DecodeJsonString(json, string, &s.inner_text);
    s.EditsOfInner(s.inner_text.text(), &s.inner_edits);
    if (!s.inner_edits.empty()) s.inner_text.MapEdits(s.inner_edits, Escape::kJson, &s.outer_edits);
  }
  return s.Finish(json, s.outer_edits, out);
}

bool Rewriter::Literal(std::string_view literal, LiteralKind kind, std::string* out) {
  Impl& s = *impl_;
  if (!WalkLiteral(literal, kind, &s.elements)) return Plain(literal, out);
  s.noted = false;
  s.outer_edits.Clear();
  for (const LiteralElement& element : s.elements) {
    DecodeElement(literal, element, &s.inner_text);
    s.EditsOfInner(s.inner_text.text(), &s.inner_edits);
    if (s.inner_edits.empty()) continue;
    // A rewritten element may need quotes that it had not.
    if (!element.quoted) s.outer_edits.Add(element.begin, element.begin, "\"");
    s.inner_text.MapEdits(s.inner_edits, Escape::kBackslash, &s.outer_edits);
    if (!element.quoted) s.outer_edits.Add(element.end, element.end, "\"");
  }
  return s.Finish(literal, s.outer_edits, out);
}

bool Rewriter::Lorem(std::string_view text, std::string* out) {
  impl_->noted = false;
  return impl_->lorem.Plain(text, out);
}

bool Rewriter::LoremHtml(std::string_view html, std::string* out) {
  impl_->noted = false;
  return impl_->lorem.Html(html, out);
}

}  // namespace understudy::text
