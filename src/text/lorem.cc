#include "text/lorem.h"

namespace understudy::text {

std::string_view LoremWords::PseudonymOf(std::string_view word, const Token& token) {
  // A token's hash knows no case, a pseudonym does.
  const uint64_t hash = token.hash ^ (token.starts_upper ? kMix1 : 0) ^ (token.all_upper ? kMix2 : 0);
  if (const auto known = known_.Find(word, hash); known.has_value()) return *known;
  pseudonym::Kind kind = pseudonym::Kind::kText;
  if (token.all_digits) {
    kind = pseudonym::Kind::kNumber;
  } else if (token.has_digit) {
    kind = pseudonym::Kind::kPlate;
  }
  word_.clear();
  pseudonymiser_->Generate(kind, word, {}, &word_);
  known_.Put(word, hash, word_);
  return word_;
}

void LoremWords::AddEdits(std::string_view text, EditList* edits) {
  Token token;
  for (size_t at = 0; NextToken(text, at, &token); at = token.end) {
    edits->Add(token.begin, token.end, PseudonymOf(text.substr(token.begin, token.end - token.begin), token));
  }
}

}  // namespace understudy::text
