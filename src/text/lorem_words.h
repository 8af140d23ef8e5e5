// Words to words of the same length and case, digits to digits.
//
// DESIGN
//   Every token gets its own pseudonym (kText, kNumber for numbers, kPlate for mixtures), keyed by the word,
//   so the same word gives the same word and nothing leads back. Everything between words stays. A text's
//   words are few and come again, and what a short ASCII word becomes is as long as it is. So what it became
//   is kept, two registers for the word and two for its pseudonym, and written over it; only what changes its
//   length (letters beyond ASCII) becomes an edit.
// Ownership: keeps scratch memory; the pseudonymiser must outlive it. Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_LOREM_WORDS_H_
#define UNDERSTUDY_TEXT_LOREM_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/byte_memo.h"
#include "base/pool.h"
#include "base/zero_pages.h"
#include "pseudonym/pseudonymiser.h"
#include "text/edits.h"
#include "text/tokens.h"

namespace understudy::text {

// What words became: of a key, like all of Memories.
class LoremMemory {
 public:
  static constexpr int kPlaceBits = 14;  // 1 MB: stays in the second-level cache

  // A word of up to 16 bytes, zeros behind it, and what it became, as long. None: no word.
  struct Pair {
    uint64_t word[2];
    uint64_t pseudonym[2];
    // Without a branch: which of a place's two it is can't be foretold.
    bool Is(const uint64_t (&other)[2]) const { return ((word[0] ^ other[0]) | (word[1] ^ other[1])) == 0; }
  };
  // The last two with this hash, the newer one first: a cache line.
  struct alignas(64) Place {
    Pair pairs[2];
  };
  // 2^kPlaceBits of them; made at the first call.
  Place* places() {
    if (!places_) places_.Make();
    return places_.data();
  }
  ByteMemo<40, 40, 13>& others() { return others_; }

 private:
  ZeroPages<Place, size_t{1} << kPlaceBits> places_;
  ByteMemo<40, 40, 13> others_;
};

class LoremWords {
 public:
  // `memories` may be null.
  LoremWords(const pseudonym::Pseudonymiser* pseudonymiser, Pool<LoremMemory>* memories)
      : pseudonymiser_(pseudonymiser), memory_(memories) {}

  // Returns `text` with the words that keep their length replaced, until the next call; appends edits of
  // `text` for the others. `in_place` false: edits for all.
  std::string_view Replace(std::string_view text, bool in_place, EditList* edits);
  void Rest() { memory_.Return(); }

  // For the loop over words, which is compiled for each instruction set.
  //
  // What `word`, ASCII and of `size` bytes, becomes; also kept in `place` if it is as long. Valid until the
  // next call.
  std::string_view PseudonymOf(const char* word, size_t size, LoremMemory::Place* place);
  // The tokens of the run of word bytes [begin, end), one by one.
  void ReplaceRun(std::string_view text, size_t begin, size_t end, bool in_place, char* out, EditList* edits);

 private:
  const pseudonym::Pseudonymiser* pseudonymiser_;
  Loan<LoremMemory> memory_;
  std::string replaced_;  // grows only
  std::string word_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_LOREM_WORDS_H_
