// What kinds of personal data a column's values are, told by looking at a sample of them.
//
// DESIGN: every value goes through the finder that texts are rewritten with: the known values of this
// database (so that a name is recognised as somebody's name here) and the detectors with their validators.
// Counted are values, per class: those that hold such a thing, and those that are nothing else ("whole").
// Only counts leave this file.
// Ownership: the context must outlive the study. Threads: one thread.
#ifndef UNDERSTUDY_SCAN_CONTENT_H_
#define UNDERSTUDY_SCAN_CONTENT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "text/finder.h"
#include "text/rewriter.h"

namespace understudy::scan {

struct ClassHits {
  uint64_t any = 0;    // values that hold one
  uint64_t whole = 0;  // values that are one
};

struct Content {
  uint64_t values = 0;
  // By class: a kind's word ("email"), "secret", or the name of a detector that makes no pseudonym.
  std::map<std::string, ClassHits, std::less<>> hits;
  uint64_t with_hits = 0;  // values with at least one hit

  double Rate(uint64_t count) const {
    return values == 0 ? 0 : static_cast<double>(count) / static_cast<double>(values);
  }
};

class ContentStudy {
 public:
  explicit ContentStudy(const text::RewriteContext& context);
  // A value as PostgreSQL writes it.
  void Add(std::string_view value);
  // What was added since the last call.
  Content Take();

 private:
  std::string ClassOf(const text::Match& match) const;

  const text::RewriteContext& context_;
  text::Finder finder_;
  Content content_;
};

}  // namespace understudy::scan

#endif  // UNDERSTUDY_SCAN_CONTENT_H_
