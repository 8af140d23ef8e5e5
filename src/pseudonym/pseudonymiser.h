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
enum class Axis : uint8_t { kUnknown, kLatitude, kLongitude };

// What a generator may know besides the value; everything is optional.
struct Context {
  std::string_view country;   // ISO 3166-1 alpha-2, upper case: "DE"
  std::string_view language;  // Odoo's code: "de_DE"
  Entity entity = Entity::kUnknown;
  uint32_t max_chars = 0;    // the column's limit in code points (varchar(n)); 0 is none
  std::string_view subject;  // whose value it is (date shift per subject); empty: the value itself
  // The column is under a unique index: render enough digest at the cost of beauty (docs/pseudonyms.md says
  // what changes per kind). Columns that join each other must agree in it.
  bool unique = false;
  uint32_t days = 180;         // date: the greatest shift
  uint32_t percent = 10;       // amount: the greatest change
  Axis axis = Axis::kUnknown;  // geo: which coordinate the value is
};

// For the whole project, so that a value has one pseudonym wherever it stands.
struct Options {
  std::string default_country;          // of the main company: what a phone without a country code means
  std::string default_language = "en";  // names in Latin script, unless the context says otherwise
};

// What a kind promises about distinct values, for the proof of uniqueness before a run. It speaks about
// normalised values: spellings that differ in case or blanks only are one value.
struct Guarantee {
  bool injective = false;  // distinct values of one shape (length, sign, separators) never meet
  // Two distinct values meet with probability 2^-digest_bits at most; 0 promises nothing. n rows meet
  // somewhere with probability of about n² / 2^(digest_bits + 1).
  int digest_bits = 0;
  // Code points the promise needs; with a smaller max_chars it is void.
  int min_chars = 0;
};
// `unique`: under Context::unique.
Guarantee GuaranteeOf(Kind kind, bool unique = false);

class Pseudonymiser {
 public:
  // `lexicon_directory` is rules/lexicon; an unreadable or empty lexicon is an error that names the file.
  static absl::StatusOr<std::unique_ptr<Pseudonymiser>> Create(const Key& key,
                                                               const std::string& lexicon_directory,
                                                               Options options = {});
  ~Pseudonymiser();

  // Appends the pseudonym of `value` to `out`.
  void Generate(Kind kind, std::string_view value, const Context& context, std::string* out) const;

  // "Company, Person" or "Parent / Child / Leaf": each part gets its own pseudonym of `kind`; of several
  // parts of a name all but the last are companies. Empty separator: ", ".
  void GenerateParts(Kind kind, std::string_view value, std::string_view separator, const Context& context,
                     std::string* out) const;
  // "{first_name} {surname} <{email}>": each word in braces is a kind, filled with that pseudonym of `value`.
  // Unknown words stay as they are: CheckTemplate finds them while planning.
  void GenerateTemplate(std::string_view pattern, std::string_view value, const Context& context,
                        std::string* out) const;
  static absl::Status CheckTemplate(std::string_view pattern);

  // For codecs that hold typed values. Days to add to the dates of `subject`: -days … days, never 0.
  int32_t ShiftDays(std::string_view subject, uint32_t days) const;
  // `value` (any bytes that tell it apart) of `subject`: a factor of 1 ± percent/100, for amounts.
  double NoiseFactor(std::string_view value, std::string_view subject, uint32_t percent) const;

  // A fingerprint of the key for reports: 16 hex digits that say nothing about the key.
  const std::string& key_id() const;

 private:
  struct Impl;
  explicit Pseudonymiser(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_PSEUDONYMISER_H_
