#include "text/lorem.h"

namespace understudy::text {

// What stands in `out` from `before` on is the raw text with the words written over; edits_ are what is left.
bool Lorem::Finish(std::string_view raw, size_t before, std::string* out) {
  if (!edits_.empty()) {
    patched_.assign(*out, before);
    out->resize(before);
    edits_.Apply(patched_, out);
  }
  if (std::string_view(*out).substr(before) != raw) return true;
  out->resize(before);  // a pseudonym may be the word itself
  return false;
}

bool Lorem::Plain(std::string_view text, std::string* out) {
  edits_.Clear();
  const size_t before = out->size();
  out->append(words_.Replace(text, /*in_place=*/true, &edits_));
  return Finish(text, before, out);
}

void Lorem::ReplaceIn(DecodedText& text, Escape escape, char* raw) {
  text_edits_.Clear();
  const bool in_place = !text.escapes_words();
  const std::string_view replaced = words_.Replace(text.text(), in_place, &text_edits_);
  if (in_place) text.WriteVerbatim(replaced, raw);
  if (!text_edits_.empty()) text.MapEdits(text_edits_, escape, &edits_);
}

bool Lorem::Html(std::string_view html, std::string* out) {
  edits_.Clear();
  const size_t before = out->size();
  out->append(html);
  ParseHtml(html, &html_text_, &units_);
  ReplaceIn(html_text_, Escape::kHtml, out->data() + before);
  for (const HtmlUnit& unit : units_) {
    if (unit.is_code()) continue;
    DecodeUnit(html, unit, &unit_text_);
    ReplaceIn(unit_text_, unit.escape(), out->data() + before);
  }
  edits_.SortByPlace();
  return Finish(html, before, out);
}

}  // namespace understudy::text
