// Text of the same shape without the content (lorem_words.h), plain and in HTML, where markup stays.
//
// Ownership: keeps scratch memory; the context's pseudonymiser and memories must outlive it.
// Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_LOREM_H_
#define UNDERSTUDY_TEXT_LOREM_H_

#include <string>
#include <string_view>
#include <vector>

#include "text/edits.h"
#include "text/html.h"
#include "text/lorem_words.h"

namespace understudy::text {

class Lorem {
 public:
  Lorem(const pseudonym::Pseudonymiser* pseudonymiser, Pool<LoremMemory>* memories)
      : words_(pseudonymiser, memories) {}

  // Each appends the new text to `out` and returns true if anything changed; when it returns false `out` is
  // as it was and the input stands.
  bool Plain(std::string_view text, std::string* out);
  bool Html(std::string_view html, std::string* out);
  void Rest() { words_.Rest(); }

 private:
  // `text` is of the raw text whose bytes begin at `raw`: the words that stay as long are written there.
  void ReplaceIn(DecodedText& text, Escape escape, char* raw);
  bool Finish(std::string_view raw, size_t before, std::string* out);

  LoremWords words_;
  EditList text_edits_, edits_;
  DecodedText html_text_, unit_text_;
  std::vector<HtmlUnit> units_;
  std::string patched_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_LOREM_H_
