// HTML (and XML) as a reader sees it: the text between tags, and the other places where text hides.
//
// DESIGN
//   One pass in the spirit of WHATWG's tokenizer (https://html.spec.whatwg.org/#tokenization), without a
//   tree: tags, comments, CDATA and raw text elements are recognised, nothing is repaired. The text nodes of
//   the whole document become one decoded text in which inline tags count for nothing and others for a line
//   break, so that a value is found across them. Attribute values, comments and scripts are units of their
//   own. A tag that never ends is text, as is everything after it: an unclosed quote hides nothing. What
//   stands in angle brackets and is an address is text, too. Linear in the input, whatever it is.
// Ownership: results hold offsets into the input. Threads: thread-safe; results belong to the caller.
#ifndef UNDERSTUDY_TEXT_HTML_H_
#define UNDERSTUDY_TEXT_HTML_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/edits.h"

namespace understudy::text {

struct HtmlUnit {
  enum Kind : uint8_t {
    kText,       // an attribute that people read: alt, title, placeholder…
    kUrl,        // an absolute URL, mailto:, tel:
    kCode,       // class names, styles, relative links, handlers
    kRawScript,  // the content of script and style: no entities in there
    kComment,    // comments and CDATA: no entities
  };
  Kind kind;
  bool unquoted;
  uint32_t begin;
  uint32_t end;

  // Not for people to read.
  bool is_code() const { return kind == kCode || kind == kRawScript; }
  // Of what is written into it.
  Escape escape() const {
    return kind == kUrl ? Escape::kUrlInHtml : unquoted ? Escape::kUnquotedHtml : Escape::kHtml;
  }
};

// Replaces the contents of both.
void ParseHtml(std::string_view html, DecodedText* text, std::vector<HtmlUnit>* units);

// Decodes what has entities, and of a URL its percent escapes; the rest stands as it is.
void DecodeUnit(std::string_view html, const HtmlUnit& unit, DecodedText* out);

// Is this worth parsing? A '<' before a letter, '/' or '!', or an entity.
bool LooksLikeHtml(std::string_view text);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_HTML_H_
