// Text of the same shape without the content: words to words of the same length and case, digits to digits.
//
// DESIGN: every token gets its own pseudonym (kText, kNumber for numbers, kPlate for mixtures), keyed by the
// word, so the same word gives the same word and nothing leads back. Punctuation, blanks and markup stay.
// A text's words are few and come again: what a word became is kept, whole words only.
// Ownership: keeps scratch memory. Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_LOREM_H_
#define UNDERSTUDY_TEXT_LOREM_H_

#include <string>
#include <string_view>

#include "base/byte_memo.h"
#include "pseudonym/pseudonymiser.h"
#include "text/edits.h"
#include "text/tokens.h"

namespace understudy::text {

class LoremWords {
 public:
  explicit LoremWords(const pseudonym::Pseudonymiser* pseudonymiser) : pseudonymiser_(pseudonymiser) {}
  void AddEdits(std::string_view text, EditList* edits);

 private:
  std::string_view PseudonymOf(std::string_view word, const Token& token);

  const pseudonym::Pseudonymiser* pseudonymiser_;
  ByteMemo<20, 24, 12> known_;  // 200 kB: stays in the second-level cache
  std::string word_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_LOREM_H_
