// The rule packs of the configuration, which are read beside whatever a run does first: parsing them takes as
// long as it takes to look at the source.
//
// Threads: one at a time; the reading has its own.
#ifndef UNDERSTUDY_REFRESH_PACK_READING_H_
#define UNDERSTUDY_REFRESH_PACK_READING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "refresh/run.h"
#include "refresh/side_work.h"
#include "rules/pack.h"

namespace understudy::refresh {

// The packs, read now; what is wrong with them is an error (exit 2).
absl::StatusOr<std::vector<rules::Pack>> ReadPacks(const RefreshOptions& options);

class PackReading {
 public:
  // Begins to read. `options` and `stop` must outlive it.
  PackReading(const RefreshOptions& options, CancelToken* stop);
  // Waits for the end. What ReadPacks gives; it belongs to this.
  absl::StatusOr<const std::vector<rules::Pack>*> Get();

 private:
  std::vector<rules::Pack> packs_;
  SideWork reading_;
};

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_PACK_READING_H_
