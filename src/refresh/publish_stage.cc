// Puts the copy in the place of the old one.
#include "base/status.h"
#include "clone/hidden_database.h"
#include "refresh/context.h"

namespace understudy::refresh {

absl::Status PublishStaging(RunContext& context) {
  StageScope stage(context, "publish");
  if (context.cancel.cancelled()) return Cancelled();
  ASSIGN_OR_RETURN(const clone::PublishResult published,
                   clone::Publish(context.staging, context.hidden, context.catalog.database,
                                  static_cast<int>(context.options.config.staging.keep_previous)));
  context.hidden.clear();
  context.record.previous = published.previous;
  return absl::OkStatus();
}

}  // namespace understudy::refresh
