// Free text: finds what is personal in it and puts the pseudonym there that the value's own column gets.
//
// DESIGN
//   A filter chain. A vector scan finds candidates ('@', digit runs, capitalised tokens); known values
//   (known_values.h: hashes of normalised token sequences gathered from the identifying columns in the same
//   snapshot) and detectors (re2 pattern + validator + context words) look only there. Everything else is
//   copied through. Rewriting is idempotent on nothing and deterministic on everything: the same text gives
//   the same text with the same key, known values and detectors.
// Ownership: Rewriter keeps scratch memory; the RewriteContext it was made from must outlive it.
// Threads: RewriteContext is immutable and thread-safe; a Rewriter belongs to one worker at a time.
#ifndef UNDERSTUDY_TEXT_REWRITER_H_
#define UNDERSTUDY_TEXT_REWRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "pseudonym/pseudonymiser.h"
#include "text/detectors.h"
#include "text/find_counts.h"
#include "text/known_values.h"
#include "text/literals.h"
#include "text/source_notes.h"

namespace understudy::text {

struct Memories;

// What all workers share. Null known_values or detectors: that part is not used.
struct RewriteContext {
  const pseudonym::Pseudonymiser* pseudonymiser = nullptr;
  const KnownValues* known_values = nullptr;
  const Detectors* detectors = nullptr;
  std::string default_country;  // of the main company, for national phones: "DE"
  // Null: everyone remembers for himself. New ones whenever any of the above changes.
  std::shared_ptr<Memories> memories;
};

class Rewriter {
 public:
  explicit Rewriter(const RewriteContext& context);
  ~Rewriter();

  // Each appends the rewritten text to `out` and returns true if anything changed; when it returns false
  // `out` is as it was and the input stands.
  bool Plain(std::string_view text, std::string* out);
  bool Html(std::string_view html, std::string* out);
  // `json` is one JSON document; only string tokens change (keys never), numbers and escapes stay exact.
  // `paths`: comma-separated JSON paths ("$.a.*.b"), empty for every string.
  bool Json(std::string_view json, std::string_view paths, std::string* out);
  // Same shape (words, lengths, case, digits, markup), no content; keyed by the word, so not reversible.
  bool Lorem(std::string_view text, std::string* out);
  bool LoremHtml(std::string_view html, std::string* out);

  // Strict: every code-like word (six letters and digits or more, four of them digits) outside what was found
  // becomes one of the same shape. For columns of which nobody knows what they hold: a number that no
  // detector knows may be somebody's.
  void set_strict(bool strict);

  // The strings of an array, hstore, composite or range literal (literals.h), each by Plain or Html.
  bool Literal(std::string_view literal, LiteralKind kind, std::string* out);

  // From now on each Plain and Html notes what it sees, for the audit (auditor.h).
  void KeepNotes();
  // Of the last call; null if it was none of the two, or if the audit reads the text in another way.
  const SourceNotes* notes() const;

  // Added up since the beginning: for the report.
  const FindCounts& counts() const;

  // Nothing to do for now: hands back what it remembers, for others.
  void Rest();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_REWRITER_H_
