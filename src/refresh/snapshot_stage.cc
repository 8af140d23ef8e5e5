#include "refresh/snapshot_stage.h"

#include <fmt/format.h>

#include "base/status.h"
#include "refresh/backup_source.h"

namespace understudy::refresh {
namespace {

// A standby has no rows of unlogged tables: nothing of them is in the log that it replays.
absl::Status LookAtStandby(RunContext& context, pg::Connection& reader) {
  ASSIGN_OR_RETURN(
      const pg::Result row,
      reader.Exec("SELECT pg_catalog.pg_is_in_recovery(), (SELECT count(*) FROM pg_catalog.pg_class"
                  " WHERE relpersistence = 'u' AND relkind = 'r')"));
  if (!row.Bool(0, 0) || row.Int(0, 1) == 0) return absl::OkStatus();
  context.Warn(record::WarningKind::kUnloggedOnStandby,
               fmt::format("the source is a standby, where unlogged tables have no rows: {} of them will be "
                           "empty on staging",
                           row.Int(0, 1)));
  return absl::OkStatus();
}

// What the end of a run compares.
absl::Status ReadFacts(RunContext& context) {
  const bool compared = context.options.config.policy.fidelity != FindingPolicy::kOff;
  const bool parameters = context.catalog.facts.is_odoo() && context.backup == nullptr;
  if (!compared && !parameters) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<pg::Connection>> source = context.OpenSourceSchema(&context.cancel);
  if (!source.ok()) return Annotate(source.status(), "source");
  if (compared) {
    ASSIGN_OR_RETURN(context.source_facts.schema, verify::ReadSchema(**source));
    ASSIGN_OR_RETURN(context.source_facts.environment, drift::ReadEnvironment(**source));
  }
  if (parameters) {
    ASSIGN_OR_RETURN(context.source_facts.parameters, drift::ReadParameters(**source));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TakeSnapshot(RunContext& context) {
  if (!context.options.config.source.backup.empty()) return TakeBackup(context);
  StageScope stage(context, "snapshot");
  absl::StatusOr<std::unique_ptr<pg::Snapshot>> snapshot =
      pg::Snapshot::Export(context.source, &context.cancel);
  if (!snapshot.ok()) return Annotate(snapshot.status(), "source");
  context.snapshot = std::move(*snapshot);
  context.record.snapshot = {context.snapshot->lsn(), context.snapshot->id(), context.snapshot->time()};
  return absl::OkStatus();
}

absl::Status ReadSourceCatalog(RunContext& context) {
  if (context.backup != nullptr) return absl::OkStatus();  // read when it was taken
  StageScope stage(context, "catalogue");
  absl::StatusOr<std::unique_ptr<pg::Connection>> reader = context.snapshot->Import(&context.cancel);
  if (!reader.ok()) return Annotate(reader.status(), "source");
  RETURN_IF_ERROR(Annotate(LookAtStandby(context, **reader), "source"));
  ASSIGN_OR_RETURN(context.catalog, clone::ReadCatalog(**reader));
  return absl::OkStatus();
}

void AskSource(RunContext& context) {
  context.ask_source = std::make_unique<SideWork>([&context] { return ReadFacts(context); }, &context.stop);
}

absl::Status LetGoOfSource(RunContext& context) {
  RETURN_IF_ERROR(context.ask_source->Join());
  ReleaseSnapshot(context);
  return absl::OkStatus();
}

void ReleaseSnapshot(RunContext& context) {
  if (context.snapshot == nullptr) return;
  const pg::Hold hold = context.snapshot->Release();
  context.record.snapshot.held_s = hold.seconds;
  context.record.snapshot.held_transactions = hold.transactions;
  context.snapshot.reset();
}

}  // namespace understudy::refresh
