// Patterns that tell what is personal or secret without having seen it before.
//
// DESIGN
//   A detector is a re2 pattern, a validator (validators.h), and words that must stand near. It is tried only
//   where its trigger is: at an '@', at the first digit of a number with enough digits, at one of its words,
//   or at a word too long for prose (detector_search.h).
//   With a capturing group, the group alone is what is found ("password: (\S+)").
// Ownership: values. Threads: immutable after Create, thread-safe (re2 is).
// Errors: Create names the detector and quotes re2's message: patterns are the rule author's, not data.
#ifndef UNDERSTUDY_TEXT_DETECTORS_H_
#define UNDERSTUDY_TEXT_DETECTORS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/pool.h"
#include "pseudonym/kind.h"
#include "re2/re2.h"
#include "text/literal_scan.h"
#include "text/pattern_start.h"
#include "text/prefilter.h"
#include "text/tokens.h"
#include "text/validators.h"

namespace understudy::text {

enum class Trigger : uint8_t {
  kAt,      // around an '@'
  kDigits,  // from the first digit of a number (a '+' or '(' before it included)
  kAround,  // anywhere in the line near a number
  kWords,   // from one of `words`
  kLong,    // from a word of kLongWord bytes or more, or of ten with digits, or that begins with "AIza"
};

struct DetectorSpec {
  std::string name;
  Trigger trigger = Trigger::kDigits;
  std::string pattern;
  // kAt: a simpler pattern that matches somewhere in the run wherever `pattern` does. Those of all detectors
  // are asked at once. Empty: `pattern` is tried each time.
  std::string gate;
  // kWords: what triggers, one word each. kAround, kDigits: one of these, in any case and not inside a longer
  // word's beginning, must stand near the number, else `pattern` is not tried; empty: it always is.
  std::vector<std::string> words;
  std::vector<std::string> context;     // one of these must stand near; empty: no need
  std::vector<std::string> countries;   // only for these default countries; empty: all
  std::string validator;                // empty: none
  int min_digits = 0;                   // in the number that triggers
  bool country_before = false;          // the match may begin with two or three capitals before the number
  std::optional<pseudonym::Kind> kind;  // what it becomes; else `replacement`
  std::string replacement = "redacted";
  bool secret = false;  // the audit looks for it
};

// What says "nothing here" for many detectors at once (detector_search.h). Null: there is nothing behind it.
struct DetectorGates {
  std::unique_ptr<const RE2> at;  // any gate of Trigger::kAt
};

class Detectors {
 public:
  static absl::StatusOr<std::unique_ptr<const Detectors>> Create(std::vector<DetectorSpec> specs,
                                                                 std::string_view default_country);

  struct Detector {
    DetectorSpec spec;
    std::unique_ptr<const RE2> pattern;
    std::unique_ptr<const RE2> context;  // null: no need
    Validator validator = nullptr;       // null: none
    std::vector<uint64_t> words;         // hashes of spec.words (kWords)
    bool near = false;                   // not to be tried where near_words() has no hit with its number
    // kLong: a match begins with a byte from first to last, and with all of `prefix`.
    unsigned char first = 0, last = 0xFF;
    std::string prefix;
    bool MayBegin(std::string_view text) const {
      const auto byte = static_cast<unsigned char>(text[0]);
      return first <= byte && byte <= last && text.starts_with(prefix);
    }
  };
  const Detector& operator[](uint16_t i) const { return detectors_[i]; }
  // Gates for one user at a time: re2 locks its state cache, and workers would meet there at every '@'.
  // Compiling new ones takes some milliseconds.
  std::unique_ptr<DetectorGates> BorrowGates() const;
  void GiveBack(std::unique_ptr<DetectorGates> gates) const { idle_gates_.GiveBack(std::move(gates)); }

  // Context words, and the words of Trigger::kAround and kDigits; the tag is the detector's number.
  const LiteralScan& near_words() const { return near_words_; }

  // Bit n: the n-th detector of Trigger::kDigits (in order) may match from there.
  const PatternStarts& number_starts() const { return number_starts_; }

  const DetectorSpec& spec(uint16_t i) const { return detectors_[i].spec; }
  size_t size() const { return detectors_.size(); }
  Prefilter triggers() const { return trigger_words_.view(); }

 private:
  Detectors() : trigger_words_(0, 64) {}

  std::vector<Detector> detectors_;
  mutable Pool<DetectorGates> idle_gates_;
  PrefilterBits trigger_words_;
  LiteralScan near_words_;
  PatternStarts number_starts_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_DETECTORS_H_
