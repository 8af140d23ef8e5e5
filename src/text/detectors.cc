#include "text/detectors.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "base/strings.h"
#include "fmt/format.h"

namespace understudy::text {
namespace {

constexpr int64_t kPatternMemory = 4 << 20;  // for re2's state cache of one pattern

std::unique_ptr<const RE2> Compile(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  return std::make_unique<const RE2>(pattern, options);
}

std::string ContextPattern(const std::vector<std::string>& words) {
  std::string pattern = "(?i)(?:^|[^\\pL])(?:";
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) pattern += '|';
    pattern += RE2::QuoteMeta(words[i]);
  }
  return pattern + ")";
}

// One pattern for all; null if there is none.
std::unique_ptr<const RE2> AnyOf(const std::vector<std::string_view>& patterns) {
  if (patterns.empty()) return nullptr;
  std::string joined;
  for (std::string_view pattern : patterns) {
    if (!joined.empty()) joined += '|';
    joined.append("(?:").append(pattern).append(")");
  }
  return Compile(joined);
}

absl::Status HashWords(const DetectorSpec& spec, std::vector<uint64_t>* hashes) {
  for (const std::string& word : spec.words) {
    Token token;
    if (!NextToken(word, 0, &token) || token.end != word.size()) {
      return UsageError(fmt::format("detector \"{}\": \"{}\" is not one word", spec.name, word));
    }
    hashes->push_back(token.hash);
  }
  return absl::OkStatus();
}

// The words without which the detector finds nothing; false if there are none, or one is too short to be
// looked for, so that the detector must be tried everywhere.
bool AddNearWords(const DetectorSpec& spec, uint16_t number, std::vector<LiteralScan::Word>* out) {
  if (spec.trigger != Trigger::kAround && spec.trigger != Trigger::kDigits) return false;
  // Context is asked first: its words are rarer than those of a pattern.
  const bool context = !spec.context.empty();
  const std::vector<std::string>& words = context ? spec.context : spec.words;
  if (words.empty()) return false;
  for (const std::string& word : words) {
    if (word.size() < LiteralScan::kMinBytes) return false;
  }
  for (const std::string& word : words) {
    const bool ends_a_word = !context && (word.back() | 0x20) >= 'a' && (word.back() | 0x20) <= 'z';
    out->push_back({word, number, context, ends_a_word});
  }
  return true;
}

// As the pattern is anchored, what it matches lies between two strings that re2 knows, unless it asks what
// stands before it.
void ReadFirstBytes(Detectors::Detector* d) {
  constexpr int kFew = 4;  // bytes of them
  const std::string& pattern = d->spec.pattern;
  const size_t edge = std::min(pattern.find("\\b"), pattern.size());
  const bool asks = pattern.find_first_of("^$") != std::string::npos ||
                    pattern.find("\\B") != std::string::npos || edge + 2 < pattern.size();
  std::string least, most;
  if (asks || !d->pattern->PossibleMatchRange(&least, &most, kFew) || least.empty() || most.empty()) return;
  d->first = static_cast<unsigned char>(least[0]);
  d->last = static_cast<unsigned char>(most[0]);
  const auto differs = std::mismatch(least.begin(), least.end(), most.begin(), most.end());
  d->prefix.assign(least.begin(), differs.first);
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Detectors>> Detectors::Create(std::vector<DetectorSpec> specs,
                                                                   std::string_view default_country) {
  auto all = std::unique_ptr<Detectors>(new Detectors());
  std::vector<LiteralScan::Word> near_words;
  for (DetectorSpec& spec : specs) {
    Detector d;
    d.pattern = Compile(spec.pattern);
    if (!d.pattern->ok()) {
      return UsageError(fmt::format("detector \"{}\": pattern: {}", spec.name, d.pattern->error()));
    }
    if (!spec.gate.empty() && !Compile(spec.gate)->ok()) {
      return UsageError(fmt::format("detector \"{}\": gate: {}", spec.name, Compile(spec.gate)->error()));
    }
    if (!spec.validator.empty()) {
      d.validator = FindValidator(spec.validator);
      if (d.validator == nullptr) {
        return UsageError(fmt::format("detector \"{}\": no validator \"{}\"{}", spec.name, spec.validator,
                                      DidYouMean(spec.validator, ValidatorNames())));
      }
    }
    if (!spec.context.empty()) d.context = Compile(ContextPattern(spec.context));
    if (spec.trigger == Trigger::kWords && spec.words.empty()) {
      return UsageError(fmt::format("detector \"{}\": it is triggered by words, but names none", spec.name));
    }
    if (spec.trigger == Trigger::kWords) RETURN_IF_ERROR(HashWords(spec, &d.words));
    // Country names are compared here once; the others never run.
    if (!spec.countries.empty() &&
        std::find(spec.countries.begin(), spec.countries.end(), default_country) == spec.countries.end()) {
      continue;
    }
    for (uint64_t word : d.words) all->trigger_words_.Add(word);
    d.near = AddNearWords(spec, static_cast<uint16_t>(all->detectors_.size()), &near_words);
    d.spec = std::move(spec);
    if (d.spec.trigger == Trigger::kLong) ReadFirstBytes(&d);
    all->detectors_.push_back(std::move(d));
  }
  all->near_words_ = LiteralScan(std::move(near_words));
  std::vector<std::string_view> numbers;
  for (const Detector& d : all->detectors_) {
    if (d.spec.trigger == Trigger::kDigits && numbers.size() < PatternStarts::kMaxPatterns)
      numbers.push_back(d.spec.pattern);
  }
  all->number_starts_ = PatternStarts(numbers);
  return std::unique_ptr<const Detectors>(std::move(all));
}

std::unique_ptr<DetectorGates> Detectors::BorrowGates() const {
  if (std::unique_ptr<DetectorGates> gates = idle_gates_.Take(); gates != nullptr) return gates;
  std::vector<std::string_view> at;
  for (const Detector& d : detectors_) {
    if (d.spec.trigger == Trigger::kAt && !d.spec.gate.empty()) at.push_back(d.spec.gate);
  }
  auto gates = std::make_unique<DetectorGates>();
  gates->at = AnyOf(at);
  return gates;
}

}  // namespace understudy::text
