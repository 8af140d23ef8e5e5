// Phones: one number however it is spelled, another number in the same spelling.
//
// Normalised to "+<calling code><national significant number>" where the country is known (from +, 00 or the
// context), else to the bare digits. The pseudonym's digits are poured back into the input's blanks, hyphens
// and parentheses; extra digits go to the last group. Under Context::unique the number moves to a country
// code that ITU-T E.164 leaves unassigned (28x, 83x, 89x), where a keyed permutation is injective.
#include <algorithm>

#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"
#include "pseudonym/phone_regions.h"
#include "pseudonym/utf8.h"

namespace understudy::pseudonym {
namespace {

constexpr size_t kMaxDigits = 32;

struct Number {
  const PhoneRegion* region = nullptr;
  size_t prefix_digits = 0;  // digits of the input that are prefix: calling code, trunk
  char digits[kMaxDigits];   // all of the input's digits
  size_t count = 0;
  std::string_view National() const { return {digits + prefix_digits, count - prefix_digits}; }
};

bool IsPhoneJoint(char32_t c) {
  return IsBlank(c) || IsInvisible(c) || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' ||
         c == '+' || (c >= 0x2010 && c <= 0x2015);
}

// Digits of `value` from `*i` on as long as it is one number; moves *i to what follows ("ext. 5").
void ReadDigits(std::string_view value, size_t* i, Number* number) {
  size_t end = *i;
  for (size_t k = *i; k < value.size();) {
    const char32_t c = NextCodePoint(value, &k);
    if (IsDigit(c)) {
      if (number->count == kMaxDigits) break;
      number->digits[number->count++] = static_cast<char>(c);
      end = k;
    } else if (c == ')') {
      end = k;
    } else if (!IsPhoneJoint(c)) {
      break;
    }
  }
  *i = end;
}

// Finds the country and where the national significant number begins.
void Interpret(const Env& env, std::string_view text, const Context& context, Number* number) {
  const std::string_view all(number->digits, number->count);
  const std::string_view country = env.CountryOf(context);
  const size_t plus = text.find('+');
  size_t skip = 0;
  bool international = plus != std::string_view::npos && plus < 3;
  if (!international && all.starts_with("00") && all.size() > 9) {
    international = true;
    skip = 2;
  }
  if (international) {
    size_t code = 0;
    const PhoneRegion* region = RegionOfCallingCode(all.substr(std::min(skip, all.size())), country, &code);
    if (region == nullptr || all.size() < skip + code + 3) return;
    number->region = region;
    number->prefix_digits = skip + code;
    // "+49 (0)30": the trunk digit stays where it is and is not part of the number.
    if (region->trunk == "0" && text.find("(0)") != std::string_view::npos &&
        all.substr(skip + code).starts_with("0")) {
      ++number->prefix_digits;
    }
    return;
  }
  const PhoneRegion* region = FindPhoneRegion(country);
  if (region == nullptr || all.size() < 5) return;
  size_t trunk = 0;
  if (!region->trunk.empty() && all.starts_with(region->trunk) &&
      (region->calling_code != 1 || all.size() == 11)) {
    trunk = region->trunk.size();
  }
  if (all.size() - trunk < 4) return;
  number->region = region;
  number->prefix_digits = trunk;
}

bool IsMobile(const PhoneRegion& region, std::string_view national) {
  std::string_view rest = region.mobile_prefixes;
  while (!rest.empty()) {
    const size_t bar = rest.find('|');
    const std::string_view prefix = rest.substr(0, bar);
    if (national.starts_with(prefix)) return true;
    rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
  }
  return false;
}

// A number of one of the ranges.
void DrawFrom(std::string_view ranges, Draw* draw, std::string* out) {
  const auto count = static_cast<uint32_t>(1 + std::count(ranges.begin(), ranges.end(), '|'));
  for (uint32_t skip = draw->Below(count); skip > 0; --skip) ranges.remove_prefix(ranges.find('|') + 1);
  for (const char c : ranges.substr(0, ranges.find('|'))) out->push_back(c == '#' ? draw->Digit() : c);
}

// Pours `digits` into the places of the digits of `shape`.
void Pour(std::string_view shape, std::string_view digits, std::string* out) {
  size_t places = 0;
  for (const char c : shape) places += IsDigit(static_cast<unsigned char>(c)) ? 1 : 0;
  size_t next = 0;
  size_t seen = 0;
  for (const char c : shape) {
    if (!IsDigit(static_cast<unsigned char>(c))) {
      if (next < digits.size() || c == ')') out->push_back(c);
      continue;
    }
    ++seen;
    if (next < digits.size()) out->push_back(digits[next++]);
    if (seen == places) {
      out->append(digits.substr(next));
      next = digits.size();
    }
  }
}

// Injective: E.164 numbers of up to 13 digits under +28, bare digits of up to 12 under +83, others under +89.
void RenderUnique(const Env& env, const Number& number, std::string* out) {
  constexpr size_t kBody = 13;
  std::string body;
  body.reserve(kMaxDigits);
  std::string_view prefix = "+28";
  if (number.region != nullptr) {
    char code[8];
    size_t size = 0;
    for (unsigned c = number.region->calling_code; c > 0; c /= 10)
      code[size++] = static_cast<char>('0' + c % 10);
    while (size > 0) body.push_back(code[--size]);
    body.append(number.National());
  } else {
    prefix = "+83";
    body.push_back('1');
    body.append(number.National());
  }
  const Digester digester = env.For(Kind::kPhone);
  if (body.size() > kBody) {
    prefix = "+89";
    Draw draw(digester, digester.Of(body, Purpose::kPart));
    body.clear();
    for (size_t i = 0; i < kBody; ++i) body.push_back(draw.Digit());
  } else {
    body.insert(0, kBody - body.size(), '0');
    env.phone_digits.Map(&body, 0);
  }
  out->append(prefix);
  out->append(body);
}

// 65 bits of digest, for what has no digits to permute.
void AppendPhoneCode(const Env& env, std::string_view value, std::string* out) {
  Buffer folded;
  FoldName(value, &folded);
  const Digester digester = env.For(Kind::kPhone);
  Draw draw(digester, digester.Of(folded.view(), Purpose::kPart));
  out->push_back(' ');
  AppendCode(&draw, 13, out);
}

void RenderOne(const Env& env, std::string_view value, const Context& context, std::string* out) {
  Number number;
  size_t end = 0;
  ReadDigits(value, &end, &number);
  if (number.count == 0) {
    RenderSameShape(env, Kind::kPhone, value, out);
    if (context.unique) AppendPhoneCode(env, value, out);
    return;
  }
  const std::string_view shape = value.substr(0, end);
  Interpret(env, shape, context, &number);
  const std::string_view rest = value.substr(end);
  if (context.unique) {
    RenderUnique(env, number, out);
    if (!TrimBlanks(rest).empty()) AppendPhoneCode(env, value, out);
    return;
  }
  const Digester digester = env.For(Kind::kPhone);
  thread_local std::string digits;
  digits.assign(number.digits, number.prefix_digits);
  if (number.region != nullptr) {
    Buffer whole;
    whole.push_back('+');
    char code[8];
    size_t size = 0;
    for (unsigned c = number.region->calling_code; c > 0; c /= 10)
      code[size++] = static_cast<char>('0' + c % 10);
    while (size > 0) whole.push_back(code[--size]);
    whole.append(number.National());
    Draw draw(digester, digester.Of(whole.view()));
    const bool mobile = !number.region->mobile_ranges.empty() && IsMobile(*number.region, number.National());
    DrawFrom(mobile ? number.region->mobile_ranges : number.region->ranges, &draw, &digits);
  } else {
    // No country: "000" is dialled nowhere (no calling code and no number begins with it).
    Draw draw(digester, digester.Of({number.digits, number.count}));
    for (size_t i = 0; i < number.count; ++i) digits.push_back(i < 3 ? '0' : draw.Digit());
  }
  Pour(shape, digits, out);
  // An extension.
  if (!rest.empty()) RenderSameShape(env, Kind::kPhone, rest, out);
}

size_t DigitsIn(std::string_view s) {
  return static_cast<size_t>(std::count_if(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

}  // namespace

void RenderPhone(const Env& env, std::string_view value, const Context& context, std::string* out) {
  // Several numbers in one field: each side of the separator is long enough to be one.
  constexpr size_t kShortest = 6;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c != ',' && c != ';' && c != '/' && c != '\n' && c != '|') continue;
    if (DigitsIn(value.substr(0, i)) < kShortest || DigitsIn(value.substr(i + 1)) < kShortest) continue;
    RenderPhone(env, value.substr(0, i), context, out);
    out->push_back(c);
    size_t blank = i + 1;
    while (blank < value.size() && value[blank] == ' ') out->push_back(value[blank++]);
    return RenderPhone(env, value.substr(blank), context, out);
  }
  RenderOne(env, value, context, out);
}

}  // namespace understudy::pseudonym
