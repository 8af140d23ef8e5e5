#include "text/detectors.h"

#include <algorithm>

#include "base/status.h"
#include "base/strings.h"
#include "fmt/format.h"

namespace understudy::text {
namespace {

constexpr size_t kAtWindow = 256;       // each side of an '@'
constexpr size_t kForwardWindow = 512;  // from a trigger on: longer secrets are found by their beginning
constexpr size_t kMixedWord = 10;       // letters and digits of so many bytes are long words too
constexpr size_t kNumberWindow = 96;    // the longest number with blanks
constexpr size_t kLineWindow = 64;      // each side of a house number
constexpr size_t kContextBefore = 48;   // "Date of birth of the above-named applicant: "
constexpr size_t kContextAfter = 16;
constexpr int64_t kPatternMemory = 4 << 20;  // for re2's state cache of one pattern

bool Continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Windows must not cut a UTF-8 sequence: re2 would see an invalid one.
size_t AlignDown(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && Continuation(text[at])) --at;
  return at;
}

constexpr size_t kMaxCountryLetters = 3;  // "CHE"
bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }
bool Breaks(char c) { return c == '\n' || c == '\r'; }
bool BreaksRun(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == '"'; }

re2::StringPiece Piece(std::string_view s) { return {s.data(), s.size()}; }

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

}  // namespace

// A secret before anything else (the password in a URL looks like the local part of an e-mail), then length.
void Detectors::Better(uint16_t detector, std::string_view text, std::string_view found,
                       Detection* best) const {
  const auto begin = static_cast<uint32_t>(found.data() - text.data());
  const auto end = static_cast<uint32_t>(begin + found.size());
  if (best->end != 0) {
    const bool had = spec(best->detector).secret, has = spec(detector).secret;
    if (had && !has) return;
    if (had == has && best->end - best->begin >= end - begin) return;
  }
  *best = {begin, end, detector};
}

absl::StatusOr<std::unique_ptr<const Detectors>> Detectors::Create(std::vector<DetectorSpec> specs,
                                                                   std::string_view default_country) {
  auto all = std::unique_ptr<Detectors>(new Detectors());
  for (DetectorSpec& spec : specs) {
    Detector d;
    d.pattern = Compile(spec.pattern);
    if (!d.pattern->ok()) {
      return UsageError(fmt::format("detector \"{}\": pattern: {}", spec.name, d.pattern->error()));
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
    for (const std::string& word : spec.words) {
      Token token;
      if (!NextToken(word, 0, &token) || token.end != word.size()) {
        return UsageError(fmt::format("detector \"{}\": \"{}\" is not one word", spec.name, word));
      }
      d.words.push_back(token.hash);
    }
    // Country names are compared here once; the others never run.
    if (!spec.countries.empty() &&
        std::find(spec.countries.begin(), spec.countries.end(), default_country) == spec.countries.end()) {
      continue;
    }
    for (uint64_t word : d.words) all->trigger_words_.Add(word);
    d.spec = std::move(spec);
    all->detectors_.push_back(std::move(d));
  }
  return std::unique_ptr<const Detectors>(std::move(all));
}

bool Detectors::Accept(const Detector& d, std::string_view text, std::string_view found) const {
  if (found.empty()) return false;
  if (d.validator != nullptr && !d.validator(found)) return false;
  if (d.context == nullptr) return true;
  const auto begin = static_cast<size_t>(found.data() - text.data());
  const size_t end = begin + found.size();
  const size_t from = AlignDown(text, begin > kContextBefore ? begin - kContextBefore : 0);
  const size_t to = AlignDown(text, std::min(text.size(), end + kContextAfter));
  return RE2::PartialMatch(Piece(text.substr(from, begin - from)), *d.context) ||
         RE2::PartialMatch(Piece(text.substr(end, to - end)), *d.context);
}

void Detectors::TryAnchored(uint16_t i, std::string_view text, size_t from, Detection* best) const {
  const Detector& d = detectors_[i];
  const size_t window = d.spec.trigger == Trigger::kDigits ? kNumberWindow : kForwardWindow;
  const size_t to = AlignDown(text, std::min(text.size(), from + window));
  re2::StringPiece groups[2];
  const int wanted = d.pattern->NumberOfCapturingGroups() > 0 ? 2 : 1;
  if (!d.pattern->Match(Piece(text), from, to, RE2::ANCHOR_START, groups, wanted)) return;
  const std::string_view found(groups[wanted - 1].data(), groups[wanted - 1].size());
  if (Accept(d, text, found)) Better(i, text, found, best);
}

void Detectors::TryCovering(uint16_t i, std::string_view text, size_t begin, size_t end, size_t at,
                            Detection* best) const {
  const Detector& d = detectors_[i];
  re2::StringPiece groups[2];
  const int wanted = d.pattern->NumberOfCapturingGroups() > 0 ? 2 : 1;
  for (size_t from = begin; from <= at;) {
    if (!d.pattern->Match(Piece(text), from, end, RE2::UNANCHORED, groups, wanted)) return;
    const auto match_begin = static_cast<size_t>(groups[0].data() - text.data());
    const size_t match_end = match_begin + groups[0].size();
    if (match_begin > at) return;
    if (match_end > at) {
      const std::string_view found(groups[wanted - 1].data(), groups[wanted - 1].size());
      if (Accept(d, text, found)) Better(i, text, found, best);
      return;
    }
    from = std::max(match_end, from + 1);
  }
}

Detection Detectors::FindAt(std::string_view text, size_t at, bool secrets_only) const {
  Detection best;
  size_t begin = at, end = at;
  while (begin > 0 && at - begin < kAtWindow && !BreaksRun(text[begin - 1])) --begin;
  while (end < text.size() && end - at < kAtWindow && !BreaksRun(text[end])) ++end;
  begin = AlignDown(text, begin);
  end = AlignDown(text, end);
  for (uint16_t i = 0; i < detectors_.size(); ++i) {
    const DetectorSpec& spec = detectors_[i].spec;
    if (spec.trigger != Trigger::kAt || (secrets_only && !spec.secret)) continue;
    TryCovering(i, text, begin, end, at, &best);
  }
  return best;
}

Detection Detectors::FindFrom(std::string_view text, const Token& token, int digits,
                              bool secrets_only) const {
  Detection best;
  const size_t size = token.end - token.begin;
  const bool is_long =
      size >= kLongWord || (token.has_digit && size >= kMixedWord) || text.substr(token.begin, 4) == "AIza";
  size_t signs = token.begin;  // where a '+' or '(' before the number begins
  while (signs > 0 && token.begin - signs < 2 && (text[signs - 1] == '+' || text[signs - 1] == '(')) --signs;
  // "DE 638 591 761": the country before the number, one blank away.
  size_t country = token.begin;
  if (signs == token.begin && country > 0 && !IsCapital(text[country - 1])) --country;
  if (country > 0 && country < token.begin && (static_cast<unsigned char>(text[country]) == 0xA0)) --country;
  size_t capitals = country;
  while (capitals > 0 && country - capitals < kMaxCountryLetters && IsCapital(text[capitals - 1])) --capitals;
  if (country - capitals < 2 || country == token.begin) capitals = token.begin;
  for (uint16_t i = 0; i < detectors_.size(); ++i) {
    const Detector& d = detectors_[i];
    if (secrets_only && !d.spec.secret) continue;
    switch (d.spec.trigger) {
      case Trigger::kAt:
        break;
      case Trigger::kDigits:
        if (digits == 0 || digits < d.spec.min_digits) break;
        if (signs < token.begin) TryAnchored(i, text, signs, &best);
        if (capitals < token.begin && d.spec.country_before) TryAnchored(i, text, capitals, &best);
        TryAnchored(i, text, token.begin, &best);
        break;
      case Trigger::kAround: {
        if (digits == 0 || !token.has_digit) break;
        size_t begin = token.begin, end = token.end;
        while (begin > 0 && token.begin - begin < kLineWindow && !Breaks(text[begin - 1])) --begin;
        while (end < text.size() && end - token.end < kLineWindow && !Breaks(text[end])) ++end;
        TryCovering(i, text, AlignDown(text, begin), AlignDown(text, end), token.begin, &best);
        break;
      }
      case Trigger::kWords:
        if (std::find(d.words.begin(), d.words.end(), token.hash) != d.words.end()) {
          TryAnchored(i, text, token.begin, &best);
        }
        break;
      case Trigger::kLong:
        if (is_long) TryAnchored(i, text, token.begin, &best);
        break;
    }
  }
  return best;
}

}  // namespace understudy::text
