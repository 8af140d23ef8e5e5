#include "text/detector_search.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "text/sixteen_bytes.h"

namespace understudy::text {
namespace {

constexpr size_t kAtWindow = 256;       // each side of an '@'
constexpr size_t kForwardWindow = 512;  // from a trigger on: longer secrets are found by their beginning
constexpr size_t kNumberWindow = 96;    // the longest number with blanks
constexpr size_t kLongestNumber = 48;   // within which its digits are counted; whole blocks of 16
constexpr size_t kLineWindow = 64;      // each side of a house number
constexpr size_t kContextBefore = 48;   // "Date of birth of the above-named applicant: "
constexpr size_t kContextAfter = 16;
constexpr int kMaxCuts = 2;               // words too many at the end of a number
constexpr size_t kMaxCountryLetters = 3;  // "CHE"

bool Continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Windows must not cut a UTF-8 sequence: re2 would see an invalid one.
size_t AlignDown(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && Continuation(text[at])) --at;
  return at;
}

bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }
bool Breaks(char c) { return c == '\n' || c == '\r'; }
constexpr struct RunBreaks {
  bool is[256] = {};
  constexpr RunBreaks() {
    for (int c = 0; c <= ' '; ++c) is[c] = true;
    for (const unsigned char c : {'<', '>', '"'}) is[c] = true;
  }
} kRunBreaks;
bool BreaksRun(char c) { return kRunBreaks.is[static_cast<unsigned char>(c)]; }

re2::StringPiece Piece(std::string_view s) { return {s.data(), s.size()}; }

}  // namespace

DetectorSearch::DetectorSearch(const Detectors& detectors, bool secrets_only, bool gated)
    : detectors_(detectors), gated_(gated) {
  size_t numbers = 0;
  for (uint16_t i = 0; i < static_cast<uint16_t>(detectors.size()); ++i) {
    const DetectorSpec& spec = detectors.spec(i);
    const size_t number = spec.trigger == Trigger::kDigits ? numbers++ : 0;
    if (secrets_only && !spec.secret) continue;
    switch (spec.trigger) {
      case Trigger::kAt:
        at_.push_back(i);
        literal_gates_ &= spec.gate.find_first_of("\\.+*?()|[]{}^$") == std::string::npos;
        all_gated_ &= !spec.gate.empty();
        secrets_gated_ &= !spec.secret || !spec.gate.empty();
        break;
      case Trigger::kDigits:
        if (number < PatternStarts::kMaxPatterns) {
          numbers_[number] = i;
          number_bits_ |= uint64_t{1} << number;
        } else {
          numbers_without_bit_.push_back(i);
        }
        break;
      case Trigger::kAround:
        around_.push_back(i);
        around_needs_near_ &= detectors[i].near;
        break;
      case Trigger::kWords:
        words_.push_back(i);
        break;
      case Trigger::kLong:
        long_.push_back(i);
        break;
    }
  }
}

DetectorSearch::~DetectorSearch() {
  if (gates_ != nullptr) detectors_.GiveBack(std::move(gates_));
}

void DetectorSearch::Borrow() {
  if (gated_ && gates_ == nullptr) gates_ = detectors_.BorrowGates();
}

void DetectorSearch::Begin(std::string_view text) {
  text_ = text;
  near_known_ = false;
  gate_in_text_.reset();
}

void DetectorSearch::FindNear() {
  if (near_known_) return;
  detectors_.near_words().Find(text_, &near_);
  near_known_ = true;
  near_from_ = 0;
}

bool DetectorSearch::NearAny(size_t begin, size_t end) {
  FindNear();
  // Numbers are asked about in their order, so that the hits before them are passed once.
  while (near_from_ > 0 && near_[near_from_ - 1].begin >= begin) --near_from_;
  while (near_from_ < near_.size() && near_[near_from_].begin < begin) ++near_from_;
  return near_from_ < near_.size() && near_[near_from_].begin < end;
}

bool DetectorSearch::Near(uint16_t detector, size_t begin, size_t end) {
  if (!NearAny(begin, end)) return false;
  for (size_t i = near_from_; i < near_.size() && near_[i].begin < end; ++i) {
    if (near_[i].tag == detector) return true;
  }
  return false;
}

bool DetectorSearch::Accept(const Detectors::Detector& d, std::string_view found) const {
  if (found.empty()) return false;
  if (d.validator != nullptr && !d.validator(found)) return false;
  if (d.context == nullptr) return true;
  const auto begin = static_cast<size_t>(found.data() - text_.data());
  const size_t end = begin + found.size();
  const size_t from = AlignDown(text_, begin > kContextBefore ? begin - kContextBefore : 0);
  const size_t to = AlignDown(text_, std::min(text_.size(), end + kContextAfter));
  return d.context->Match(Piece(text_), from, begin, RE2::UNANCHORED, nullptr, 0) ||
         d.context->Match(Piece(text_), end, to, RE2::UNANCHORED, nullptr, 0);
}

// A secret before anything else (the password in a URL looks like the local part of an e-mail), then length.
void DetectorSearch::Better(uint16_t detector, std::string_view found, Detection* best) const {
  const auto begin = static_cast<uint32_t>(found.data() - text_.data());
  const auto end = static_cast<uint32_t>(begin + found.size());
  if (best->end != 0) {
    const bool had = detectors_.spec(best->detector).secret, has = detectors_.spec(detector).secret;
    if (had && !has) return;
    const uint32_t old_size = best->end - best->begin, size = end - begin;
    if (had == has && (old_size > size || (old_size == size && best->detector < detector))) return;
  }
  *best = {begin, end, detector};
}

void DetectorSearch::TryAnchored(uint16_t i, size_t from, Detection* best) const {
  const Detectors::Detector& d = detectors_[i];
  const size_t window = d.spec.trigger == Trigger::kDigits ? kNumberWindow : kForwardWindow;
  const size_t to = AlignDown(text_, std::min(text_.size(), from + window));
  re2::StringPiece groups[2];
  const int wanted = d.pattern->NumberOfCapturingGroups() > 0 ? 2 : 1;
  if (!d.pattern->Match(Piece(text_), from, to, RE2::ANCHOR_START, groups, wanted)) return;
  std::string_view found(groups[wanted - 1].data(), groups[wanted - 1].size());
  // "BE31 7903 5976 9155 in the": the pattern took a short word for the last group. The validator knows
  // better.
  for (int cuts = 0; cuts <= kMaxCuts; ++cuts) {
    if (Accept(d, found)) {
      Better(i, found, best);
      return;
    }
    const size_t blank = found.rfind(' ');
    if (d.validator == nullptr || d.spec.trigger != Trigger::kDigits || blank == std::string_view::npos)
      return;
    found = found.substr(0, found.find_last_not_of(' ', blank) + 1);
  }
}

void DetectorSearch::TryCovering(uint16_t i, size_t begin, size_t end, size_t at, Detection* best) const {
  const Detectors::Detector& d = detectors_[i];
  re2::StringPiece groups[2];
  const int wanted = d.pattern->NumberOfCapturingGroups() > 0 ? 2 : 1;
  for (size_t from = begin; from <= at;) {
    if (!d.pattern->Match(Piece(text_), from, end, RE2::UNANCHORED, groups, wanted)) return;
    const auto match_begin = static_cast<size_t>(groups[0].data() - text_.data());
    const size_t match_end = match_begin + groups[0].size();
    if (match_begin > at) return;
    if (match_end > at) {
      const std::string_view found(groups[wanted - 1].data(), groups[wanted - 1].size());
      if (Accept(d, found)) Better(i, found, best);
      return;
    }
    from = std::max(match_end, from + 1);
  }
}

bool DetectorSearch::GateInText() {
  if (!literal_gates_) return true;
  if (!gate_in_text_.has_value()) gate_in_text_ = GatesOpen(0, text_.size());
  return *gate_in_text_;
}

bool DetectorSearch::GatesOpen(size_t begin, size_t end) {
  if (literal_gates_) {
    const std::string_view run = text_.substr(begin, end - begin);
    return std::any_of(at_.begin(), at_.end(), [&](uint16_t i) {
      const std::string& gate = detectors_.spec(i).gate;
      return !gate.empty() && run.find(gate) != std::string_view::npos;
    });
  }
  Borrow();
  return gates_->at != nullptr && gates_->at->Match(Piece(text_), begin, end, RE2::UNANCHORED, nullptr, 0);
}

Detection DetectorSearch::At(size_t at, bool secrets_only) {
  Detection best;
  if (gated_ && (secrets_only ? secrets_gated_ : all_gated_) && !GateInText()) return best;
  size_t begin = at, end = at;
  while (begin > 0 && at - begin < kAtWindow && !BreaksRun(text_[begin - 1])) --begin;
  while (end < text_.size() && end - at < kAtWindow && !BreaksRun(text_[end])) ++end;
  begin = AlignDown(text_, begin);
  end = AlignDown(text_, end);
  const bool open = !gated_ || GatesOpen(begin, end);
  for (uint16_t i : at_) {
    if (secrets_only && !detectors_.spec(i).secret) continue;
    if (open || detectors_.spec(i).gate.empty()) TryCovering(i, begin, end, at, &best);
  }
  return best;
}

DetectorSearch::Starts DetectorSearch::StartsOf(const Token& token) const {
  Starts starts{token.begin, token.begin, token.begin};
  while (starts.signs > 0 && token.begin - starts.signs < 2 &&
         (text_[starts.signs - 1] == '+' || text_[starts.signs - 1] == '(')) {
    --starts.signs;
  }
  // "DE 638 591 761": the country before the number, one blank away.
  size_t country = token.begin;
  if (starts.signs == token.begin && country > 0 && !IsCapital(text_[country - 1])) --country;
  if (country > 0 && country < token.begin && (static_cast<unsigned char>(text_[country]) == 0xA0)) --country;
  size_t capitals = country;
  while (capitals > 0 && country - capitals < kMaxCountryLetters && IsCapital(text_[capitals - 1]))
    --capitals;
  if (country - capitals >= 2 && country != token.begin) starts.capitals = capitals;
  return starts;
}

uint64_t DetectorSearch::Possible(const Starts& starts) const {
  const PatternStarts& patterns = detectors_.number_starts();
  uint64_t possible = patterns.At(text_, starts.token);
  if (starts.signs < starts.token) possible |= patterns.At(text_, starts.signs);
  if (starts.capitals < starts.token) possible |= patterns.At(text_, starts.capitals);
  return possible & number_bits_;
}

// How many digits the number has that begins with a token: groups as in a phone or a card.
int DetectorSearch::DigitsOfNumber(size_t begin) const {
  int digits = 0;
  uint32_t blank_before = 0;  // the first bit: is the byte before this block a blank?
  for (size_t at = begin; at < text_.size() && at < begin + kLongestNumber; at += SixteenBytes::kBytes) {
    const SixteenBytes sixteen = SixteenAt(text_, at);
    const uint32_t blanks = sixteen.Are(' ');
    const uint32_t stops = sixteen.Are('\n') | sixteen.Are(',') | sixteen.Are(';') | sixteen.Are('<') |
                           (blanks & (blanks << 1 | blank_before));
    // The bits below the first stop; all if there is none.
    digits += std::popcount(sixteen.digits() & (stops - 1) & ~stops);
    if (stops != 0) break;
    blank_before = blanks >> (SixteenBytes::kBytes - 1);
  }
  return digits;
}

void DetectorSearch::FromNumber(const Token& token, Detection* best) {
  const Starts starts = StartsOf(token);
  const uint64_t possible = gated_ ? Possible(starts) : number_bits_;
  if (possible == 0 && numbers_without_bit_.empty()) return;
  const int digits = DigitsOfNumber(token.begin);
  const size_t first = std::min(starts.signs, starts.capitals);
  const size_t near_begin = first > kContextBefore ? first - kContextBefore : 0;
  const size_t near_end = starts.token + kNumberWindow + kContextAfter;
  const auto each = [&](uint16_t i) {
    const Detectors::Detector& d = detectors_[i];
    if (digits < d.spec.min_digits) return;
    if (gated_ && d.near && !Near(i, near_begin, near_end)) return;
    if (starts.signs < starts.token) TryAnchored(i, starts.signs, best);
    if (starts.capitals < starts.token && d.spec.country_before) TryAnchored(i, starts.capitals, best);
    TryAnchored(i, starts.token, best);
  };
  for (uint64_t bits = possible; bits != 0; bits &= bits - 1) each(numbers_[std::countr_zero(bits)]);
  for (uint16_t i : numbers_without_bit_) each(i);
}

void DetectorSearch::AroundNumber(const Token& token, Detection* best) {
  constexpr size_t kWidestBefore = kLineWindow + kContextBefore, kWidestAfter = kLineWindow + kContextAfter;
  if (gated_ && around_needs_near_ &&
      !NearAny(token.begin > kWidestBefore ? token.begin - kWidestBefore : 0, token.end + kWidestAfter)) {
    return;
  }
  size_t begin = token.begin, end = 0;  // of the window, once it is needed
  for (uint16_t i : around_) {
    const Detectors::Detector& d = detectors_[i];
    // Context words may stand outside of the window; the words that a pattern needs lie inside.
    const size_t before = kLineWindow + (d.context != nullptr ? kContextBefore : 0);
    const size_t after = kLineWindow + (d.context != nullptr ? kContextAfter : 0);
    if (gated_ && d.near && !Near(i, token.begin > before ? token.begin - before : 0, token.end + after))
      continue;
    if (end == 0) {
      end = token.end;
      while (begin > 0 && token.begin - begin < kLineWindow && !Breaks(text_[begin - 1])) --begin;
      while (end < text_.size() && end - token.end < kLineWindow && !Breaks(text_[end])) ++end;
      begin = AlignDown(text_, begin);
      end = AlignDown(text_, end);
    }
    if (gated_ && d.near && d.context == nullptr && !Near(i, begin, end)) continue;
    TryCovering(i, begin, end, token.begin, best);
  }
}

Detection DetectorSearch::From(const Token& token) {
  Detection best;
  const size_t size = token.end - token.begin;
  // A digit so far behind the beginning of a word is no number's.
  if (token.has_digit && (size <= kLongestNumber || DigitsOfNumber(token.begin) > 0)) {
    if (has_numbers()) FromNumber(token, &best);
    if (!around_.empty()) AroundNumber(token, &best);
  }
  if (!gated_ || detectors_.triggers().Has(token.hash)) {
    for (uint16_t i : words_) {
      const std::vector<uint64_t>& words = detectors_[i].words;
      if (std::find(words.begin(), words.end(), token.hash) != words.end())
        TryAnchored(i, token.begin, &best);
    }
  }
  if (MayBeKey(text_, token) || (token.has_digit && size >= kMixedWord)) {
    for (uint16_t i : long_) {
      if (!gated_ || detectors_[i].MayBegin(text_.substr(token.begin))) TryAnchored(i, token.begin, &best);
    }
  }
  return best;
}

}  // namespace understudy::text
