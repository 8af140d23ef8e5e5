// COPY binary as a codec: what templates over both formats call (the contract is in row.h).
//
// Threads: static functions, thread-safe.
#ifndef UNDERSTUDY_COPYFORMAT_BINARY_CODEC_H_
#define UNDERSTUDY_COPYFORMAT_BINARY_CODEC_H_

#include <string_view>

#include "copyformat/batch.h"
#include "copyformat/binary_format.h"
#include "copyformat/binary_walker.h"
#include "copyformat/row.h"

namespace understudy::copyformat {

struct BinaryCodec {
  static constexpr Format kFormat = Format::kBinary;
  using Scanner = BinaryWalker;

  // The length word belongs to what is replaced.
  static const char* RawBegin(const Field& field) { return field.value - 4; }
  static const char* RawEnd(const Field& field) { return field.value + field.size; }

  static std::string_view Value(const Field& field, ByteBuffer* /*scratch*/) { return field.view(); }

  static void AppendValue(std::string_view value, ByteBuffer* out) {
    char* to = out->Reserve(4 + value.size());
    StoreBig32(static_cast<uint32_t>(value.size()), to);
    if (!value.empty()) std::memcpy(to + 4, value.data(), value.size());
    out->Commit(4 + value.size());
  }
  static void AppendNull(ByteBuffer* out) {
    StoreBig32(static_cast<uint32_t>(kBinaryNull), out->Reserve(4));
    out->Commit(4);
  }
};

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_BINARY_CODEC_H_
