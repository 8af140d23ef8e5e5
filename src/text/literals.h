// The strings inside PostgreSQL's text forms of hstore, composite, array and range values.
//
// DESIGN
//   A literal is walked, not rebuilt: its elements come as offsets, so that what is not rewritten stays byte
//   for byte. Quoted elements are decoded (backslash escapes; in composites a doubled quote too) and written
//   back escaped the same way. An unquoted element that is rewritten is quoted. NULL and numbers are no
//   strings. hstore keys are not given out. A literal inside a literal (an array of composites) is an escaped
//   string of the outer one: it is walked again as its own kind by the caller's choice, or searched as text.
// Source: PostgreSQL documentation, "Array Input and Output Syntax", "Composite Type Input and Output
// Syntax", "Range Input/Output", "hstore External Representation".
// Threads: thread-safe.
#ifndef UNDERSTUDY_TEXT_LITERALS_H_
#define UNDERSTUDY_TEXT_LITERALS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/edits.h"

namespace understudy::text {

enum class LiteralKind : uint8_t { kArray, kHstore, kComposite, kRange };

struct LiteralElement {
  uint32_t begin;  // of the content, quotes left out
  uint32_t end;
  bool quoted;
};

// Replaces `out` by the elements that are strings, in order. False when the text is no such literal (`out`
// is then empty): treat it as plain text.
bool WalkLiteral(std::string_view literal, LiteralKind kind, std::vector<LiteralElement>* out);

void DecodeElement(std::string_view literal, const LiteralElement& element, DecodedText* out);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_LITERALS_H_
