// The kinds of pseudonym: the words that rule packs use, one key domain each.
#ifndef UNDERSTUDY_PSEUDONYM_KIND_H_
#define UNDERSTUDY_PSEUDONYM_KIND_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::pseudonym {

// The number is part of the key derivation: do not renumber, only add at the end.
enum class Kind : uint8_t {
  kName = 1,  // person or company, told by Context::entity, else by the look of the value
  kFirstName = 2,
  kSurname = 3,
  kCompany = 4,
  kEmail = 5,
  kLogin = 6,  // an e-mail stays an e-mail (the same one), anything else becomes a user name
  kPhone = 7,
  kStreet = 8,
  kZip = 9,
  kCity = 10,
  kVat = 11,  // VAT and national business ids
  kIban = 12,
  kBic = 13,
  kCard = 14,
  kNationalId = 15,
  kDate = 16,  // shifted per subject
  kGeo = 17,
  kIp = 18,
  kMac = 19,
  kUrl = 20,
  kSocial = 21,  // a user name of a social network
  kUuid = 22,
  kToken = 23,        // hex stays hex, base64 stays base64, same length
  kNumber = 24,       // keyed permutation of the digits, same length
  kAmount = 25,       // noise
  kText = 26,         // a word of the same length and case pattern
  kPlate = 27,        // vehicle plates, serial numbers: letters to letters, digits to digits
  kBankAccount = 28,  // an account number that is no IBAN
};
inline constexpr size_t kKinds = 28;

// "email" → kEmail; the words are the enum's names in snake case without the k.
std::optional<Kind> KindByName(std::string_view name);
std::string_view NameOf(Kind kind);
// All words, for "did you mean" and the documentation.
const std::vector<std::string>& KindNames();

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_KIND_H_
