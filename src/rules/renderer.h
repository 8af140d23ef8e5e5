// One text → its new text, as an instruction says; and one field, whatever holds the text.
//
// DESIGN: Render() knows texts only. Edit() takes the field's bytes apart (jsonb, arrays, hstore) or converts
// them (numbers, dates) around it. The text given to a generator is the same in both COPY formats, so the
// result never depends on the format.
// Ownership: keeps scratch memory that grows to the largest value; a Pseudonymiser and a RewriteContext must
// outlive it. Threads: one worker at a time. Nothing is allocated per value in the steady state.
#ifndef UNDERSTUDY_RULES_RENDERER_H_
#define UNDERSTUDY_RULES_RENDERER_H_

#include <memory>
#include <string>
#include <string_view>

#include "base/byte_memo.h"
#include "copyformat/array_values.h"
#include "pseudonym/pseudonymiser.h"
#include "rules/row_program.h"
#include "rules/toolbox.h"
#include "text/rewriter.h"

namespace understudy::rules {

enum class Edited : uint8_t { kSame, kChanged, kMalformed };

class Renderer {
 public:
  Renderer(const RowProgram& program, const Toolbox& toolbox);

  // `value`: the field's true bytes in the program's format. `out` is cleared first and holds the new bytes
  // if the result is kChanged.
  Edited Edit(const Instruction& in, const pseudonym::Context& context, std::string_view value,
              std::string* out);

  // From now on what rewriting sees is noted; of the last Edit, or null (text/source_notes.h).
  void KeepNotes();
  const text::SourceNotes* notes() const { return notes_; }
  // A batch is over.
  void Rest();

 private:
  // Appends to `out`; false: the text stays.
  bool Render(const Instruction& in, const pseudonym::Context& context, std::string_view text,
              std::string* out);
  // Pseudonymiser::Generate, which answers what it was asked lately from memory: who answers mails, who sold.
  void Generate(const Instruction& in, const pseudonym::Context& context, std::string_view text,
                std::string* out);
  bool RenderJson(const Instruction& in, std::string_view text, std::string* out);
  Edited EditText(const Instruction& in, const pseudonym::Context& context, std::string_view value,
                  std::string* out);
  Edited EditTyped(const Instruction& in, const pseudonym::Context& context, std::string_view value,
                   std::string* out);
  Edited EditJson(const Instruction& in, const pseudonym::Context& context, std::string_view value,
                  std::string* out);
  Edited EditArray(const Instruction& in, const pseudonym::Context& context, std::string_view value,
                   std::string* out);

  const bool binary_;
  const pseudonym::Pseudonymiser* const pseudonymiser_;
  std::unique_ptr<text::Rewriter> rewriter_;
  const text::SourceNotes* notes_ = nullptr;
  std::string text_;
  std::string scratch_;
  copyformat::ArrayScratch array_;
  std::string key_;
  ByteMemo<120, 120, 12> pseudonyms_;
};

// Cuts `text` from `begin` on to `max_chars` code points.
void CutToChars(std::string* text, size_t begin, uint32_t max_chars);
// Appends blanks until `text` has `chars` code points, as char(n) is stored.
void PadToChars(std::string* text, uint32_t chars);
// All but the first and last characters replaced, the number of characters kept.
void AppendMasked(std::string_view text, uint32_t first, uint32_t last, std::string_view with,
                  std::string* out);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_RENDERER_H_
