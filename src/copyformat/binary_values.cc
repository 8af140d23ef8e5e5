#include "copyformat/binary_values.h"

#include <charconv>
#include <limits>

#include "copyformat/binary_format.h"
#include "copyformat/binary_value_parts.h"

namespace understudy::copyformat {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr size_t kUuidBytes = 16;

bool IntegerToText(std::string_view binary, size_t bytes, bool is_signed, std::string* out) {
  if (binary.size() != bytes) return false;
  int64_t value = 0;
  switch (bytes) {
    case 2:
      value = static_cast<int16_t>(LoadBig16(binary.data()));
      break;
    case 4: {
      const uint32_t word = LoadBig32(binary.data());
      value = is_signed ? static_cast<int64_t>(static_cast<int32_t>(word)) : static_cast<int64_t>(word);
      break;
    }
    default:
      value = static_cast<int64_t>(LoadBig64(binary.data()));
  }
  char text[24];
  const auto [end, error] = std::to_chars(text, text + sizeof(text), value);
  out->append(text, static_cast<size_t>(end - text));
  return error == std::errc();
}

template <class Int>
bool TextToInteger(std::string_view text, std::string* out) {
  Int value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return false;
  if constexpr (sizeof(Int) == 2) AppendBig16(static_cast<uint16_t>(value), out);
  if constexpr (sizeof(Int) == 4) AppendBig32(static_cast<uint32_t>(value), out);
  if constexpr (sizeof(Int) == 8) AppendBig64(static_cast<uint64_t>(value), out);
  return true;
}

bool BoolToText(std::string_view binary, std::string* out) {
  if (binary.size() != 1) return false;
  out->push_back(binary[0] != 0 ? 't' : 'f');
  return true;
}

bool TextToBool(std::string_view text, std::string* out) {
  if (text == "t" || text == "true" || text == "1") {
    out->push_back('\1');
  } else if (text == "f" || text == "false" || text == "0") {
    out->push_back('\0');
  } else {
    return false;
  }
  return true;
}

void AppendHex(std::string_view bytes, std::string* out) {
  for (const char c : bytes) {
    const unsigned char byte = static_cast<unsigned char>(c);
    out->push_back(kHexDigits[byte >> 4]);
    out->push_back(kHexDigits[byte & 15]);
  }
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool AppendFromHex(std::string_view hex, std::string* out) {
  if (hex.size() % 2 != 0) return false;
  const size_t size = out->size();
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = HexValue(hex[i]);
    const int low = HexValue(hex[i + 1]);
    if (high < 0 || low < 0) {
      out->resize(size);
      return false;
    }
    out->push_back(static_cast<char>(high * 16 + low));
  }
  return true;
}

bool UuidToText(std::string_view binary, std::string* out) {
  if (binary.size() != kUuidBytes) return false;
  constexpr size_t kGroups[] = {4, 2, 2, 2, 6};
  size_t at = 0;
  for (const size_t group : kGroups) {
    if (at > 0) out->push_back('-');
    AppendHex(binary.substr(at, group), out);
    at += group;
  }
  return true;
}

bool TextToUuid(std::string_view text, std::string* out) {
  constexpr size_t kTextBytes = 36;
  if (text.size() != kTextBytes) return false;
  char digits[2 * kUuidBytes];
  size_t count = 0;
  for (size_t i = 0; i < kTextBytes; ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return false;
    } else {
      digits[count++] = text[i];
    }
  }
  return AppendFromHex({digits, sizeof(digits)}, out);
}

bool JsonbToText(std::string_view binary, std::string* out) {
  if (binary.empty() || binary[0] != kJsonbVersion) return false;
  out->append(binary.substr(1));
  return true;
}

bool TextToJsonb(std::string_view text, std::string* out) {
  out->push_back(kJsonbVersion);
  out->append(text);
  return true;
}

bool ByteaToText(std::string_view binary, std::string* out) {
  out->append("\\x");
  AppendHex(binary, out);
  return true;
}

bool TextToBytea(std::string_view text, std::string* out) {
  return text.substr(0, 2) == "\\x" && AppendFromHex(text.substr(2), out);
}

}  // namespace

std::optional<ValueType> ValueTypeOfOid(uint32_t oid) {
  switch (oid) {
    case 16:
      return ValueType::kBool;
    case 17:
      return ValueType::kBytea;
    case 19:    // name
    case 25:    // text
    case 114:   // json
    case 142:   // xml
    case 1042:  // bpchar
    case 1043:  // varchar
      return ValueType::kText;
    case 20:
      return ValueType::kInt8;
    case 21:
      return ValueType::kInt2;
    case 23:
      return ValueType::kInt4;
    case 26:
      return ValueType::kOid;
    case 700:
      return ValueType::kFloat4;
    case 701:
      return ValueType::kFloat8;
    case 1082:
      return ValueType::kDate;
    case 1083:
      return ValueType::kTime;
    case 1114:
      return ValueType::kTimestamp;
    case 1184:
      return ValueType::kTimestampTz;
    case 1700:
      return ValueType::kNumeric;
    case 2950:
      return ValueType::kUuid;
    case 3802:
      return ValueType::kJsonb;
    default:
      return std::nullopt;
  }
}

bool BinaryToText(ValueType type, std::string_view binary, std::string* out) {
  switch (type) {
    case ValueType::kText:
      out->append(binary);
      return true;
    case ValueType::kBool:
      return BoolToText(binary, out);
    case ValueType::kInt2:
      return IntegerToText(binary, 2, true, out);
    case ValueType::kInt4:
      return IntegerToText(binary, 4, true, out);
    case ValueType::kInt8:
      return IntegerToText(binary, 8, true, out);
    case ValueType::kOid:
      return IntegerToText(binary, 4, false, out);
    case ValueType::kFloat4:
      return Float4ToText(binary, out);
    case ValueType::kFloat8:
      return Float8ToText(binary, out);
    case ValueType::kNumeric:
      return NumericToText(binary, out);
    case ValueType::kDate:
      return DateToText(binary, out);
    case ValueType::kTime:
      return TimeToText(binary, out);
    case ValueType::kTimestamp:
      return TimestampToText(binary, false, out);
    case ValueType::kTimestampTz:
      return TimestampToText(binary, true, out);
    case ValueType::kUuid:
      return UuidToText(binary, out);
    case ValueType::kJsonb:
      return JsonbToText(binary, out);
    case ValueType::kBytea:
      return ByteaToText(binary, out);
  }
  return false;
}

bool TextToBinary(ValueType type, std::string_view text, std::string* out) {
  switch (type) {
    case ValueType::kText:
      out->append(text);
      return true;
    case ValueType::kBool:
      return TextToBool(text, out);
    case ValueType::kInt2:
      return TextToInteger<int16_t>(text, out);
    case ValueType::kInt4:
      return TextToInteger<int32_t>(text, out);
    case ValueType::kInt8:
      return TextToInteger<int64_t>(text, out);
    case ValueType::kOid:
      return TextToInteger<uint32_t>(text, out);
    case ValueType::kFloat4:
      return TextToFloat4(text, out);
    case ValueType::kFloat8:
      return TextToFloat8(text, out);
    case ValueType::kNumeric:
      return TextToNumeric(text, out);
    case ValueType::kDate:
      return TextToDate(text, out);
    case ValueType::kTime:
      return TextToTime(text, out);
    case ValueType::kTimestamp:
      return TextToTimestamp(text, false, out);
    case ValueType::kTimestampTz:
      return TextToTimestamp(text, true, out);
    case ValueType::kUuid:
      return TextToUuid(text, out);
    case ValueType::kJsonb:
      return TextToJsonb(text, out);
    case ValueType::kBytea:
      return TextToBytea(text, out);
  }
  return false;
}

}  // namespace understudy::copyformat
