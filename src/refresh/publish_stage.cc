// Puts the copy in the place of the old one.
#include "base/status.h"
#include "clone/hidden_database.h"
#include "refresh/context.h"

namespace understudy::refresh {

absl::Status PublishStaging(RunContext& context) {
  StageScope stage(context, "publish");
  if (context.cancel.cancelled()) return Cancelled();
  // Files first, rows last: the old rows find the new directory wrong for the moment between, never the other
  // way round, and if the renames fail the files go back.
  RETURN_IF_ERROR(PublishFilestore(context));
  absl::StatusOr<clone::PublishResult> published =
      clone::Publish(context.staging, context.hidden, context.catalog.database,
                     static_cast<int>(context.options.config.staging.keep_previous));
  if (!published.ok()) {
    const absl::Status undone = UndoFilestore(context);
    if (!undone.ok()) context.Warn("filestore-not-undone", MessageOf(undone));
    return published.status();
  }
  context.hidden.clear();
  context.record.previous = published->previous;
  const absl::Status pruned = PruneFilestore(context);
  if (!pruned.ok()) context.Warn("filestore-not-pruned", MessageOf(pruned));
  return absl::OkStatus();
}

}  // namespace understudy::refresh
