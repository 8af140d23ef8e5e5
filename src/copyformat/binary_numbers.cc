// numeric (numeric_send: base-10000 digits) and the floats.
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "copyformat/binary_value_parts.h"

namespace understudy::copyformat {
namespace {

// Words of numeric's external form.
constexpr uint16_t kPositive = 0x0000;
constexpr uint16_t kNegative = 0x4000;
constexpr uint16_t kNan = 0xC000;
constexpr uint16_t kPositiveInfinity = 0xD000;
constexpr uint16_t kNegativeInfinity = 0xF000;
// What numeric_send happens to put into an infinity's scale.
constexpr int kInfinityScale = 0x20;
constexpr int kGroupDigits = 4;
constexpr int kGroupBase = 10000;
constexpr int kMaxScale = 16383;
constexpr int kNumericHeaderBytes = 8;
// Of an exponent in numeric text: more can't be a numeric.
constexpr int kMaxExponent = 200000;

int Group(std::string_view binary, int count, int index) {
  if (index < 0 || index >= count) return 0;
  return LoadBig16(binary.data() + kNumericHeaderBytes + 2 * index);
}

void AppendGroup(int group, int skip, int take, std::string* out) {
  const char digits[kGroupDigits] = {
      static_cast<char>('0' + group / 1000), static_cast<char>('0' + group / 100 % 10),
      static_cast<char>('0' + group / 10 % 10), static_cast<char>('0' + group % 10)};
  out->append(digits + skip, static_cast<size_t>(take));
}

void AppendNumericWords(uint16_t count, int weight, uint16_t sign, int scale, std::string* out) {
  AppendBig16(count, out);
  AppendBig16(static_cast<uint16_t>(weight), out);
  AppendBig16(sign, out);
  AppendBig16(static_cast<uint16_t>(scale), out);
}

// A decimal number taken apart: all its digits without the point, and where the point was.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t point = 0;  // digits before the point; may be negative or beyond the digits
  int64_t scale = 0;  // digits behind the point, as written
};

bool ReadExponent(std::string_view text, int64_t* exponent) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size()) return false;
  *exponent = value;
  return value >= -kMaxExponent && value <= kMaxExponent;
}

bool ReadDecimal(std::string_view text, Decimal* out) {
  size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) out->negative = text[at++] == '-';
  bool seen_point = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !seen_point) {
      seen_point = true;
    } else if (c >= '0' && c <= '9') {
      out->digits.push_back(c);
      if (seen_point) {
        ++out->scale;
      } else {
        ++out->point;
      }
    } else {
      break;
    }
  }
  if (out->digits.empty()) return false;
  if (at == text.size()) return true;
  int64_t exponent = 0;
  if ((text[at] != 'e' && text[at] != 'E') || !ReadExponent(text.substr(at + 1), &exponent)) return false;
  out->point += exponent;
  out->scale = out->scale > exponent ? out->scale - exponent : 0;
  return true;
}

int64_t FloorDiv(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// The digits of "d.ddde+xx" as an integer without trailing zeros, and the power of ten that belongs to it.
uint64_t DigitsAndPower(std::string_view text, int* power) {
  const size_t mark = text.find('e');
  std::from_chars(text.data() + mark + (text[mark + 1] == '+' ? 2 : 1), text.data() + text.size(), *power);
  uint64_t digits = 0;
  for (size_t i = 0; i < mark; ++i) {
    if (text[i] == '.') continue;
    digits = digits * 10 + static_cast<uint64_t>(text[i] - '0');
    if (i > 0) --*power;
  }
  for (; digits % 10 == 0; digits /= 10) ++*power;
  return digits;
}

// True if the decimal `text` lies exactly between the positive `value` and one of its neighbours.
// PostgreSQL's output takes only digits strictly inside the rounding interval, std::to_chars also its ends.
// With text = d·10^k and the middle m·2^e, m odd: they are equal if and only if d·5^k = m·2^(e-k). For k < 0
// or k > 23 they can't be: the middle of two numbers is then no decimal of 17 digits.
template <class Float>
bool OnBoundary(std::string_view text, Float value) {
  constexpr int kMaxPowerOfFive = 23;
  constexpr int kBits = std::numeric_limits<Float>::digits;
  int power = 0;
  unsigned __int128 product = DigitsAndPower(text, &power);
  if (power < 0 || power > kMaxPowerOfFive) return false;
  for (int i = 0; i < power; ++i) product *= 5;
  int exponent = 0;
  const uint64_t mantissa = static_cast<uint64_t>(std::ldexp(std::frexp(value, &exponent), kBits));
  exponent -= kBits;
  const auto equals = [&](uint64_t middle, int middle_exponent) {
    const int shift = middle_exponent - power;
    return shift >= 0 && shift < 64 && product == static_cast<unsigned __int128>(middle) << shift;
  };
  // Below a power of two the neighbours are twice as near.
  const bool power_of_two = mantissa == uint64_t{1} << (kBits - 1);
  return equals(2 * mantissa + 1, exponent - 1) ||
         (power_of_two ? equals(4 * mantissa - 1, exponent - 2) : equals(2 * mantissa - 1, exponent - 1));
}

// Shortest digits in scientific notation, "-1.25e+07".
template <class Float>
std::string_view Shortest(Float value, char* buffer, size_t size) {
  auto result = std::to_chars(buffer, buffer + size, value, std::chars_format::scientific);
  const auto written = [&] { return std::string_view(buffer, static_cast<size_t>(result.ptr - buffer)); };
  if (OnBoundary(written(), value)) {
    for (int precision = 0; precision < std::numeric_limits<Float>::max_digits10; ++precision) {
      result = std::to_chars(buffer, buffer + size, value, std::chars_format::scientific, precision);
      Float back = 0;
      std::from_chars(buffer, result.ptr, back);
      if (back == value && !OnBoundary(written(), value)) break;
    }
  }
  return written();
}

// Lays digits out as PostgreSQL does: fixed from 1e-4 up to `fixed_below`, else scientific with at least
// two digits of exponent.
template <class Float>
void AppendFloat(Float value, int fixed_below, std::string* out) {
  if (std::isnan(value)) {
    out->append("NaN");
    return;
  }
  if (std::isinf(value)) {
    out->append(value < 0 ? "-Infinity" : "Infinity");
    return;
  }
  if (std::signbit(value)) out->push_back('-');
  value = std::abs(value);
  if (value == 0) {
    out->push_back('0');
    return;
  }
  char buffer[64];
  const std::string_view text = Shortest(value, buffer, sizeof(buffer));
  const size_t mark = text.find('e');
  int exponent = 0;
  const bool plus = text[mark + 1] == '+';
  std::from_chars(text.data() + mark + (plus ? 2 : 1), text.data() + text.size(), exponent);
  if (exponent < -4 || exponent >= fixed_below) {
    out->append(text);
    return;
  }
  char digits[32];
  int count = 0;
  for (const char c : text.substr(0, mark)) {
    if (c != '.') digits[count++] = c;
  }
  if (exponent < 0) {
    out->append("0.")
        .append(static_cast<size_t>(-exponent - 1), '0')
        .append(digits, static_cast<size_t>(count));
    return;
  }
  for (int i = 0; i < count || i <= exponent; ++i) {
    if (i == exponent + 1) out->push_back('.');
    out->push_back(i < count ? digits[i] : '0');
  }
}

template <class Float>
bool ReadFloat(std::string_view text, Float* value) {
  if (text == "NaN") {
    *value = std::numeric_limits<Float>::quiet_NaN();
    return true;
  }
  if (text == "Infinity" || text == "-Infinity") {
    *value = std::numeric_limits<Float>::infinity() * (text[0] == '-' ? -1 : 1);
    return true;
  }
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *value);
  return error == std::errc() && stop == end && std::isfinite(*value);
}

}  // namespace

bool NumericToText(std::string_view binary, std::string* out) {
  if (binary.size() < kNumericHeaderBytes) return false;
  const int count = LoadBig16(binary.data());
  const size_t size = kNumericHeaderBytes + 2 * static_cast<size_t>(count);
  int weight = static_cast<int16_t>(LoadBig16(binary.data() + 2));
  const uint16_t sign = LoadBig16(binary.data() + 4);
  const int scale = LoadBig16(binary.data() + 6);
  if (binary.size() != size || scale > kMaxScale) return false;
  if (sign == kNan || sign == kPositiveInfinity || sign == kNegativeInfinity) {
    out->append(sign == kNan ? "NaN" : sign == kPositiveInfinity ? "Infinity" : "-Infinity");
    return true;
  }
  if (sign != kPositive && sign != kNegative) return false;
  for (int i = 0; i < count; ++i) {
    if (Group(binary, count, i) >= kGroupBase) return false;
  }
  // Leading zero groups, which PostgreSQL never sends but would strip.
  int first = 0;
  for (; first < count && Group(binary, count, first) == 0; ++first) --weight;
  if (first == count) weight = -1;
  const size_t begin = out->size();
  if (sign == kNegative) out->push_back('-');
  if (weight < 0) out->push_back('0');
  for (int i = 0; i <= weight; ++i) {
    const int group = Group(binary, count, first + i);
    int skip = 0;
    if (i == 0) skip = group >= 1000 ? 0 : group >= 100 ? 1 : group >= 10 ? 2 : 3;
    AppendGroup(group, skip, kGroupDigits - skip, out);
  }
  if (scale > 0) out->push_back('.');
  for (int i = weight + 1, left = scale; left > 0; ++i, left -= kGroupDigits) {
    // Before the first group there are only zeros.
    const int group = i < 0 ? 0 : Group(binary, count, first + i);
    AppendGroup(group, 0, left < kGroupDigits ? left : kGroupDigits, out);
  }
  // There is no negative zero.
  if (sign == kNegative && out->find_first_of("123456789", begin) == std::string::npos) out->erase(begin, 1);
  return true;
}

bool TextToNumeric(std::string_view text, std::string* out) {
  if (text == "NaN" || text == "Infinity" || text == "-Infinity") {
    const uint16_t sign = text == "NaN" ? kNan : text[0] == '-' ? kNegativeInfinity : kPositiveInfinity;
    AppendNumericWords(0, 0, sign, sign == kNan ? 0 : kInfinityScale, out);
    return true;
  }
  Decimal decimal;
  if (!ReadDecimal(text, &decimal) || decimal.scale > kMaxScale) return false;
  const std::string& digits = decimal.digits;
  const size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) {
    AppendNumericWords(0, 0, kPositive, static_cast<int>(decimal.scale), out);
    return true;
  }
  const size_t last = digits.find_last_not_of('0');
  // Place of a digit: 0 for the one before the point, -1 for the one behind it.
  const auto place = [&](size_t i) { return decimal.point - 1 - static_cast<int64_t>(i); };
  const int64_t weight = FloorDiv(place(first), kGroupDigits);
  const int64_t lowest = FloorDiv(place(last), kGroupDigits);
  const int64_t count = weight - lowest + 1;
  if (weight > std::numeric_limits<int16_t>::max() || count > std::numeric_limits<int16_t>::max() ||
      weight < std::numeric_limits<int16_t>::min()) {
    return false;
  }
  AppendNumericWords(static_cast<uint16_t>(count), static_cast<int>(weight),
                     decimal.negative ? kNegative : kPositive, static_cast<int>(decimal.scale), out);
  for (int64_t group = weight; group >= lowest; --group) {
    int value = 0;
    for (int64_t p = group * kGroupDigits + kGroupDigits - 1; p >= group * kGroupDigits; --p) {
      const int64_t index = decimal.point - 1 - p;
      const bool inside = index >= 0 && index < static_cast<int64_t>(digits.size());
      value = value * 10 + (inside ? digits[static_cast<size_t>(index)] - '0' : 0);
    }
    AppendBig16(static_cast<uint16_t>(value), out);
  }
  return true;
}

bool Float4ToText(std::string_view binary, std::string* out) {
  if (binary.size() != 4) return false;
  AppendFloat(std::bit_cast<float>(LoadBig32(binary.data())), 6, out);
  return true;
}

bool Float8ToText(std::string_view binary, std::string* out) {
  if (binary.size() != 8) return false;
  AppendFloat(std::bit_cast<double>(LoadBig64(binary.data())), 15, out);
  return true;
}

bool TextToFloat4(std::string_view text, std::string* out) {
  float value = 0;
  if (!ReadFloat(text, &value)) return false;
  AppendBig32(std::bit_cast<uint32_t>(value), out);
  return true;
}

bool TextToFloat8(std::string_view text, std::string* out) {
  double value = 0;
  if (!ReadFloat(text, &value)) return false;
  AppendBig64(std::bit_cast<uint64_t>(value), out);
  return true;
}

}  // namespace understudy::copyformat
