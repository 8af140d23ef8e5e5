// The escapes of COPY text, both ways.
//
// DESIGN: the rules are PostgreSQL's (docs, COPY, "Text Format"): \b \f \n \r \t \v, one to three octal
// digits, x and one or two hex digits; a backslash before any other byte stands for that byte. Escaping
// writes what COPY TO writes: the letter forms for 0x08…0x0D and a doubled backslash, nothing else.
// Ownership: Unescape's result points into the scratch buffer until its next use. Threads: thread-safe.
#ifndef UNDERSTUDY_COPYFORMAT_TEXT_ESCAPE_H_
#define UNDERSTUDY_COPYFORMAT_TEXT_ESCAPE_H_

#include <string_view>

#include "copyformat/batch.h"

namespace understudy::copyformat {

// The bytes that `raw` (a field as it stands in the stream) means. Clears `scratch` first; never longer than
// `raw`. A lone backslash at the end stands for itself.
std::string_view Unescape(std::string_view raw, ByteBuffer* scratch);

// Appends `value` so that COPY FROM reads exactly it.
void AppendEscaped(std::string_view value, ByteBuffer* out);

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_TEXT_ESCAPE_H_
