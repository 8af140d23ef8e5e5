#include "text/finder.h"

#include <algorithm>

#include "text/email.h"
#include "text/unicode.h"

namespace understudy::text {
namespace {

using pseudonym::Kind;
using Entry = KnownValues::Entry;

constexpr size_t kMaxGapBytes = 16;
constexpr int kMaxGapMarks = 3;       // characters between two tokens that are no blanks
constexpr size_t kPrefetchAhead = 6;  // words; what is known of them is some hundred cycles away

// May these bytes stand between two tokens of one value?
bool ValueGap(std::string_view gap) {
  if (gap == " ") return true;  // as nearly all are
  if (gap.size() > kMaxGapBytes) return false;
  int marks = 0;
  for (size_t i = 0; i < gap.size();) {
    const CodePoint c = DecodeUtf8(gap, i);
    i += c.size;
    if (c.value == '@' || c.value == '<' || c.value == '>' || c.value == kInvalid) return false;
    if (ClassOf(c.value) == CharClass::kOther && ++marks > kMaxGapMarks) return false;
  }
  return true;
}

// Scripts without case can't be capitalised: every word may be a name.
bool Caseless(std::string_view text, const Token& token) {
  const CodePoint c = DecodeUtf8(text, token.begin);
  return c.size > 1 && c.value != kInvalid && FoldCase(c.value) == c.value && UpperCase(c.value) == c.value;
}

bool Capitalised(std::string_view text, const Token& token) {
  return token.starts_upper || Caseless(text, token);
}

}  // namespace

Finder::Finder(const KnownValues* known, const Detectors* detectors, bool audit, bool gated)
    : known_(known), detectors_(detectors), audit_(audit), gated_(gated) {
  if (detectors == nullptr) return;
  search_.emplace(*detectors, /*secrets_only=*/audit, gated);
}

const std::vector<Match>& Finder::Find(std::string_view text, Where where) {
  text_ = text;
  where_ = where;
  FindCandidates(text_, known_ != nullptr ? known_->prefilter() : Prefilter(),
                 detectors_ != nullptr ? detectors_->triggers() : Prefilter(), &candidates_);
  Search();
  return matches_;
}

const std::vector<Match>& Finder::FindNoted(std::string_view text, Where where, const SourceNotes& notes) {
  text_ = text;
  where_ = where;
  only_ = &notes;
  FindCandidates(text_, known_ != nullptr ? notes.view() : Prefilter(),
                 detectors_ != nullptr ? detectors_->triggers() : Prefilter(), &candidates_);
  Search();
  only_ = nullptr;
  return matches_;
}

void Finder::Search() {
  matches_.clear();
  emails_.clear();
  next_email_ = 0;
  if (search_.has_value()) search_->Begin(text_);
  if (candidates_.at_count > 0) FindEmails();
  if (candidates_.words.size() > 0) FindWords();
  for (; next_email_ < emails_.size(); ++next_email_) Keep(emails_[next_email_]);
  if (notes_ != nullptr) notes_->found |= !matches_.empty();
}

void Finder::Keep(const Match& match) {
  matches_.push_back(match);
  if (match.detector < 0) {
    ++counts_.known;
  } else {
    ++counts_.detected;
  }
}

void Finder::FindEmails() {
  for (size_t i = 0; i < candidates_.at_count; ++i) {
    const uint32_t at = candidates_.ats[i];
    if (!emails_.empty() && at < emails_.back().end) {
      if (notes_ != nullptr) notes_->all_emails = true;
      continue;
    }
    Match best;
    const EmailExtent extent = known_ != nullptr ? FindEmail(text_, at) : EmailExtent();
    if (extent.end != 0) {
      scratch_.assign(text_.substr(extent.begin, extent.end - extent.begin));
      const bool wide = std::any_of(scratch_.begin(), scratch_.end(), [](char c) { return c < 0; });
      if (wide) {
        scratch_ = ToLower(scratch_);
      } else {
        for (char& c : scratch_) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
      }
      Entry entry;
      const uint64_t hash = EmailHash(scratch_);
      const bool wanted = only_ == nullptr || only_->all_emails || only_->Has(hash);
      if (wanted && known_->Find(hash, &entry) && entry.final) {
        if (notes_ != nullptr) notes_->Add(hash);
        best.begin = static_cast<uint32_t>(extent.begin);
        best.end = static_cast<uint32_t>(extent.end);
        best.entry = entry;
        best.hash = hash;
      }
    }
    // Only a password in a URL beats a known address.
    const bool in_url = best.end != 0 && text_.substr(0, best.begin).ends_with("//");
    const bool after_colon = best.end != 0 && best.begin > 0 && text_[best.begin - 1] == ':';
    if (search_.has_value() && (best.end == 0 || in_url || after_colon)) {
      const Detection d = search_->At(at, /*secrets_only=*/best.end != 0);
      const bool secret = d.end != 0 && detectors_->spec(d.detector).secret;
      if (d.end != 0 && (secret || d.end - d.begin > best.end - best.begin)) {
        best = Match();
        best.begin = d.begin;
        best.end = d.end;
        best.detector = d.detector;
        best.entry.kind = detectors_->spec(d.detector).kind.value_or(Kind::kToken);
      }
    }
    if (best.end == 0 || (!emails_.empty() && best.begin < emails_.back().end)) continue;
    emails_.push_back(best);
  }
}

void Finder::FindWords() {
  uint32_t done = 0;
  for (size_t i = 0; i < candidates_.words.size(); ++i) {
    if (known_ != nullptr) Prefetch(i + kPrefetchAhead);
    const uint32_t at = candidates_.words[i].begin;
    if (at < done) {
      NoteCovered(i);
      continue;
    }
    while (next_email_ < emails_.size() && emails_[next_email_].begin <= at) {
      done = std::max(done, emails_[next_email_].end);
      Keep(emails_[next_email_++]);
    }
    if (at < done) {
      NoteCovered(i);
      continue;
    }
    const uint32_t limit =
        next_email_ < emails_.size() ? emails_[next_email_].begin : static_cast<uint32_t>(text_.size());
    Match best;
    stopped_ = false;
    const bool found = MatchFrom(i, limit, &best);
    if (notes_ != nullptr && (found || stopped_)) {
      Note(candidates_.words[i]);
      if (stopped_ && candidates_.words[i].Is(Candidate::kDigit)) NoteAnyCode();
    }
    if (!found) continue;
    if (best.detector < 0 && (best.entry.kind == Kind::kUrl || best.entry.kind == Kind::kSocial))
      ExtendUrl(&best);
    while (!matches_.empty() && best.begin <= matches_.back().begin) matches_.pop_back();
    if (!matches_.empty() && best.begin < matches_.back().end) continue;
    // A detection may reach over e-mails it covers; one that ends inside an e-mail is dropped.
    if (best.end > limit) {
      size_t covered = next_email_;
      while (covered < emails_.size() && emails_[covered].end <= best.end) ++covered;
      if (covered < emails_.size() && emails_[covered].begin < best.end) continue;
      next_email_ = covered;
    }
    Keep(best);
    done = best.end;
  }
}

void Finder::Note(const Candidate& word) {
  if (word.Is(Candidate::kKnown)) notes_->Add(word.hash);
}

void Finder::NoteCovered(size_t index) {
  if (notes_ == nullptr) return;
  const Candidate candidate = candidates_.words[index];
  Note(candidate);
  if (candidate.Is(Candidate::kDigit) && MayBeCode(index)) NoteCodeFrom(candidate.begin);
}

// The word itself, and with the next one, if that stands behind it: most values are two words.
void Finder::Prefetch(size_t index) const {
  if (index + 1 >= candidates_.words.size()) return;
  const Candidate word = candidates_.words[index], next = candidates_.words[index + 1];
  if (!word.Is(Candidate::kKnown)) return;
  known_->Prefetch(word.hash);
  if (next.begin - word.begin <= word.size() + 2) known_->Prefetch(ExtendSequence(word.hash, next.hash));
}

bool Finder::MayDetect(const Candidate& candidate) const {
  if (candidate.Is(Candidate::kTrigger | Candidate::kKey)) return true;
  return candidate.Is(Candidate::kDigit) && (search_->wants_numbers() || candidate.Is(Candidate::kWide) ||
                                             candidate.size() >= kMixedWord || !gated_);
}

bool Finder::MatchFrom(size_t index, uint32_t limit, Match* best) {
  const Candidate candidate = candidates_.words[index];
  // The token itself is read only when somebody needs more of it than the scan knows.
  Token token;
  const auto read = [&] {
    if (token.end != 0) return true;
    if (candidate.Is(Candidate::kWide)) return NextToken(text_, candidate.begin, &token);
    token = TokenOfWord(text_, candidate.begin, candidate.size(), candidate.hash);
    return true;
  };
  if (known_ != nullptr) {
    Entry entry;
    if (candidate.Is(Candidate::kKnown) && known_->Find(candidate.hash, &entry) && read())
      Sequence(token, entry, limit, best);
    const bool codes = only_ == nullptr || (only_->codes && MayBeNotedCode(candidate.begin));
    if (codes && candidate.Is(Candidate::kDigit) && (!gated_ || MayBeCode(index)) && read() && token.ascii)
      Codes(token, limit, best);
  }
  if (search_.has_value() && MayDetect(candidate)) {
    // What detectors ask of a token the scan knows.
    if (token.end == 0 && !candidate.Is(Candidate::kWide)) {
      token.begin = candidate.begin;
      token.end = candidate.begin + candidate.size();
      token.hash = candidate.hash;
      token.has_digit = candidate.Is(Candidate::kDigit);
    }
    if (read()) Detect(token, best);
  }
  return best->end != 0;
}

void Finder::Sequence(const Token& first, Entry entry, uint32_t limit, Match* best) {
  uint64_t sequence = first.hash;
  Token token = first;
  bool capitalised = true;
  bool found = false, left = false;
  for (size_t n = 1;; ++n) {
    capitalised &= token.all_digits || Capitalised(text_, token);
    // A code of letters shares the table, but is no sequence; its kinds never come from words.
    if (entry.final) {
      const bool accepted = n == 1 ? AcceptSingle(token, entry) : !entry.common || capitalised;
      left |= !accepted;
      if (accepted) {
        found = true;
        best->begin = first.begin;
        best->end = token.end;
        best->entry = entry;
        best->detector = -1;
        best->hash = sequence;
      }
    }
    if (!entry.continues || n == kMaxTokens) break;
    const uint32_t end = token.end;
    if (!NextToken(text_, end, &token)) break;
    if (token.end > limit) {
      stopped_ = true;
      break;
    }
    if (!ValueGap(text_.substr(end, token.begin - end))) break;
    sequence = ExtendSequence(sequence, token.hash);
    if (!known_->Find(sequence, &entry)) break;
  }
  if (left && !found) ++counts_.left_common;
}

// True at the beginning of the text, after . ! ? : and a bullet, and after a line break.
bool Finder::SentenceStart(uint32_t at, bool* after_honorific) const {
  *after_honorific = false;
  uint32_t i = at;
  bool stop = false;
  while (i > 0) {
    const char c = text_[i - 1];
    if (c == ' ' || c == '"' || c == '\'' || c == '(' || c == '\t' || c == '*' || c == '-') {
      --i;
      continue;
    }
    if (c == '\xA0' && i >= 2 && text_[i - 2] == '\xC2') {
      i -= 2;
      continue;
    }
    stop = c == '.' || c == '!' || c == '?' || c == ':' || c == '\n' || c == '\r' || c == '>' || c == ';';
    if (stop && c == '.') --i;
    break;
  }
  if (i == 0) return true;
  if (known_ != nullptr) {
    uint32_t begin = i;
    while (begin > 0 && i - begin < 24 &&
           ClassOf(static_cast<unsigned char>(text_[begin - 1])) != CharClass::kBlank &&
           text_[begin - 1] != '\n') {
      const auto c = static_cast<unsigned char>(text_[begin - 1]);
      if (c < 0x80 && ClassOf(c) == CharClass::kOther) break;
      --begin;
    }
    Token before;
    if (begin < i && NextToken(text_.substr(0, i), begin, &before)) {
      *after_honorific = known_->stop_words().Honorific(before.hash);
    }
  }
  return stop;
}

bool Finder::AcceptSingle(const Token& token, const Entry& entry) {
  if (where_ == Where::kCodeLike) return false;
  if (IsCode(entry.kind)) return true;
  const bool capitalised = Capitalised(text_, token);
  bool honorific = false;
  if (entry.common) {
    if (!capitalised) return false;
    const bool start = SentenceStart(token.begin, &honorific);
    return honorific || (!start && !token.all_upper && !(audit_ && entry.kind == Kind::kFirstName));
  }
  if (entry.kind == Kind::kFirstName) return capitalised && !audit_;
  if (capitalised) return true;
  return !audit_ && token.chars >= kMinLowerChars;
}

void Finder::Detect(const Token& token, Match* best) {
  // A number that is known keeps its own extent, and a word that triggers nothing needs no pattern.
  if (best->end != 0 && IsCode(best->entry.kind)) return;
  const Detection d = search_->From(token);
  if (d.end == 0) return;
  if (best->end != 0 && d.end - d.begin <= best->end - best->begin) return;
  *best = Match();
  best->begin = d.begin;
  best->end = d.end;
  best->detector = d.detector;
  best->entry.kind = detectors_->spec(d.detector).kind.value_or(Kind::kToken);
}

// The scheme and "www." belong to the address, as they do in the column.
void Finder::ExtendUrl(Match* match) const {
  const std::string_view before = text_.substr(0, match->begin);
  uint32_t begin = match->begin;
  if (before.ends_with("www.") || before.ends_with("WWW.")) begin -= 4;
  for (std::string_view scheme : {"https://", "http://"}) {
    if (text_.substr(0, begin).ends_with(scheme)) {
      begin -= static_cast<uint32_t>(scheme.size());
      break;
    }
  }
  if (matches_.empty() || matches_.back().end <= begin) match->begin = begin;
}

}  // namespace understudy::text
