// What a search saw in a text, small enough to be kept for every field: which words may begin a known value
// that the text holds.
//
// DESIGN
//   A leak is a value that the field's source holds and that still stands in what goes out. The rewriting has
//   just searched the source, with a finder that sees all that the audit's sees, and more. So the audit need
//   not look for a million values in what goes out, only for those few: a set of bits over the first words of
//   everything that was found, tried with success, or passed over because it lay in a match. Never a false
//   no; auditor.cc says why that is enough, and a test compares with the whole search.
// Ownership: values. Threads: thread-compatible.
#ifndef UNDERSTUDY_TEXT_SOURCE_NOTES_H_
#define UNDERSTUDY_TEXT_SOURCE_NOTES_H_

#include <cstddef>
#include <cstdint>

#include "text/prefilter.h"

namespace understudy::text {

class SourceNotes {
 public:
  void Clear() { *this = SourceNotes(); }

  // The hash of a word that may begin a value, or of an e-mail address.
  void Add(uint64_t hash) { words_[hash >> kShift] |= PrefilterBitsOf(hash); }
  bool Has(uint64_t hash) const { return view().Has(hash); }
  Prefilter view() const { return {words_, kShift}; }

  bool found = false;       // anything at all
  bool codes = false;       // perhaps a known code, whose groups may stand otherwise elsewhere
  bool all_emails = false;  // an '@' was passed over: any address may be known

 private:
  static constexpr int kShift = 60;
  uint64_t words_[size_t{1} << (64 - kShift)] = {};  // some tens of words at most, in 1,024 bits
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_SOURCE_NOTES_H_
