#include "text/strict_codes.h"

#include <algorithm>

#include "text/tokens.h"

namespace understudy::text {
namespace {

bool LooksLikeCode(std::string_view word) {
  const auto digits = std::count_if(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits >= kMinCodeDigits;
}

}  // namespace

void StrictCodes::AddEdits(std::string_view text, const std::vector<Match>& matches, Replacer& replacer,
                           EditList* edits) {
  uint32_t done = 0;
  for (const Match& match : matches) {
    AddWords(text, done, match.begin, edits);
    replacer.Replace(text, match, edits);
    done = match.end;
  }
  AddWords(text, done, static_cast<uint32_t>(text.size()), edits);
}

void StrictCodes::AddWords(std::string_view text, uint32_t begin, uint32_t end, EditList* edits) {
  const std::string_view upto = text.substr(0, end);
  Token token;
  for (size_t at = begin; at < end && NextToken(upto, at, &token); at = token.end) {
    if (token.chars < kMinCodeChars || !token.has_digit) continue;
    const std::string_view word = text.substr(token.begin, token.end - token.begin);
    if (!LooksLikeCode(word)) continue;
    word_.clear();
    pseudonymiser_->Generate(pseudonym::Kind::kPlate, word, pseudonym::Context(), &word_);
    edits->Add(token.begin, token.end, word_);
  }
}

}  // namespace understudy::text
