#include "text/lorem.h"

#include "text/tokens.h"

namespace understudy::text {

void LoremWords::AddEdits(std::string_view text, EditList* edits) {
  Token token;
  for (size_t at = 0; NextToken(text, at, &token); at = token.end) {
    pseudonym::Kind kind = pseudonym::Kind::kText;
    if (token.all_digits) {
      kind = pseudonym::Kind::kNumber;
    } else if (token.has_digit) {
      kind = pseudonym::Kind::kPlate;
    }
    word_.clear();
    pseudonymiser_->Generate(kind, text.substr(token.begin, token.end - token.begin), {}, &word_);
    edits->Add(token.begin, token.end, word_);
  }
}

}  // namespace understudy::text
