// Words that are words: what a surname or a company's name may coincide with.
//
// DESIGN
//   Two sets. A *common* word ("rose", "berg") is taken for a name only where it is capitalised as one; a
//   word that is *never* a name alone ("the", "april", "gmbh", "admin") is left, and counted. Files are
//   rules/stopwords/*.txt: a word a line, '#' begins a comment, '!' before a word means never, '@' an
//   honorific ("mrs", "herr"), after which a common word is a name whatever it is.
// Threads: immutable after loading, thread-safe.
#ifndef UNDERSTUDY_TEXT_STOP_WORDS_H_
#define UNDERSTUDY_TEXT_STOP_WORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "absl/status/statusor.h"

namespace understudy::text {

class StopWords {
 public:
  // All files of the directory; an unreadable one, or none at all, is an error that names it.
  static absl::StatusOr<StopWords> Load(const std::string& directory);
  void AddLines(std::string_view text);

  // By token hash (tokens.h).
  bool Common(uint64_t hash) const { return common_.contains(hash) || never_.contains(hash); }
  bool Never(uint64_t hash) const { return never_.contains(hash); }
  bool Honorific(uint64_t hash) const { return honorifics_.contains(hash); }
  size_t size() const { return common_.size() + never_.size(); }

 private:
  std::unordered_set<uint64_t> common_, never_, honorifics_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_STOP_WORDS_H_
