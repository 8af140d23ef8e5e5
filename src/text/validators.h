// Check digits and plausibility: what tells a card number from any sixteen digits.
//
// Sources: Luhn: ISO/IEC 7812-1 annex B. IBAN: ISO 13616 with ISO 7064 MOD 97-10, lengths from the SWIFT IBAN
// registry. VAT: the European Commission's VIES structures and the national check-digit rules. National ids
// as said beside each. Threads: thread-safe. No function allocates.
#ifndef UNDERSTUDY_TEXT_VALIDATORS_H_
#define UNDERSTUDY_TEXT_VALIDATORS_H_

#include <string>
#include <string_view>
#include <vector>

namespace understudy::text {

using Validator = bool (*)(std::string_view match);

// Null if there is no validator of that name.
Validator FindValidator(std::string_view name);
const std::vector<std::string>& ValidatorNames();

bool ValidLuhn(std::string_view digits);
bool ValidIban(std::string_view iban);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_VALIDATORS_H_
