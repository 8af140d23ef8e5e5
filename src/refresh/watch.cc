#include "refresh/watch.h"

namespace understudy::refresh {

std::unique_ptr<Watch> WatchOf(const RunContext& context, const clone::TableCopy& copy) {
  const rules::Relation& relation = context.catalog.facts.relations[copy.relation];
  auto watch = std::make_unique<Watch>();
  const Policy& policy = context.options.config.policy;
  if (policy.leaks != FindingPolicy::kOff) {
    watch->audit = std::make_unique<AuditFactory>(relation, context.plan.tables[copy.relation], copy.columns,
                                                  copy.format, context.rewrite, context.password_hash);
    if (watch->audit->needed()) watch->observers.Add(watch->audit.get());
  }
  if (policy.fidelity != FindingPolicy::kOff) {
    watch->fingerprints =
        std::make_unique<verify::FingerprintFactory>(relation, copy.columns, context.fingerprint_secret);
    watch->observers.Add(watch->fingerprints.get());
  }
  return watch;
}

}  // namespace understudy::refresh
