// Character references of HTML.
//
// Source: the named references of https://html.spec.whatwg.org/#named-character-references that stand for
// letters, blanks and common punctuation; names of mathematics and arrows are no text about people and stay
// as they are. Threads: thread-safe.
#ifndef UNDERSTUDY_TEXT_HTML_ENTITIES_H_
#define UNDERSTUDY_TEXT_HTML_ENTITIES_H_

#include <cstddef>
#include <string_view>

namespace understudy::text {

// The reference at text[at] == '&': its code point and its size in bytes; size 0 if there is none.
struct CharacterReference {
  char32_t value = 0;
  size_t size = 0;
};
CharacterReference ReadReference(std::string_view text, size_t at);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_HTML_ENTITIES_H_
