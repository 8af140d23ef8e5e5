// Finds what is personal in one piece of decoded text: known values and detectors together.
//
// DESIGN
//   Candidates first (candidates.h); then, from each candidate on, the longest known sequence of tokens, the
//   longest known code, and what the detectors say. The longest of them wins, a known value before a detected
//   one. Matches don't overlap and come in order. Between two tokens of a value may stand blanks and up to
//   three other characters ("Okonkwo, Ada", "ada.okonkwo", "Ada (Okonkwo)").
//   Single words: one that is a common word too, and a first name, counts only where it is capitalised as a
//   name (not at the beginning of a sentence, unless an honorific stands before it); any other counts in
//   lower case too from five letters on. What is left by these rules is counted.
// Ownership: keeps scratch memory and matches between calls; index and detectors must outlive it.
// Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_FINDER_H_
#define UNDERSTUDY_TEXT_FINDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/candidates.h"
#include "text/detector_search.h"
#include "text/detectors.h"
#include "text/find_counts.h"
#include "text/known_values.h"
#include "text/source_notes.h"

namespace understudy::text {

struct Match {
  uint32_t begin = 0;
  uint32_t end = 0;
  KnownValues::Entry entry;  // kind and flags; of a detection only the kind
  int32_t detector = -1;     // -1: a known value
  uint64_t hash = 0;         // of the known value as the index has it
};

enum class Where : uint8_t {
  kProse,     // everything counts
  kCodeLike,  // scripts, class names, relative links: single words are no names there
};

class Finder {
 public:
  // `audit`: known values and secrets only, no lower-case single words and no first names alone.
  // `gated` false: nothing is skipped for what stands beside it (the oracle).
  Finder(const KnownValues* known, const Detectors* detectors, bool audit, bool gated = true);

  // The matches in `text`, valid until the next call.
  const std::vector<Match>& Find(std::string_view text, Where where);
  // The same, but only what may be a value that `notes` know of, and what detectors find. None at all here:
  // then none with such a value among those of the whole search.
  const std::vector<Match>& FindNoted(std::string_view text, Where where, const SourceNotes& notes);
  // What Find sees from now on is noted there as well; null: nowhere.
  void NoteTo(SourceNotes* notes) { notes_ = notes; }
  const FindCounts& counts() const { return counts_; }

 private:
  void Search();
  void Note(const Candidate& word);
  // A candidate that lies in a match and is not looked at for itself.
  void NoteCovered(size_t index);
  void FindEmails();
  void FindWords();
  void Prefetch(size_t index) const;
  // The best match from the candidate words[index] on; false if there is none.
  bool MatchFrom(size_t index, uint32_t limit, Match* best);
  bool MayDetect(const Candidate& candidate) const;
  void Sequence(const Token& first, KnownValues::Entry entry, uint32_t limit, Match* best);
  bool AcceptSingle(const Token& token, const KnownValues::Entry& entry);
  bool SentenceStart(uint32_t at, bool* after_honorific) const;
  bool MayBeCode(size_t index) const;
  void Codes(const Token& token, uint32_t limit, Match* best);
  void CodesFrom(const Token& first, uint32_t limit, Match* best);
  // `code` is what was hashed.
  void LookUpCode(uint64_t hash, std::string_view code, uint32_t begin, uint32_t end, Match* best);
  // Notes that any known code may be in the text.
  void NoteAnyCode();
  // Notes with what a code would begin that may begin here.
  void NoteCodeFrom(uint32_t begin);
  // Of FindNoted: may a code begin here that the notes know of?
  bool MayBeNotedCode(uint32_t begin) const;
  bool MayFollowCapitals(uint32_t begin) const;
  void Detect(const Token& token, Match* best);
  void ExtendUrl(Match* match) const;
  void Keep(const Match& match);

  const KnownValues* known_;
  const Detectors* detectors_;
  std::optional<DetectorSearch> search_;  // none without detectors
  const bool audit_;
  const bool gated_;
  Candidates candidates_;
  std::vector<Match> emails_;
  std::vector<Match> matches_;
  size_t next_email_ = 0;
  std::string scratch_;
  std::string_view text_;
  Where where_ = Where::kProse;
  SourceNotes* notes_ = nullptr;
  const SourceNotes* only_ = nullptr;  // of FindNoted
  // What stands beside the candidate stopped a search that without it might have found something.
  bool stopped_ = false;
  FindCounts counts_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_FINDER_H_
