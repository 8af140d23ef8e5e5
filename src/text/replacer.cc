#include "text/replacer.h"

#include <algorithm>

#include "text/unicode.h"

namespace understudy::text {
namespace {

using pseudonym::Kind;

// May a blank beyond ASCII begin with this byte? (U+00A0, U+1680, U+2000 to U+205F, U+3000)
bool MayBeginWideBlank(unsigned char c) { return c == 0xC2 || (c >= 0xE1 && c <= 0xE3); }

// The bytes of the blank at `at`; 0 if there is none. Bytes inside a letter are none, too.
uint32_t BlankAt(std::string_view text, size_t at) {
  const auto b = static_cast<unsigned char>(text[at]);
  if (b < 0x80) return ClassOf(b) == CharClass::kBlank;
  if (!MayBeginWideBlank(b)) return 0;
  const CodePoint c = DecodeUtf8(text, at);
  return c.value != kInvalid && ClassOf(c.value) == CharClass::kBlank ? c.size : 0;
}

// Blanks are single spaces, none at either end.
bool IsCollapsed(std::string_view s) {
  bool space = true, collapsed = true;
  for (char c : s) {
    const auto b = static_cast<unsigned char>(c);
    collapsed &= b >= ' ' && !MayBeginWideBlank(b) && !(space && c == ' ');
    space = c == ' ';
  }
  return collapsed && !space;
}

// Appends `s` with every run of blanks as one space.
void AppendCollapsed(std::string_view s, std::string* out) {
  if (IsCollapsed(s)) {
    out->append(s);
    return;
  }
  bool pending = false;
  for (size_t i = 0; i < s.size();) {
    const uint32_t blank = BlankAt(s, i);
    if (blank > 0) {
      pending = true;
      i += blank;
      continue;
    }
    if (pending && !out->empty()) out->push_back(' ');
    pending = false;
    out->push_back(s[i++]);
  }
}

// Upper or lower case if the original is all of one.
void MatchCase(std::string_view original, std::string_view replacement, std::string* out) {
  bool upper = false, lower = false;
  size_t letters = 0;
  for (size_t i = 0; i < original.size() && !(upper && lower);) {
    const CodePoint c = DecodeUtf8(original, i);
    i += c.size;
    if (c.value == kInvalid) continue;
    const bool is_upper = IsUpper(c.value);
    const bool is_lower = !is_upper && UpperCase(c.value) != c.value;
    upper |= is_upper;
    lower |= is_lower;
    letters += is_upper || is_lower;
  }
  const bool to_upper = letters >= 2 && upper && !lower;
  const bool to_lower = letters >= 1 && lower && !upper;
  if (!to_upper && !to_lower) {
    out->assign(replacement);
    return;
  }
  out->clear();
  for (size_t i = 0; i < replacement.size();) {
    const CodePoint c = DecodeUtf8(replacement, i);
    if (c.value == kInvalid) {
      out->append(replacement.substr(i, c.size));
    } else {
      AppendCodePoint(to_upper ? UpperCase(c.value) : FoldCase(c.value), out);
    }
    i += c.size;
  }
}

size_t CountWords(std::string_view s) {
  return s.empty() ? 0 : static_cast<size_t>(std::count(s.begin(), s.end(), ' ')) + 1;
}

bool IsNameKind(Kind kind) {
  return kind == Kind::kName || kind == Kind::kFirstName || kind == Kind::kSurname;
}

}  // namespace

Replacer::Replacer(const RewriteContext& context)
    : context_(context), cache_(PoolOf(context.memories, &Memories::replacements)) {}

pseudonym::Context Replacer::ContextOf(const Match& match) const {
  pseudonym::Context context;
  if (match.detector < 0 && context_.known_values != nullptr) {
    const ValueContext& own = context_.known_values->context(match.entry.context);
    context.country = own.country;
    context.language = own.language;
    context.entity = own.entity;
  }
  if (context.country.empty()) context.country = context_.default_country;
  return context;
}

void Replacer::Tokens(std::string_view text, const Match& match) {
  tokens_.clear();
  Token token;
  for (size_t at = match.begin; at < match.end && NextToken(text.substr(0, match.end), at, &token);
       at = token.end) {
    tokens_.push_back(token);
  }
}

void Replacer::Join(std::string_view text, size_t from, size_t to, bool plain_gaps, std::string* out) const {
  if (!plain_gaps) {
    AppendCollapsed(text.substr(tokens_[from].begin, tokens_[to - 1].end - tokens_[from].begin), out);
    return;
  }
  for (size_t i = from; i < to; ++i) {
    const bool glued = tokens_[i].solo && i > from && tokens_[i].begin == tokens_[i - 1].end;
    if (i > from && !glued) out->push_back(' ');
    out->append(text.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin));
  }
}

void Replacer::LayOver(std::string_view text, Part part, std::string_view replacement, EditList* edits) {
  const size_t wanted = CountWords(replacement);
  if (wanted < 2) {
    edits->Add(part.begin, part.end, replacement);
    return;
  }
  words_.clear();
  bool blank = true;
  for (uint32_t i = part.begin; i < part.end;) {
    const uint32_t size = BlankAt(text.substr(0, part.end), i);
    if (size == 0 && blank) words_.push_back({i, i});
    blank = size > 0;
    i += blank ? size : 1;
    if (!blank) words_.back().end = i;
  }
  if (words_.size() == wanted) {
    for (const Part& word : words_) {
      const size_t space = std::min(replacement.find(' '), replacement.size());
      edits->Add(word.begin, word.end, replacement.substr(0, space));
      replacement.remove_prefix(std::min(space + 1, replacement.size()));
    }
    return;
  }
  edits->Add(part.begin, part.end, replacement);
}

void Replacer::Reversed(std::string_view text, const Match& match, EditList* edits) {
  const size_t surname =
      std::min<size_t>(std::max<size_t>(match.entry.surname_tokens, 1), tokens_.size() - 1);
  value_.clear();
  surname_.clear();
  Join(text, surname, tokens_.size(), match.entry.plain_gaps, &value_);
  Join(text, 0, surname, surname == 1, &surname_);
  value_.push_back(' ');
  value_ += surname_;
  result_.clear();
  surname_result_.clear();
  const pseudonym::Context context = ContextOf(match);
  context_.pseudonymiser->Generate(Kind::kName, value_, context, &result_);
  context_.pseudonymiser->Generate(Kind::kSurname, surname_, context, &surname_result_);
  std::string_view first = result_, last = surname_result_;
  if (first.size() > last.size() && first.ends_with(last) && first[first.size() - last.size() - 1] == ' ') {
    first.remove_suffix(last.size() + 1);
  } else {
    const size_t space = first.rfind(' ');
    last = space == std::string_view::npos ? first : first.substr(space + 1);
    first = space == std::string_view::npos ? std::string_view() : first.substr(0, space);
  }
  const Part parts[2] = {{tokens_[0].begin, tokens_[surname - 1].end},
                         {tokens_[surname].begin, tokens_.back().end}};
  const std::string_view results[2] = {last, first};
  for (int i = 0; i < 2; ++i) {
    MatchCase(text.substr(parts[i].begin, parts[i].end - parts[i].begin), results[i], &cased_);
    LayOver(text, parts[i], cased_, edits);
  }
}

void Replacer::Pseudonym(std::string_view text, const Match& match, std::string* out) {
  value_.clear();
  if (match.detector < 0 && !IsCode(match.entry.kind) && match.entry.plain_gaps) {
    Tokens(text, match);
    const size_t split =
        match.entry.reversed && tokens_.size() > 1
            ? std::min<size_t>(std::max<size_t>(match.entry.surname_tokens, 1), tokens_.size() - 1)
            : 0;
    Join(text, split, tokens_.size(), true, &value_);
    if (split > 0) {
      value_.push_back(' ');
      Join(text, 0, split, true, &value_);
    }
  } else {
    AppendCollapsed(text.substr(match.begin, match.end - match.begin), &value_);
  }
  context_.pseudonymiser->Generate(match.entry.kind, value_, ContextOf(match), out);
}

void Replacer::ReplaceAll(std::string_view text, const std::vector<Match>& matches, EditList* edits) {
  // First all places, so that their memory is on its way when the first is read.
  cache_places_.clear();
  for (const Match& match : matches) cache_places_.push_back(cache_->PlaceOf(text, match));
  for (size_t i = 0; i < matches.size(); ++i) Replace(text, matches[i], cache_places_[i], edits);
}

void Replacer::Replace(std::string_view text, const Match& match, size_t place, EditList* edits) {
  if (cache_->Find(text, match, place, edits)) return;
  const size_t first = edits->edits().size();
  MakeEdits(text, match, edits);
  cache_->Add(text, match, place, *edits, first);
}

void Replacer::MakeEdits(std::string_view text, const Match& match, EditList* edits) {
  const std::string_view original = text.substr(match.begin, match.end - match.begin);
  if (match.detector >= 0) {
    const DetectorSpec& spec = context_.detectors->spec(static_cast<uint16_t>(match.detector));
    if (!spec.kind.has_value()) {
      edits->Add(match.begin, match.end, spec.replacement);
      return;
    }
  }
  if (match.entry.reversed) {
    Tokens(text, match);
    if (tokens_.size() > 1) {
      Reversed(text, match, edits);
      return;
    }
  }
  result_.clear();
  Pseudonym(text, match, &result_);
  if (IsNameKind(match.entry.kind)) {
    MatchCase(original, result_, &cased_);
    result_.swap(cased_);
    // "ada.okonkwo": the slug's own sign between the words.
    bool blank = false;
    for (size_t i = 0; i < original.size(); ++i) blank |= BlankAt(original, i) > 0;
    if (!blank && tokens_.size() > 1 && match.entry.plain_gaps) {
      const char sign = text[tokens_[0].end];
      if (tokens_[1].begin == tokens_[0].end + 1) std::replace(result_.begin(), result_.end(), ' ', sign);
    }
  }
  LayOver(text, {match.begin, match.end}, result_, edits);
}

}  // namespace understudy::text
