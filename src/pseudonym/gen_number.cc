// Dates, amounts, coordinates: moved by as much as a subject's digest says.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "pseudonym/generators.h"
#include "pseudonym/normalise.h"

namespace understudy::pseudonym {
namespace {

// Days since 1970-01-01 of a proleptic Gregorian date, and back (H. Hinnant's algorithms, by their
// arithmetic: years begin in March, 400 years have 146097 days).
int64_t DaysFromCivil(int64_t year, unsigned month, unsigned day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto of_era = static_cast<unsigned>(year - era * 400);
  const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void CivilFromDays(int64_t days, int64_t* year, unsigned* month, unsigned* day) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const unsigned of_year = of_era - (365 * y + y / 4 - y / 100);
  const unsigned m = (5 * of_year + 2) / 153;
  *day = of_year - (153 * m + 2) / 5 + 1;
  *month = m < 10 ? m + 3 : m - 9;
  *year = static_cast<int64_t>(y) + era * 400 + (*month <= 2 ? 1 : 0);
}

// A run of digits at `*i`; -1 if there is none or it is longer than four.
int ReadNumber(std::string_view s, size_t* i, size_t* length) {
  int value = 0;
  const size_t start = *i;
  while (*i < s.size() && s[*i] >= '0' && s[*i] <= '9' && *i - start < 5)
    value = value * 10 + (s[(*i)++] - '0');
  *length = *i - start;
  return *length == 0 || *length > 4 ? -1 : value;
}

bool IsCivil(int year, int month, int day) {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  int64_t y = 0;
  unsigned m = 0;
  unsigned d = 0;
  CivilFromDays(DaysFromCivil(year, static_cast<unsigned>(month), static_cast<unsigned>(day)), &y, &m, &d);
  return y == year && m == static_cast<unsigned>(month) && d == static_cast<unsigned>(day);
}

}  // namespace

int32_t ShiftOf(const Env& env, std::string_view subject, uint32_t days) {
  if (days == 0) return 0;
  days = std::min<uint32_t>(days, 36500);
  const Digester digester = env.For(Kind::kDate);
  Draw draw(digester, digester.Of(subject, Purpose::kSubject));
  const auto shift = static_cast<int32_t>(draw.Below(2 * days)) - static_cast<int32_t>(days);
  return shift >= 0 ? shift + 1 : shift;
}

double NoiseOf(const Env& env, std::string_view value, std::string_view subject, uint32_t percent) {
  const Digester digester = env.For(Kind::kAmount);
  const Digest of_subject = digester.Of(subject, Purpose::kSubject);
  const Digest of_value = digester.Of(value);
  Draw draw(digester, {of_subject.high ^ of_value.high, of_subject.low ^ of_value.low});
  const double fraction = static_cast<double>(draw.Below(2'000'001)) / 1'000'000.0 - 1.0;
  return 1.0 + fraction * static_cast<double>(percent) / 100.0;
}

void RenderDate(const Env& env, std::string_view value, const Context& context, std::string* out) {
  const int32_t shift = ShiftOf(env, context.subject.empty() ? value : context.subject, context.days);
  size_t i = 0;
  size_t lengths[3];
  int numbers[3];
  char joints[2] = {0, 0};
  for (int k = 0; k < 3; ++k) {
    numbers[k] = ReadNumber(value, &i, &lengths[k]);
    if (k < 2 && i < value.size()) joints[k] = value[i++];
  }
  const bool year_first = lengths[0] == 4;
  const bool year_last = lengths[2] == 4;
  const bool joined = joints[0] == joints[1] && (joints[0] == '-' || joints[0] == '/' || joints[0] == '.');
  if (!joined || year_first == year_last) return RenderSameShape(env, Kind::kDate, value, out);
  const int year = year_first ? numbers[0] : numbers[2];
  const int other = year_first ? numbers[2] : numbers[0];
  // 03/25/1990 is American, 25/03/1990 and what could be either is read as day first.
  const bool month_first = !year_first && joints[0] == '/' && numbers[1] > 12;
  const int month = month_first ? numbers[0] : numbers[1];
  const int day = month_first ? numbers[1] : other;
  if (!IsCivil(year, month, day)) return RenderSameShape(env, Kind::kDate, value, out);
  int64_t y = 0;
  unsigned m = 0;
  unsigned d = 0;
  const int64_t days = DaysFromCivil(year, static_cast<unsigned>(month), static_cast<unsigned>(day)) + shift;
  CivilFromDays(std::clamp<int64_t>(days, DaysFromCivil(1, 1, 1), DaysFromCivil(9999, 12, 31)), &y, &m, &d);
  char text[48];
  const auto yy = static_cast<int>(y);
  if (year_first) {
    std::snprintf(text, sizeof text, "%04d%c%02u%c%02u", yy, joints[0], m, joints[1], d);
  } else {
    std::snprintf(text, sizeof text, "%0*u%c%0*u%c%04d", static_cast<int>(lengths[0]), month_first ? m : d,
                  joints[0], static_cast<int>(lengths[1]), month_first ? d : m, joints[1], yy);
  }
  out->append(text);
  out->append(value.substr(i));  // the time of day stays
}

void RenderAmount(const Env& env, std::string_view value, const Context& context, std::string* out) {
  const std::string_view text = TrimBlanks(value);
  size_t digits = 0;
  size_t decimals = 0;
  bool point = false;
  bool plain = text.size() < 40;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      ++digits;
      if (point) ++decimals;
    } else if (c == '.' && !point) {
      point = true;
    } else if (!(c == '-' && i == 0)) {
      plain = false;
    }
  }
  if (!plain || digits == 0) return RenderNumber(env, value, context, out);
  char number[48];
  text.copy(number, text.size());
  number[text.size()] = '\0';
  // NaN and infinities are not made of digits; they never get here.
  const double amount = std::strtod(number, nullptr);
  const double noisy = amount * NoiseOf(env, text, context.subject, context.percent);
  char result[400];
  std::snprintf(result, sizeof result, "%.*f", static_cast<int>(decimals), noisy);
  out->append(result);
}

void RenderGeo(const Env& env, std::string_view value, const Context& context, std::string* out) {
  const size_t comma = value.find(',');
  if (comma != std::string_view::npos && context.axis == Axis::kUnknown) {
    Context part = context;
    part.subject = context.subject.empty() ? value : context.subject;
    part.axis = Axis::kLatitude;
    RenderGeo(env, value.substr(0, comma), part, out);
    out->push_back(',');
    if (comma + 1 < value.size() && value[comma + 1] == ' ') out->push_back(' ');
    part.axis = Axis::kLongitude;
    return RenderGeo(env, TrimBlanks(value.substr(comma + 1)), part, out);
  }
  char text[48];
  const std::string_view trimmed = TrimBlanks(value);
  char* end = nullptr;
  const size_t size = trimmed.copy(text, sizeof text - 1);
  text[size] = '\0';
  const double degrees = std::strtod(text, &end);
  const bool number = end != text && *end == '\0' && trimmed.size() < sizeof text && std::isfinite(degrees) &&
                      trimmed.find_first_not_of("0123456789.-+") == std::string_view::npos;
  if (!number) return RenderSameShape(env, Kind::kGeo, value, out);
  const size_t point = trimmed.find('.');
  const size_t decimals = point == std::string_view::npos ? 0 : trimmed.size() - point - 1;
  const Digester digester = env.For(Kind::kGeo);
  Draw draw(digester, digester.Of(context.subject.empty() ? trimmed : context.subject, Purpose::kSubject));
  const Country* country = env.lexicons.FindCountry(env.CountryOf(context));
  double moved = degrees;
  const uint32_t which = draw.Below(1u << 16);
  const double jitter_latitude = (static_cast<double>(draw.Below(100000)) / 100000.0 - 0.5) * 0.1;
  const double jitter_longitude = (static_cast<double>(draw.Below(100000)) / 100000.0 - 0.5) * 0.1;
  if (country != nullptr && context.axis != Axis::kUnknown) {
    const City& city = country->cities[which % country->cities.size()];
    moved =
        context.axis == Axis::kLatitude ? city.latitude + jitter_latitude : city.longitude + jitter_longitude;
  } else {
    // Which coordinate it is nobody says: up to half a degree either way.
    moved += jitter_latitude * 10;
  }
  const double limit = context.axis == Axis::kLatitude || std::abs(degrees) <= 90 ? 90 : 180;
  moved = std::clamp(moved, context.axis == Axis::kLongitude ? -180.0 : -limit,
                     context.axis == Axis::kLongitude ? 180.0 : limit);
  char result[64];
  std::snprintf(result, sizeof result, "%.*f", static_cast<int>(std::min<size_t>(decimals, 20)), moved);
  out->append(result);
}

}  // namespace understudy::pseudonym
