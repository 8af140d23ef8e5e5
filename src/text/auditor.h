// Searches what goes to staging for what must not: known values and secrets.
//
// DESIGN
//   The same finder as the rewriting, over every reading of a field: as it is, with HTML decoded, with JSON
//   or backslash escapes decoded. Known values in every spelling that the finder knows, and detectors of the
//   secret class. A finding carries class and place, never bytes.
//   What is no leak: first names alone, single words in lower case, single common words that are not
//   capitalised as a name (counted as `left`); and pseudonyms that happen to be somebody's real value.
//   The rule for those: *what is not in the field's source did not leak from it.* Given the source field, a
//   hit is a leak only if the source has the value too, and more of its places in the output than there are
//   values in the source whose pseudonym it is (the finder and the pseudonymiser say). Without the source
//   (staging checked later) every hit is reported, as it can't be told; the counts say how many were single
//   surnames, where a coincidence is least unlikely.
//   Where the rewriting noted what the source holds (source_notes.h), the field is first searched for that
//   alone, and for secrets. Whatever is found there, even if it is no leak, the whole search decides; nothing
//   there means nothing that it would report: a leak is a value of the source, its first word is in the
//   notes, and so it is looked at, unless it lies in another match, which would have been found instead.
// Ownership: keeps scratch memory; the context must outlive it. Threads: one worker at a time.
#ifndef UNDERSTUDY_TEXT_AUDITOR_H_
#define UNDERSTUDY_TEXT_AUDITOR_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "text/rewriter.h"

namespace understudy::text {

struct Finding {
  // The word of pseudonym/kind.h ("email"), or the detector's name for a secret; lives as long as the
  // context.
  std::string_view what;
  bool secret = false;
  // One word alone that is a name (a surname, a first name, a company's): in text that programs wrote the
  // same word may mean something else ("French", "Lead"). Codes, e-mails, names of several words and secrets
  // never are.
  bool weak = false;
  uint32_t offset = 0;  // in the field as read: bytes of the raw field, unless it was decoded first
  bool decoded = false;
};

class FindingSink {
 public:
  virtual ~FindingSink() = default;
  virtual void Found(const Finding& finding) = 0;
};

struct AuditCounts {
  uint64_t fields = 0;
  uint64_t bytes = 0;
  uint64_t findings = 0;
  uint64_t weak = 0;          // of them
  uint64_t coincidences = 0;  // known values that the field's source explains as pseudonyms
  uint64_t left = 0;          // single common words, not taken for names
};

enum class Form : uint8_t {
  kText,  // anything: backslashes may be escapes or not, and both are looked at
  kJson,  // one JSON document: they are escapes
};

class Auditor {
 public:
  explicit Auditor(const RewriteContext& context);
  ~Auditor();

  // `field` is what goes out. `source` is the same field as it came in.
  void Audit(std::string_view field, FindingSink& sink);
  void Audit(std::string_view field, std::string_view source, FindingSink& sink, Form form = Form::kText);
  // The same findings, for a field whose rewriting noted what it saw in `source` (Rewriter::notes); an
  // unchanged field is the same view as its source. What is left is not counted: it was on the rewriter's
  // side.
  void Audit(std::string_view field, std::string_view source, const SourceNotes& notes, FindingSink& sink);
  const AuditCounts& counts() const;

  // Nothing to do for now: hands back what it remembers, for others.
  void Rest();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_AUDITOR_H_
