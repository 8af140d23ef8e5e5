// Which fake name a picture's owner has: what an avatar is drawn from.
//
// DESIGN
//   Filled from the source before rows flow: for each person with a picture the pseudonym's initials, colour
//   and pattern, 24 bytes each, sorted by id. A person who is not in it gets a colour and no letter.
// Threads: immutable once sealed, thread-safe.
#ifndef UNDERSTUDY_ODOO_AVATAR_BOOK_H_
#define UNDERSTUDY_ODOO_AVATAR_BOOK_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/avatars.h"
#include "pg/connection.h"
#include "pseudonym/pseudonymiser.h"

namespace understudy::odoo {

class AvatarBook {
 public:
  // No initials and hue 0 if the person is unknown.
  AvatarLook LookFor(std::string_view res_model, int64_t res_id) const;

  // `pseudonym` is the whole fake name.
  void Add(std::string_view res_model, int64_t res_id, std::string_view pseudonym);
  void Seal();
  size_t size() const { return people_.size(); }

 private:
  enum class Model : uint8_t { kPartner, kEmployee, kUser, kOther };
  static Model ModelOf(std::string_view res_model);
  struct Person {
    int64_t id;
    Model model;
    std::array<char, 9> initials;  // up to two characters of UTF-8, zero behind
    uint16_t hue;
    uint16_t pattern;
  };
  std::vector<Person> people_;
};

// Reads the names of partners, employees and users that have pictures and renders their pseudonyms as the
// packs do (`{pseudonym: name, company_if: is_company}`).
absl::StatusOr<AvatarBook> LoadAvatarBook(pg::Connection& source,
                                          const pseudonym::Pseudonymiser& pseudonymiser);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_AVATAR_BOOK_H_
