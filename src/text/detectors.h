// Patterns that tell what is personal or secret without having seen it before.
//
// DESIGN
//   A detector is a re2 pattern, a validator (validators.h), and words that must stand near. It is tried only
//   where its trigger is: at an '@', at the first digit of a number with enough digits, at one of its words,
//   or at a word too long for prose. Its window is short, so a text without triggers costs no re2 at all.
//   A secret wins, then the longest match, then the detector that was declared first.
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
#include <vector>

#include "absl/status/statusor.h"
#include "pseudonym/kind.h"
#include "re2/re2.h"
#include "text/candidates.h"
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
  std::vector<std::string> words;       // of Trigger::kWords: one word each
  std::vector<std::string> context;     // one of these must stand near; empty: no need
  std::vector<std::string> countries;   // only for these default countries; empty: all
  std::string validator;                // empty: none
  int min_digits = 0;                   // in the number that triggers
  bool country_before = false;          // the match may begin with two or three capitals before the number
  std::optional<pseudonym::Kind> kind;  // what it becomes; else `replacement`
  std::string replacement = "redacted";
  bool secret = false;  // the audit looks for it
};

struct Detection {
  uint32_t begin = 0;
  uint32_t end = 0;  // 0: nothing
  uint16_t detector = 0;
};

class Detectors {
 public:
  static absl::StatusOr<std::unique_ptr<const Detectors>> Create(std::vector<DetectorSpec> specs,
                                                                 std::string_view default_country);

  // The best match around the '@' at `at`, or from the token (or near it).
  // `secrets_only`: detectors of the secret class alone. `digits`: of the number that the token begins.
  Detection FindAt(std::string_view text, size_t at, bool secrets_only) const;
  Detection FindFrom(std::string_view text, const Token& token, int digits, bool secrets_only) const;

  const DetectorSpec& spec(uint16_t i) const { return detectors_[i].spec; }
  size_t size() const { return detectors_.size(); }
  Prefilter triggers() const { return trigger_words_.view(); }

 private:
  struct Detector {
    DetectorSpec spec;
    std::unique_ptr<const RE2> pattern;
    std::unique_ptr<const RE2> context;
    Validator validator = nullptr;
    std::vector<uint64_t> words;
  };
  Detectors() : trigger_words_(0, 64) {}
  void Better(uint16_t detector, std::string_view text, std::string_view found, Detection* best) const;
  bool Accept(const Detector& d, std::string_view text, std::string_view found) const;
  void TryAnchored(uint16_t i, std::string_view text, size_t from, Detection* best) const;
  void TryCovering(uint16_t i, std::string_view text, size_t begin, size_t end, size_t at,
                   Detection* best) const;

  std::vector<Detector> detectors_;
  PrefilterBits trigger_words_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_DETECTORS_H_
