// Typed values of COPY binary: to the text that PostgreSQL's output functions write, and back.
//
// DESIGN
//   Rules that compute (date shift, noise, conditions on a number) work on text; in a binary stream they use
//   these to get it. The text is what COPY TO writes with DateStyle ISO, TimeZone UTC, IntervalStyle
//   irrelevant, extra_float_digits 1 and bytea_output hex. Sources: the send and recv functions of
//   PostgreSQL's utils/adt; calendar arithmetic after H. Hinnant, "chrono-compatible low-level date
//   algorithms"; float layout as PostgreSQL 12 and later (shortest digits strictly inside the rounding
//   interval, fixed notation for exponents -4 … 14, or -4 … 5 for float4).
//   Text-like types (text, varchar, bpchar, name, json, xml, citext, enums) are the same bytes in both.
// Errors: false for anything malformed or outside the type's range; `out` is then as it was.
// Threads: all functions are thread-safe.
#ifndef UNDERSTUDY_COPYFORMAT_BINARY_VALUES_H_
#define UNDERSTUDY_COPYFORMAT_BINARY_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::copyformat {

enum class ValueType : uint8_t {
  kText,  // the same bytes in both formats
  kBool,
  kInt2,
  kInt4,
  kInt8,
  kOid,
  kFloat4,
  kFloat8,
  kNumeric,
  kDate,
  kTime,
  kTimestamp,
  kTimestampTz,
  kUuid,
  kJsonb,
  kBytea,
};

// The type behind a built-in oid (pg_type.dat: these never change); nullopt for any other.
std::optional<ValueType> ValueTypeOfOid(uint32_t oid);

// Appends the text of a binary value.
bool BinaryToText(ValueType type, std::string_view binary, std::string* out);
// Appends the binary form of a text that BinaryToText could have written (and of the usual variants:
// "true", a time zone offset, digits without a fraction, upper-case uuids).
bool TextToBinary(ValueType type, std::string_view text, std::string* out);

// Days since 2000-01-01 of a proleptic Gregorian date, and back; year 0 is 1 BC.
int64_t DaysFromCivil(int64_t year, unsigned month, unsigned day);
struct CivilDate {
  int64_t year = 0;
  unsigned month = 0;
  unsigned day = 0;
};
CivilDate CivilFromDays(int64_t days);

// jsonb_send puts a version byte before the JSON text.
inline constexpr char kJsonbVersion = 1;

}  // namespace understudy::copyformat

#endif  // UNDERSTUDY_COPYFORMAT_BINARY_VALUES_H_
