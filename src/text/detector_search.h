// Tries the detectors at the places where their triggers are.
//
// DESIGN
//   A secret wins, then the longest match, then the detector that was declared first. A window around the
//   trigger is short, so a text without triggers costs no re2 at all. Numbers are everywhere in business
//   texts, and nearly all are nothing. So the *gates* of all detectors that a number triggers (simple
//   patterns that match wherever theirs do) are joined into one that says no in one pass. Those that need
//   certain words near (context words, the words that make a street) are tried only where one is: a vector
//   scan finds them all once in a text. Joining the patterns themselves would not do: their counted
//   repetitions multiply to more states than re2 can keep (measured: 3 times slower than one by one). Neither
//   says no where a detector would say yes; a test compares with the search without them.
// Ownership: the detectors must outlive it. Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_DETECTOR_SEARCH_H_
#define UNDERSTUDY_TEXT_DETECTOR_SEARCH_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "text/detectors.h"
#include "text/tokens.h"

namespace understudy::text {

struct Detection {
  uint32_t begin = 0;
  uint32_t end = 0;  // 0: nothing
  uint16_t detector = 0;
};

class DetectorSearch {
 public:
  // `secrets_only`: detectors of the secret class alone. `gated` false: every pattern is tried (the oracle).
  DetectorSearch(const Detectors& detectors, bool secrets_only, bool gated = true);
  ~DetectorSearch();

  // The text that the next calls are about.
  void Begin(std::string_view text);
  // Is there a detector that numbers trigger?
  bool wants_numbers() const { return !numbers_.empty() || !around_.empty(); }
  // The best match around the '@' at `at`.
  Detection At(size_t at);
  // The best match from the token on (or near it). `digits`: of the number that the token begins; 0: of none.
  Detection From(const Token& token, int digits);

 private:
  using List = std::vector<uint16_t>;

  void Borrow();
  // Does a word that the detector needs begin in [begin, end)?
  bool Near(uint16_t detector, size_t begin, size_t end);
  // Where a match may begin that a number triggers; equal to the token's own beginning if there is no other.
  struct Starts {
    size_t token = 0;
    size_t signs = 0;     // of '+' and '(' before the number
    size_t capitals = 0;  // of a country's code before the number
  };
  Starts StartsOf(const Token& token) const;
  bool GateOpens(const Starts& starts) const;
  void FromNumber(const Token& token, int digits, Detection* best);
  void AroundNumber(const Token& token, Detection* best);
  void TryAnchored(uint16_t i, size_t from, Detection* best) const;
  void TryCovering(uint16_t i, size_t begin, size_t end, size_t at, Detection* best) const;
  bool Accept(const Detectors::Detector& d, std::string_view found) const;
  void Better(uint16_t detector, std::string_view found, Detection* best) const;

  const Detectors& detectors_;
  const bool gated_;
  std::string_view text_;
  List at_, numbers_, around_, words_, long_;
  std::unique_ptr<DetectorGates> gates_;  // borrowed at the first number or '@'
  std::vector<LiteralScan::Hit> near_;
  bool near_known_ = false;  // near_ holds the hits of text_
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_DETECTOR_SEARCH_H_
