// The parts of binary_values.cc that have a file of their own. Include binary_values.h instead.
//
// Each function appends to `out` and returns true, or returns false and leaves it as it was.
// Threads: all functions are thread-safe.
#ifndef UNDERSTUDY_COPYFORMAT_BINARY_VALUE_PARTS_H_
#define UNDERSTUDY_COPYFORMAT_BINARY_VALUE_PARTS_H_

#include <string>
#include <string_view>

#include "copyformat/binary_format.h"

namespace understudy::copyformat {

inline void AppendBig16(uint16_t v, std::string* out) {
  char bytes[2];
  StoreBig16(v, bytes);
  out->append(bytes, sizeof(bytes));
}
inline void AppendBig32(uint32_t v, std::string* out) {
  char bytes[4];
  StoreBig32(v, bytes);
  out->append(bytes, sizeof(bytes));
}
inline void AppendBig64(uint64_t v, std::string* out) {
  char bytes[8];
  StoreBig64(v, bytes);
  out->append(bytes, sizeof(bytes));
}

// binary_numbers.cc
bool NumericToText(std::string_view binary, std::string* out);
bool TextToNumeric(std::string_view text, std::string* out);
bool Float4ToText(std::string_view binary, std::string* out);
bool Float8ToText(std::string_view binary, std::string* out);
bool TextToFloat4(std::string_view text, std::string* out);
bool TextToFloat8(std::string_view text, std::string* out);

// binary_dates.cc
bool DateToText(std::string_view binary, std::string* out);
bool TextToDate(std::string_view text, std::string* out);
bool TimeToText(std::string_view binary, std::string* out);
bool TextToTime(std::string_view text, std::string* out);
bool TimestampToText(std::string_view binary, bool with_zone, std::string* out);
bool TextToTimestamp(std::string_view text, bool with_zone, std::string* out);

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_BINARY_VALUE_PARTS_H_
