// date, time and timestamps: days and microseconds since 2000-01-01, ISO text, UTC.
#include <charconv>
#include <cstdint>
#include <limits>

#include "copyformat/binary_value_parts.h"
#include "copyformat/binary_values.h"

namespace understudy::copyformat {
namespace {

constexpr int64_t kMicrosPerSecond = 1000000;
constexpr int64_t kMicrosPerDay = 86400 * kMicrosPerSecond;
// PostgreSQL's limits: 4713-11-24 BC (Julian day 0) up to 5874897-12-31 for dates, 294276-12-31 for stamps.
constexpr int64_t kMinDays = -2451545;
constexpr int64_t kMaxDateDays = 2145031948;
constexpr int64_t kMinStamp = -211813488000000000;
constexpr int64_t kEndStamp = 9223371331200000000;
constexpr int kMaxZoneHours = 15;

// Reads text from the left; every Take returns false (and stays) if it doesn't fit.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  bool empty() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_[0]; }
  bool Take(std::string_view word) {
    if (rest_.substr(0, word.size()) != word) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  // A number of `least` to `most` digits; *digits is how many it has.
  bool TakeNumber(size_t least, size_t most, int64_t* value, size_t* digits = nullptr) {
    size_t n = 0;
    int64_t v = 0;
    for (; n < most && n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9'; ++n)
      v = v * 10 + (rest_[n] - '0');
    if (n < least) return false;
    rest_.remove_prefix(n);
    *value = v;
    if (digits != nullptr) *digits = n;
    return true;
  }

 private:
  std::string_view rest_;
};

void AppendPadded(int64_t value, int width, std::string* out) {
  char digits[24];
  const auto result = std::to_chars(digits, digits + sizeof(digits), value);
  const int size = static_cast<int>(result.ptr - digits);
  if (size < width) out->append(static_cast<size_t>(width - size), '0');
  out->append(digits, static_cast<size_t>(size));
}

void AppendCivil(const CivilDate& date, std::string* out) {
  AppendPadded(date.year > 0 ? date.year : 1 - date.year, 4, out);
  out->push_back('-');
  AppendPadded(date.month, 2, out);
  out->push_back('-');
  AppendPadded(date.day, 2, out);
}

void AppendTimeOfDay(int64_t micros, std::string* out) {
  const int64_t seconds = micros / kMicrosPerSecond;
  AppendPadded(seconds / 3600, 2, out);
  out->push_back(':');
  AppendPadded(seconds / 60 % 60, 2, out);
  out->push_back(':');
  AppendPadded(seconds % 60, 2, out);
  const int64_t fraction = micros % kMicrosPerSecond;
  if (fraction == 0) return;
  out->push_back('.');
  AppendPadded(fraction, 6, out);
  while (out->back() == '0') out->pop_back();
}

unsigned DaysInMonth(int64_t year, int64_t month) {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

struct DateParts {
  int64_t year = 0;  // as written
  int64_t month = 0;
  int64_t day = 0;
};

bool TakeDate(Cursor* cursor, DateParts* parts) {
  return cursor->TakeNumber(4, 7, &parts->year) && cursor->Take("-") &&
         cursor->TakeNumber(2, 2, &parts->month) && cursor->Take("-") &&
         cursor->TakeNumber(2, 2, &parts->day);
}

// The era comes last, behind time and zone.
bool DaysOf(const DateParts& parts, bool before_christ, int64_t* days) {
  if (parts.year == 0 || parts.month < 1 || parts.month > 12) return false;
  const int64_t year = before_christ ? 1 - parts.year : parts.year;
  if (parts.day < 1 || parts.day > DaysInMonth(year, parts.month)) return false;
  *days = DaysFromCivil(year, static_cast<unsigned>(parts.month), static_cast<unsigned>(parts.day));
  return *days >= kMinDays && *days <= kMaxDateDays;
}

bool TakeTimeOfDay(Cursor* cursor, int64_t* micros) {
  int64_t hours = 0, minutes = 0, seconds = 0, fraction = 0;
  size_t digits = 0;
  if (!cursor->TakeNumber(2, 2, &hours) || !cursor->Take(":") || !cursor->TakeNumber(2, 2, &minutes))
    return false;
  if (cursor->Take(":")) {
    if (!cursor->TakeNumber(2, 2, &seconds)) return false;
    if (cursor->Take(".")) {
      if (!cursor->TakeNumber(1, 6, &fraction, &digits)) return false;
      for (; digits < 6; ++digits) fraction *= 10;
    }
  }
  if (hours > 24 || minutes > 59 || seconds > 59) return false;
  *micros = ((hours * 60 + minutes) * 60 + seconds) * kMicrosPerSecond + fraction;
  return *micros <= kMicrosPerDay;
}

// "Z", "+02", "-03:30", "+0530", "+01:02:03"; nothing is UTC.
bool TakeZone(Cursor* cursor, int64_t* micros_east) {
  *micros_east = 0;
  if (cursor->Take("Z") || (cursor->peek() != '+' && cursor->peek() != '-')) return true;
  const int64_t sign = cursor->Take("-") ? -1 : (cursor->Take("+"), 1);
  int64_t hours = 0, minutes = 0, seconds = 0;
  if (!cursor->TakeNumber(2, 2, &hours)) return false;
  if (cursor->Take(":") || (cursor->peek() >= '0' && cursor->peek() <= '9')) {
    if (!cursor->TakeNumber(2, 2, &minutes)) return false;
    if (cursor->Take(":") && !cursor->TakeNumber(2, 2, &seconds)) return false;
  }
  if (hours > kMaxZoneHours || minutes > 59 || seconds > 59) return false;
  *micros_east = sign * ((hours * 60 + minutes) * 60 + seconds) * kMicrosPerSecond;
  return true;
}

bool ParseTimestamp(std::string_view text, bool with_zone, int64_t* stamp) {
  if (text == "infinity" || text == "-infinity") {
    *stamp = text[0] == '-' ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
    return true;
  }
  Cursor cursor(text);
  DateParts date;
  int64_t micros = 0, east = 0, days = 0;
  if (!TakeDate(&cursor, &date)) return false;
  bool before_christ = cursor.Take(" BC");
  if (!before_christ && !cursor.empty()) {
    if (!cursor.Take(" ") && !cursor.Take("T")) return false;
    if (!TakeTimeOfDay(&cursor, &micros)) return false;
    if (with_zone && !TakeZone(&cursor, &east)) return false;
    before_christ = cursor.Take(" BC");
  }
  if (!cursor.empty() || !DaysOf(date, before_christ, &days)) return false;
  int64_t day_micros = 0;
  if (__builtin_mul_overflow(days, kMicrosPerDay, &day_micros) ||
      __builtin_add_overflow(day_micros, micros - east, stamp)) {
    return false;
  }
  return *stamp >= kMinStamp && *stamp < kEndStamp;
}

}  // namespace

int64_t DaysFromCivil(int64_t year, unsigned month, unsigned day) {
  // Years begin in March, so that the leap day is the last; eras of 400 years repeat exactly.
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (static_cast<int64_t>(month) + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 730425;  // 730425: days from 0000-03-01 to 2000-01-01
}

CivilDate CivilFromDays(int64_t days) {
  days += 730425;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned day = static_cast<unsigned>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const unsigned month = static_cast<unsigned>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

bool DateToText(std::string_view binary, std::string* out) {
  if (binary.size() != 4) return false;
  const int32_t days = static_cast<int32_t>(LoadBig32(binary.data()));
  if (days == std::numeric_limits<int32_t>::max() || days == std::numeric_limits<int32_t>::min()) {
    out->append(days < 0 ? "-infinity" : "infinity");
    return true;
  }
  if (days < kMinDays || days > kMaxDateDays) return false;
  const CivilDate date = CivilFromDays(days);
  AppendCivil(date, out);
  if (date.year <= 0) out->append(" BC");
  return true;
}

bool TextToDate(std::string_view text, std::string* out) {
  if (text == "infinity" || text == "-infinity") {
    AppendBig32(static_cast<uint32_t>(text[0] == '-' ? std::numeric_limits<int32_t>::min()
                                                     : std::numeric_limits<int32_t>::max()),
                out);
    return true;
  }
  Cursor cursor(text);
  DateParts parts;
  int64_t days = 0;
  if (!TakeDate(&cursor, &parts)) return false;
  const bool before_christ = cursor.Take(" BC");
  if (!cursor.empty() || !DaysOf(parts, before_christ, &days)) return false;
  AppendBig32(static_cast<uint32_t>(static_cast<int32_t>(days)), out);
  return true;
}

bool TimeToText(std::string_view binary, std::string* out) {
  if (binary.size() != 8) return false;
  const int64_t micros = static_cast<int64_t>(LoadBig64(binary.data()));
  if (micros < 0 || micros > kMicrosPerDay) return false;
  AppendTimeOfDay(micros, out);
  return true;
}

bool TextToTime(std::string_view text, std::string* out) {
  Cursor cursor(text);
  int64_t micros = 0;
  if (!TakeTimeOfDay(&cursor, &micros) || !cursor.empty()) return false;
  AppendBig64(static_cast<uint64_t>(micros), out);
  return true;
}

bool TimestampToText(std::string_view binary, bool with_zone, std::string* out) {
  if (binary.size() != 8) return false;
  const int64_t stamp = static_cast<int64_t>(LoadBig64(binary.data()));
  if (stamp == std::numeric_limits<int64_t>::max() || stamp == std::numeric_limits<int64_t>::min()) {
    out->append(stamp < 0 ? "-infinity" : "infinity");
    return true;
  }
  if (stamp < kMinStamp || stamp >= kEndStamp) return false;
  int64_t days = stamp / kMicrosPerDay;
  int64_t micros = stamp % kMicrosPerDay;
  if (micros < 0) {
    micros += kMicrosPerDay;
    --days;
  }
  const CivilDate date = CivilFromDays(days);
  AppendCivil(date, out);
  out->push_back(' ');
  AppendTimeOfDay(micros, out);
  if (with_zone) out->append("+00");
  if (date.year <= 0) out->append(" BC");
  return true;
}

bool TextToTimestamp(std::string_view text, bool with_zone, std::string* out) {
  int64_t stamp = 0;
  if (!ParseTimestamp(text, with_zone, &stamp)) return false;
  AppendBig64(static_cast<uint64_t>(stamp), out);
  return true;
}

}  // namespace understudy::copyformat
