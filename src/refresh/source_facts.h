// What the source said of itself, for the comparisons at the end of a run.
//
// Ownership: a value. Threads: thread-compatible.
#ifndef UNDERSTUDY_REFRESH_SOURCE_FACTS_H_
#define UNDERSTUDY_REFRESH_SOURCE_FACTS_H_

#include "drift/environment.h"
#include "drift/parameters.h"
#include "verify/schema_identity.h"

namespace understudy::refresh {

struct SourceFacts {
  // Empty: policy.fidelity is off.
  verify::SchemaFacts schema;
  drift::EnvironmentFacts environment;
  drift::Parameters parameters;  // of a live Odoo
};

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_SOURCE_FACTS_H_
