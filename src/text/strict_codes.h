// Numbers and ids that no detector knows, in columns of which nobody knows what they hold.
//
// DESIGN: a word of kMinCodeChars letters and digits or more, kMinCodeDigits of them digits, becomes one of
// the same shape (Kind::kPlate: letters to letters, digits to digits), keyed by the word. Words inside what
// was found are left to the Replacer. Groups ("SV 993-530") are judged one by one, so that dates and amounts
// stay. Ownership: keeps scratch memory. Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_STRICT_CODES_H_
#define UNDERSTUDY_TEXT_STRICT_CODES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pseudonym/pseudonymiser.h"
#include "text/edits.h"
#include "text/finder.h"
#include "text/replacer.h"

namespace understudy::text {

inline constexpr int kMinCodeDigits = 4;

class StrictCodes {
 public:
  explicit StrictCodes(const pseudonym::Pseudonymiser* pseudonymiser) : pseudonymiser_(pseudonymiser) {}
  // The edits of the matches, and of the code-like words between them, in order.
  void AddEdits(std::string_view text, const std::vector<Match>& matches, Replacer& replacer,
                EditList* edits);

 private:
  void AddWords(std::string_view text, uint32_t begin, uint32_t end, EditList* edits);

  const pseudonym::Pseudonymiser* pseudonymiser_;
  std::string word_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_STRICT_CODES_H_
