// COPY text as a codec: what templates over both formats call (the contract is in row.h).
//
// Threads: static functions, thread-safe.
#ifndef UNDERSTUDY_COPYFORMAT_TEXT_CODEC_H_
#define UNDERSTUDY_COPYFORMAT_TEXT_CODEC_H_

#include <string_view>

#include "copyformat/batch.h"
#include "copyformat/row.h"
#include "copyformat/text_escape.h"
#include "copyformat/text_scanner.h"

namespace understudy::copyformat {

struct TextCodec {
  static constexpr Format kFormat = Format::kText;
  using Scanner = TextScanner;

  static const char* RawBegin(const Field& field) { return field.value; }
  // A NULL is the two bytes `\N`.
  static const char* RawEnd(const Field& field) { return field.value + (field.null ? 2 : field.size); }

  // The field's true bytes; `scratch` is used only if it holds an escape.
  static std::string_view Value(const Field& field, ByteBuffer* scratch) {
    return field.escaped ? Unescape(field.view(), scratch) : field.view();
  }

  static void AppendValue(std::string_view value, ByteBuffer* out) { AppendEscaped(value, out); }
  static void AppendNull(ByteBuffer* out) { out->Append("\\N", 2); }
};

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_TEXT_CODEC_H_
