// Who watches one table's rows on their way: the leak audit and the fingerprints, as the policy asks.
//
// Ownership: a Watch owns its factories; the context must outlive it. Threads: as RowObserverFactory.
#ifndef UNDERSTUDY_REFRESH_WATCH_H_
#define UNDERSTUDY_REFRESH_WATCH_H_

#include <memory>

#include "clone/rows.h"
#include "refresh/audit.h"
#include "refresh/context.h"
#include "rules/observer_group.h"
#include "verify/fingerprint.h"

namespace understudy::refresh {

struct Watch {
  std::unique_ptr<AuditFactory> audit;                       // null: policy.leaks is off
  std::unique_ptr<verify::FingerprintFactory> fingerprints;  // null: policy.fidelity is off
  rules::ObserverGroup observers;                            // those of the two that have something to see
};

// `copy`: relation, columns and format; its transform is made with Watch::observers later.
std::unique_ptr<Watch> WatchOf(const RunContext& context, const clone::TableCopy& copy);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_WATCH_H_
