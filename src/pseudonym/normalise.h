// The canonical bytes of a value: what two spellings of one thing have in common.
//
// DESIGN: e-mails lower-cased, phones to digits with the country code (phone.h), IBANs without blanks in
// upper case, names by Unicode folding (fold_table.h): letters case-folded and decomposed, blanks of every
// kind to one space, invisible characters dropped, typographic hyphens and apostrophes to ASCII. A folded
// value folds to itself. Invalid UTF-8 goes through byte by byte, so it stays distinct.
// Threads: thread-safe. Allocation: none for values up to 512 bytes (buffer.h).
#ifndef UNDERSTUDY_PSEUDONYM_NORMALISE_H_
#define UNDERSTUDY_PSEUDONYM_NORMALISE_H_

#include <string>
#include <string_view>

#include "pseudonym/buffer.h"

namespace understudy::pseudonym {

// Appends the folded form of `value` (names, streets, companies, text).
void FoldName(std::string_view value, Buffer* out);
// Appends `value` without blanks at its ends, lower-cased; a dot at the end of the domain dropped.
void FoldEmail(std::string_view value, Buffer* out);
// Appends letters and digits only, ASCII letters in upper case (IBAN, VAT, cards, national ids, plates).
void FoldIdentifier(std::string_view value, Buffer* out);

// For callers outside the folder (known values): the same, as a string.
std::string FoldedName(std::string_view value);

// Without blanks of any script at both ends.
std::string_view TrimBlanks(std::string_view value);

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_NORMALISE_H_
