// Country calling codes, trunk prefixes, and number ranges in which nobody answers.
//
// DESIGN
//   Ranges that regulators keep for fiction: US and CA 555-0100 to 0199 in every area code (NANPA); GB:
//   Ofcom, "Telephone numbers for use in TV and radio drama programmes"; FR: ARCEP decision 2018-0881; DE:
//   BNetzA, "Rufnummern für Medienproduktionen" (Mitteilung 148/2021); AU: ACMA, "Phone numbers for use in TV
//   shows, films and creative works"; SE: PTS, "Telefonnummer för användning i böcker och filmer"; IE: ComReg
//   numbering conditions, 020 91x xxxx. Elsewhere a range that the numbering plan leaves unassigned: the
//   shortest prefix with which no number of any length the country uses matches the plan (the plans'
//   digest is libphonenumber's metadata 8.12.57; a prefix never begins as an emergency number does).
// Threads: constant.
#ifndef UNDERSTUDY_PSEUDONYM_PHONE_REGIONS_H_
#define UNDERSTUDY_PSEUDONYM_PHONE_REGIONS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace understudy::pseudonym {

struct PhoneRegion {
  std::string_view country;  // ISO 3166-1 alpha-2
  uint16_t calling_code;
  std::string_view trunk;  // what a national number begins with, not part of the number
  uint8_t min_digits;      // of a national significant number
  uint8_t max_digits;
  // National significant numbers, `#` for any digit, separated by `|`.
  std::string_view ranges;
  std::string_view mobile_ranges;    // empty: as `ranges`
  std::string_view mobile_prefixes;  // which numbers are mobile
};

const PhoneRegion* FindPhoneRegion(std::string_view country);
// The region whose calling code `digits` begins with, and how many digits that code has; `preferred` decides
// between countries that share a code. Null if there is none.
const PhoneRegion* RegionOfCallingCode(std::string_view digits, std::string_view preferred, size_t* length);

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_PHONE_REGIONS_H_
