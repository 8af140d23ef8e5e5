#include "text/finder.h"

#include <algorithm>

#include "text/email.h"
#include "text/unicode.h"

namespace understudy::text {
namespace {

using pseudonym::Kind;
using Entry = KnownValues::Entry;

constexpr size_t kMaxGapBytes = 16;
constexpr int kMaxGapMarks = 3;         // characters between two tokens that are no blanks
constexpr size_t kMaxCodeGap = 4;       // bytes between two groups of a code
constexpr uint32_t kMaxCodePrefix = 4;  // letters of a group without digits: "DE", "CHE"

// May these bytes stand between two tokens of one value?
bool ValueGap(std::string_view gap) {
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

// Between two groups of a code: blanks and - . / ( ) only, on one line.
bool CodeGap(std::string_view gap) {
  if (gap.size() > kMaxCodeGap) return false;
  for (size_t i = 0; i < gap.size();) {
    const CodePoint c = DecodeUtf8(gap, i);
    i += c.size;
    if (c.value == '\n' || c.value == '\r') return false;
    const bool sign = c.value == '-' || c.value == '.' || c.value == '/' || c.value == '(' ||
                      c.value == ')' || c.value == 0x2011 || c.value == 0x2013;
    if (!sign && (c.value == kInvalid || ClassOf(c.value) != CharClass::kBlank)) return false;
  }
  return true;
}

bool CodeGroup(const Token& t) {
  return t.ascii &&
         (t.has_digit || (t.starts_upper && (t.all_upper || t.chars == 1) && t.chars <= kMaxCodePrefix));
}

// Scripts without case can't be capitalised: every word may be a name.
bool Caseless(std::string_view text, const Token& token) {
  const CodePoint c = DecodeUtf8(text, token.begin);
  return c.size > 1 && c.value != kInvalid && FoldCase(c.value) == c.value && UpperCase(c.value) == c.value;
}

bool Capitalised(std::string_view text, const Token& token) {
  return token.starts_upper || Caseless(text, token);
}

// How many digits the number has that begins with this token: groups as in a phone or a card.
int DigitsOfNumber(std::string_view text, uint32_t begin) {
  constexpr size_t kLongest = 48;
  int digits = 0;
  char before = ' ';
  for (size_t i = begin; i < text.size() && i < begin + kLongest; ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      ++digits;
    } else if (c == '\n' || c == ',' || c == ';' || c == '<' || (c == ' ' && before == ' ')) {
      break;
    }
    before = c;
  }
  return digits;
}

}  // namespace

Finder::Finder(const KnownValues* known, const Detectors* detectors, bool audit)
    : known_(known), detectors_(detectors), audit_(audit) {
  if (detectors != nullptr) search_.emplace(*detectors, /*secrets_only=*/audit);
}

const std::vector<Match>& Finder::Find(std::string_view text, Where where) {
  text_ = text;
  where_ = where;
  matches_.clear();
  emails_.clear();
  next_email_ = 0;
  FindCandidates(text, known_ != nullptr ? known_->prefilter() : nothing_.view(),
                 detectors_ != nullptr ? detectors_->triggers() : nothing_.view(), &candidates_);
  if (search_.has_value()) search_->Begin(text);
  if (candidates_.at_count > 0) FindEmails();
  if (candidates_.word_count > 0) FindWords();
  for (; next_email_ < emails_.size(); ++next_email_) Keep(emails_[next_email_]);
  return matches_;
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
    if (!emails_.empty() && at < emails_.back().end) continue;
    Match best;
    const EmailExtent extent = FindEmail(text_, at);
    if (extent.end != 0 && known_ != nullptr) {
      scratch_.assign(text_.substr(extent.begin, extent.end - extent.begin));
      const bool wide = std::any_of(scratch_.begin(), scratch_.end(), [](char c) { return c < 0; });
      if (wide) {
        scratch_ = ToLower(scratch_);
      } else {
        for (char& c : scratch_) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
      }
      Entry entry;
      const uint64_t hash = EmailHash(scratch_);
      if (known_->Find(hash, &entry) && entry.final) {
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
      const Detection d = search_->At(at);
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
  for (size_t i = 0; i < candidates_.word_count; ++i) {
    const uint32_t at = candidates_.words[i];
    if (at < done) continue;
    while (next_email_ < emails_.size() && emails_[next_email_].begin <= at) {
      done = std::max(done, emails_[next_email_].end);
      Keep(emails_[next_email_++]);
    }
    if (at < done) continue;
    const uint32_t limit =
        next_email_ < emails_.size() ? emails_[next_email_].begin : static_cast<uint32_t>(text_.size());
    Token token;
    if (!NextToken(text_, at, &token) || token.begin != at) continue;
    Match best;
    if (known_ != nullptr) {
      if (known_->prefilter().Has(token.hash)) Sequence(token, limit, &best);
      if (token.has_digit && token.ascii) Codes(token, limit, &best);
    }
    if (search_.has_value()) Detect(token, &best);
    if (best.end == 0) continue;
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

bool Finder::Sequence(const Token& first, uint32_t limit, Match* best) {
  uint64_t sequence = first.hash;
  Token token = first;
  bool capitalised = true;
  bool found = false, left = false;
  for (size_t n = 1; n <= kMaxTokens; ++n) {
    Entry entry;
    if (!known_->Find(sequence, &entry)) break;
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
    if (!NextToken(text_, end, &token) || token.end > limit) break;
    if (!ValueGap(text_.substr(end, token.begin - end))) break;
    sequence = ExtendSequence(sequence, token.hash);
  }
  if (left && !found) ++counts_.left_common;
  return found;
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

void Finder::LookUpCode(uint64_t hash, uint32_t begin, uint32_t end, Match* best) const {
  if (!known_->prefilter().Has(hash)) return;
  Entry entry;
  if (!known_->Find(hash, &entry) || !entry.final || !IsCode(entry.kind)) return;
  if (end - begin <= best->end - best->begin) return;
  best->begin = begin;
  best->end = end;
  best->entry = entry;
  best->detector = -1;
  best->hash = hash;
}

void Finder::CodesFrom(const Token& first, uint32_t limit, Match* best) {
  char code[kMaxCodeChars], digits[kMaxCodeChars];
  size_t code_size = 0, digits_size = 0;
  bool all_digits = true;
  uint32_t begin = first.begin;
  const bool bracket = begin > 0 && text_[begin - 1] == '(';
  const uint32_t sign = begin - (bracket ? 1 : 0);
  const bool plus = sign > 0 && text_[sign - 1] == '+';
  if (plus) begin = sign - 1;
  Token token = first;
  for (;;) {
    const uint32_t size = token.end - token.begin;
    if (!CodeGroup(token) || token.end > limit || code_size + size > kMaxCodeChars) return;
    // "(0)": the trunk prefix that is not dialled after a country code.
    const bool trunk = size == 1 && text_[token.begin] == '0' && token.begin > 0 &&
                       text_[token.begin - 1] == '(' && token.end < text_.size() && text_[token.end] == ')' &&
                       code_size > 0;
    for (uint32_t i = token.begin; i < token.end; ++i) {
      const char c = text_[i];
      code[code_size++] = static_cast<char>(c >= 'a' ? c & ~0x20 : c);
      if (!trunk) digits[digits_size++] = c;
    }
    all_digits &= token.all_digits;
    if (code_size >= kMinCodeChars) {
      LookUpCode(CodeHash({code, code_size}), first.begin, token.end, best);
      std::string_view number(digits, digits_size);
      if (all_digits && digits_size >= kMinCodeChars) {
        const uint32_t from = plus ? begin : (bracket ? sign : begin);
        if (!plus && number.starts_with("00")) number.remove_prefix(2);
        LookUpCode(PhoneHash(number), from, token.end, best);
        if (!plus && number.starts_with("0")) LookUpCode(PhoneHash(number.substr(1)), from, token.end, best);
      }
    }
    const uint32_t end = token.end;
    if (!NextToken(text_, end, &token) || !CodeGap(text_.substr(end, token.begin - end))) return;
  }
}

bool Finder::Codes(const Token& token, uint32_t limit, Match* best) {
  const uint32_t before = best->end;
  CodesFrom(token, limit, best);
  // "DE 638 591 761", "B-XY 1234": up to two groups of capitals stand before the first digit.
  uint32_t at = token.begin;
  for (int groups = 0; groups < 2; ++groups) {
    uint32_t end = at;
    while (end > 0 && at - end < kMaxCodeGap && CodeGap(text_.substr(end - 1, at - end + 1))) --end;
    uint32_t begin = end;
    while (begin > 0 && end - begin <= kMaxCodePrefix && text_[begin - 1] >= 'A' && text_[begin - 1] <= 'Z')
      --begin;
    if (begin == end || end - begin > kMaxCodePrefix || end == at) break;
    if (!matches_.empty() && begin < matches_.back().end) break;
    Token prefix;
    if (!NextToken(text_, begin, &prefix) || prefix.begin != begin || prefix.end != end) break;
    CodesFrom(prefix, limit, best);
    at = begin;
  }
  return best->end != before;
}

void Finder::Detect(const Token& token, Match* best) {
  // A number that is known keeps its own extent, and a word that triggers nothing needs no pattern.
  if (best->end != 0 && IsCode(best->entry.kind)) return;
  if (!MayBeKey(text_, token) && !detectors_->triggers().Has(token.hash)) return;
  const int digits = token.has_digit && search_->wants_numbers() ? DigitsOfNumber(text_, token.begin) : 0;
  const Detection d = search_->From(token, digits);
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
