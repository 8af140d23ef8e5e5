// Puts the copy in the place of the old one, then tidies up behind it.
#include <ctime>

#include "base/status.h"
#include "clone/hidden_database.h"
#include "dump/sink_file.h"
#include "record/state_directory.h"
#include "refresh/backup_sink.h"
#include "refresh/context.h"
#include "refresh/filestore_work.h"
#include "refresh/record_audit.h"

namespace understudy::refresh {
namespace {

absl::Status WriteDraftOfReport(RunContext& context) {
  if (!context.options.before_publish) return absl::OkStatus();
  record::RunRecord draft = context.record;
  draft.outcome = record::Outcome::kUnfinished;
  draft.exit_code = static_cast<int>(ExitClass::kFailed);
  draft.finished_at = record::Rfc3339(std::time(nullptr));
  draft.error = "the run ended while it published; staging is the copy before or this one, whole";
  AuditRecord(context.rewrite, &draft);
  return Annotate(context.options.before_publish(draft), "the report, without which nothing is published");
}

absl::Status Switch(RunContext& context) {
  StageScope stage(context, "publish");
  if (context.cancel.cancelled()) return Cancelled();
  RETURN_IF_ERROR(WriteDraftOfReport(context));
  if (ToFile(context)) return WriteBackup(context);
  // Files first, rows last: if the renames fail, the files go back.
  RETURN_IF_ERROR(PublishFilestore(context));
  absl::StatusOr<clone::PublishResult> published =
      clone::Publish(context.staging, context.hidden, context.catalog.database);
  if (!published.ok()) {
    const absl::Status undone = UndoFilestore(context);
    if (!undone.ok()) context.Warn(WarningKind::kFilestoreNotUndone, MessageOf(undone));
    return published.status();
  }
  // The new files stay: those of the old staging are linked among them, so that they fit both.
  if (!published->lost.ok()) {
    context.record.outcome = record::Outcome::kUnfinished;
    return Annotate(
        published->lost,
        "publishing: the connection broke before staging's server answered, and it can't be asked "
        "whether staging is the previous copy or the new one (it is whole, and so are its files; "
        "refresh again)");
  }
  context.hidden.clear();
  context.record.previous = published->previous;
  return absl::OkStatus();
}

// Staging is published: what fails from here on is a warning.
void Tidy(RunContext& context) {
  StageScope stage(context, "tidy");
  const absl::Status pruned = PruneFilestore(context);
  if (!pruned.ok()) context.Warn(WarningKind::kFilestoreNotPruned, MessageOf(pruned));
  if (ToFile(context)) return;
  const auto dropped =
      clone::DropOlder(context.staging, static_cast<int>(context.options.config.staging.keep_previous));
  if (!dropped.ok()) {
    context.Warn(WarningKind::kPreviousNotDropped, MessageOf(dropped.status()));
  } else if (context.options.config.staging.keep_previous == 0) {
    context.record.previous.clear();
  }
}

}  // namespace

absl::Status PublishStaging(RunContext& context) {
  RETURN_IF_ERROR(Switch(context));
  // The files of a zip were put together only to be in it.
  if (!dump::IsZipName(context.options.config.staging.backup)) Tidy(context);
  return absl::OkStatus();
}

}  // namespace understudy::refresh
