// From a value to its pseudonym: normalise, digest with the project's key, render.
//
// DESIGN
//   digest(domain, value) = SipHash-2-4-128(k2, XXH3_128(secret(k1), normalise(value)) ‖ domain): see
//   digest.h for why a bare XXH3 output is never rendered. Keys are derived per kind, so equal e-mails meet
//   and an e-mail never equals a phone. A generator keeps the input's shape (upper case, blanks in groups,
//   "+49 …", "\"Name\" <a@b>") and renders something that a validator accepts and the world can't reach.
// Threads: Pseudonymiser is immutable after creation and thread-safe; no call allocates once `out` has grown.
// Errors: none; every input, however odd (empty, blanks, invalid UTF-8), has a pseudonym. Empty or blank
// input gives itself.
#ifndef UNDERSTUDY_PSEUDONYM_PSEUDONYMISER_H_
#define UNDERSTUDY_PSEUDONYM_PSEUDONYMISER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "pseudonym/key.h"
#include "pseudonym/kind.h"

namespace understudy::pseudonym {

enum class Entity : uint8_t { kUnknown, kPerson, kCompany };

// What a generator may know besides the value; everything is optional.
struct Context {
  std::string_view country;   // ISO 3166-1 alpha-2, upper case: "DE"
  std::string_view language;  // Odoo's code: "de_DE"
  Entity entity = Entity::kUnknown;
  uint32_t max_chars = 0;  // the column's limit in code points (varchar(n)); 0 is none
  std::string_view subject;  // whose value it is (date shift per subject); empty: the value itself
};

class Pseudonymiser {
 public:
  // `lexicon_directory` is rules/lexicon; an unreadable or empty lexicon is an error that names the file.
  static absl::StatusOr<std::unique_ptr<Pseudonymiser>> Create(const Key& key,
                                                               const std::string& lexicon_directory);
  ~Pseudonymiser();

  // Appends the pseudonym of `value` to `out`.
  void Generate(Kind kind, std::string_view value, const Context& context, std::string* out) const;

  // A fingerprint of the key for reports: 16 hex digits that say nothing about the key.
  const std::string& key_id() const;

 private:
  struct Impl;
  explicit Pseudonymiser(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_PSEUDONYMISER_H_
