// From what was found to what stands there instead: the very pseudonym that the value's own column gets.
//
// DESIGN
//   The value is put together from the text as its column has it (single blanks, First Last), given to the
//   pseudonymiser with the column's context, and the result is laid over the text: word by word where the
//   numbers of words agree, so that blanks, line breaks and markup between them stay; the first name and the
//   surname of *Last, First* each at its place; upper and lower case as in the text.
// Ownership: keeps scratch memory; the context must outlive it. Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_REPLACER_H_
#define UNDERSTUDY_TEXT_REPLACER_H_

#include <string>
#include <string_view>
#include <vector>

#include "text/edits.h"
#include "text/finder.h"
#include "text/memories.h"
#include "text/rewriter.h"

namespace understudy::text {

class Replacer {
 public:
  explicit Replacer(const RewriteContext& context);
  // Appends the edits that replace `match` in `text`.
  void Replace(std::string_view text, const Match& match, EditList* edits) {
    Replace(text, match, cache_->PlaceOf(text, match), edits);
  }
  // Those of all matches, in their order.
  void ReplaceAll(std::string_view text, const std::vector<Match>& matches, EditList* edits);
  // Hands back the cache, for others.
  void Rest() { cache_.Return(); }
  // The pseudonym of the whole value alone, in its own order: what the audit compares.
  void Pseudonym(std::string_view text, const Match& match, std::string* out);

 private:
  struct Part {
    uint32_t begin;
    uint32_t end;
  };
  void Replace(std::string_view text, const Match& match, size_t place, EditList* edits);
  void MakeEdits(std::string_view text, const Match& match, EditList* edits);
  pseudonym::Context ContextOf(const Match& match) const;
  void Reversed(std::string_view text, const Match& match, EditList* edits);
  void Tokens(std::string_view text, const Match& match);
  // The text of tokens [from, to), gaps as the column has them.
  void Join(std::string_view text, size_t from, size_t to, bool plain_gaps, std::string* out) const;
  void LayOver(std::string_view text, Part part, std::string_view replacement, EditList* edits);

  const RewriteContext& context_;
  Loan<ReplacementCache> cache_;
  std::vector<size_t> cache_places_;
  std::vector<Token> tokens_;
  std::vector<Part> words_;
  std::string value_, surname_, result_, surname_result_, cased_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_REPLACER_H_
