// Tries the detectors at the places where their triggers are.
//
// DESIGN
//   A secret wins, then the longest match, then the detector that was declared first. A window around the
//   trigger is short, so a text without triggers costs no re2 at all. Numbers are everywhere in business
//   texts, and nearly all are nothing: the first bytes of a number say which patterns could match from there
//   (pattern_start.h), mostly none. Those that need certain words near (context words, the words that make a
//   street) are tried only where one is: a vector scan finds them all once in a text. The gates of what an
//   '@' triggers are joined into one pattern. None of these says no where a detector would say yes; a test
//   compares with the search without them.
// Ownership: the detectors must outlive it. Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_DETECTOR_SEARCH_H_
#define UNDERSTUDY_TEXT_DETECTOR_SEARCH_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "text/candidates.h"
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
  // The best match around the '@' at `at`.
  Detection At(size_t at, bool secrets_only = false);
  // Does every number count? Otherwise a word with a digit must be long, or one of the detectors' own.
  bool wants_numbers() const { return has_numbers() || !around_.empty(); }
  // The best match from the token on (or near it).
  Detection From(const Token& token);

 private:
  using List = std::vector<uint16_t>;

  bool has_numbers() const { return number_bits_ != 0 || !numbers_without_bit_.empty(); }
  void Borrow();
  // Do the gates let anything pass in [begin, end), a run around an '@'?
  bool GatesOpen(size_t begin, size_t end);
  // Is any of the gates, if they are plain strings, in the text at all?
  bool GateInText();
  void FindNear();
  // Does a word that any detector needs begin in [begin, end)?
  bool NearAny(size_t begin, size_t end);
  // Does a word that the detector needs begin in [begin, end)?
  bool Near(uint16_t detector, size_t begin, size_t end);
  // Where a match may begin that a number triggers; equal to the token's own beginning if there is no other.
  struct Starts {
    size_t token = 0;
    size_t signs = 0;     // of '+' and '(' before the number
    size_t capitals = 0;  // of a country's code before the number
  };
  Starts StartsOf(const Token& token) const;
  // The numbers_ that may match from one of the starts.
  uint64_t Possible(const Starts& starts) const;
  int DigitsOfNumber(size_t begin) const;
  void FromNumber(const Token& token, Detection* best);
  void AroundNumber(const Token& token, Detection* best);
  void TryAnchored(uint16_t i, size_t from, Detection* best) const;
  void TryCovering(uint16_t i, size_t begin, size_t end, size_t at, Detection* best) const;
  bool Accept(const Detectors::Detector& d, std::string_view found) const;
  void Better(uint16_t detector, std::string_view found, Detection* best) const;

  const Detectors& detectors_;
  const bool gated_;
  std::string_view text_;
  // Of Trigger::kDigits: by their bits in Detectors::number_starts(), and those that have none.
  uint16_t numbers_[PatternStarts::kMaxPatterns] = {};
  uint64_t number_bits_ = 0;
  List numbers_without_bit_;
  List at_, around_, words_, long_;
  bool literal_gates_ = true;             // those of at_: plain strings
  bool all_gated_ = true;                 // each of at_ has one
  bool secrets_gated_ = true;             // each secret of at_ has one
  std::optional<bool> gate_in_text_;      // none: not asked yet
  bool around_needs_near_ = true;         // each of around_ does
  std::unique_ptr<DetectorGates> gates_;  // borrowed at the first '@'
  std::vector<LiteralScan::Hit> near_;
  bool near_known_ = false;  // near_ holds the hits of text_
  size_t near_from_ = 0;     // the first hit of the last question, where the next one's is looked for
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_DETECTOR_SEARCH_H_
