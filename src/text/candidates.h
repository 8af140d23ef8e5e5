// Where in a text it is worth looking: a vector scan over all of it.
//
// DESIGN
//   64 bytes at a time become bit masks (word bytes, '@'), and those become places where words begin and end.
//   The words are hashed and looked up several at once (words_at_once-inl.h) in small bit sets that hold the
//   first token of every known value and every trigger word of the detectors. A word that is in none of them,
//   holds no digit and is not long costs nothing more; there is no branch per word that depends on the data.
//   What is not ASCII, or longer than 16 bytes, is read token by token afterwards, if there is any.
//   Candidates come in order of position. Every word is looked at, not only capitalised ones: people write
//   names in lower case.
// Ownership: Candidates keeps its memory between calls. A Prefilter points into the index it came from.
// Threads: FindCandidates is thread-safe; a Candidates belongs to one thread.
#ifndef UNDERSTUDY_TEXT_CANDIDATES_H_
#define UNDERSTUDY_TEXT_CANDIDATES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "text/candidate_words.h"
#include "text/prefilter.h"
#include "text/tokens.h"

namespace understudy::text {

// A word of at least so many bytes may be a token, a key or a hash: the detectors look at it.
inline constexpr size_t kLongWord = 17;
// Letters and digits of so many bytes are long words too.
inline constexpr size_t kMixedWord = 10;

// "AIza" as four bytes: Google's keys are cut by their hyphens into words that nothing else would notice.
inline constexpr uint32_t kKeyPrefix = 0x617A4941;

inline bool BeginsAsKey(std::string_view text, size_t at) { return text.substr(at, 4) == "AIza"; }

// Worth the detectors' time whatever the word is, even without a digit.
inline bool MayBeKey(std::string_view text, const Token& token) {
  return token.end - token.begin >= kLongWord || BeginsAsKey(text, token.begin);
}

struct Candidates {
  CandidateWords words;
  std::vector<uint32_t> ats;  // where an '@' stands
  size_t at_count = 0;
  CandidateWords scanned;  // the scan's own: with words that it does not look into
};

void FindCandidates(std::string_view text, const Prefilter& known, const Prefilter& triggers,
                    Candidates* out);

// The same, byte by byte: the oracle for tests.
void FindCandidatesPlainly(std::string_view text, const Prefilter& known, const Prefilter& triggers,
                           Candidates* out);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_CANDIDATES_H_
