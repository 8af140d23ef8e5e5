// Does a column hold one of some texts? Told by the rows that are read anyway, so that the server need not
// read a large table once more to say no.
//
// Ownership: as RowObserverFactory. Threads: thread-safe; each observer belongs to one worker.
#ifndef UNDERSTUDY_VERIFY_TEXT_PROBE_H_
#define UNDERSTUDY_VERIFY_TEXT_PROBE_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "rules/toolbox.h"
#include "text/literal_scan.h"

namespace understudy::verify {

class TextProbe : public rules::RowObserverFactory {
 public:
  // `field`: the column's position in the COPY column list. `texts`: at least LiteralScan::kMinBytes each, of
  // bytes that COPY writes as they are.
  TextProbe(size_t field, const std::vector<std::string>& texts);
  std::unique_ptr<rules::RowObserver> New() const override;
  // In any row so far, in whatever case. A "no" is certain, a "yes" may be another spelling.
  bool Seen() const { return seen_.load(std::memory_order_relaxed); }

 private:
  class Observer;
  const size_t field_;
  const text::LiteralScan scan_;
  mutable std::atomic<bool> seen_{false};
};

}  // namespace understudy::verify

#endif  // UNDERSTUDY_VERIFY_TEXT_PROBE_H_
