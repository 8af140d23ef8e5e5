// The single questions of the preflight, for a refresh and for `understudy check`.
//
// DESIGN: none of them writes anything. They fill `source`, `staging`, `maintenance` and `published` of the
// context and the ends of its record, in this order.
// Threads: one thread. Errors: one sentence that names the remedy, with the exit class a run would have.
#ifndef UNDERSTUDY_REFRESH_PREFLIGHT_H_
#define UNDERSTUDY_REFRESH_PREFLIGHT_H_

#include <cstdint>
#include <string>

#include "refresh/context.h"

namespace understudy::refresh {

struct SourceIdentity {
  uint32_t oid = 0;
  std::string system_identifier;
};

absl::Status ReadSource(RunContext& context, SourceIdentity* identity_out);
// Opens the maintenance session.
absl::Status OpenStaging(RunContext& context);
// The role may create databases.
absl::Status CheckRights(pg::Connection& maintenance);
// What stands under the staging name is nothing, or made by us, or adopted; and is not the source.
absl::Status CheckStagingIsOurs(RunContext& context, const SourceIdentity& source);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_PREFLIGHT_H_
