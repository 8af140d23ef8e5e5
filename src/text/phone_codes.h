// Calling codes: which digits of an international number are the country's.
//
// Source: ITU-T E.164 list of assigned country codes (Operational Bulletin annex); no code is a prefix of
// another. Threads: thread-safe.
#ifndef UNDERSTUDY_TEXT_PHONE_CODES_H_
#define UNDERSTUDY_TEXT_PHONE_CODES_H_

#include <cstddef>
#include <string_view>

namespace understudy::text {

// How many of the digits are the calling code; 0 when none is assigned.
size_t CallingCodeSize(std::string_view digits);
// "DE" → "49"; empty when unknown.
std::string_view CallingCodeOf(std::string_view country);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_PHONE_CODES_H_
