// What a finder found and left, added up.
//
// Ownership: values. Threads: thread-compatible.
#ifndef UNDERSTUDY_TEXT_FIND_COUNTS_H_
#define UNDERSTUDY_TEXT_FIND_COUNTS_H_

#include <cstdint>

namespace understudy::text {

struct FindCounts {
  uint64_t known = 0;
  uint64_t detected = 0;
  uint64_t left_common = 0;  // single words left: common words that are not capitalised as a name
  void Add(const FindCounts& o) {
    known += o.known;
    detected += o.detected;
    left_common += o.left_common;
  }
  bool operator==(const FindCounts&) const = default;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_FIND_COUNTS_H_
