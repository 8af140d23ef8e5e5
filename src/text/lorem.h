// Text of the same shape without the content: words to words of the same length and case, digits to digits.
//
// DESIGN: every token gets its own pseudonym (kText, kNumber for numbers, kPlate for mixtures), keyed by the
// word, so the same word gives the same word and nothing leads back. Punctuation, blanks and markup stay.
// Ownership: keeps scratch memory. Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_LOREM_H_
#define UNDERSTUDY_TEXT_LOREM_H_

#include <string>
#include <string_view>

#include "pseudonym/pseudonymiser.h"
#include "text/edits.h"

namespace understudy::text {

class LoremWords {
 public:
  explicit LoremWords(const pseudonym::Pseudonymiser* pseudonymiser) : pseudonymiser_(pseudonymiser) {}
  void AddEdits(std::string_view text, EditList* edits);

 private:
  const pseudonym::Pseudonymiser* pseudonymiser_;
  std::string word_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_LOREM_H_
