#include "refresh/run.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <ctime>
#include <filesystem>

#include "base/private_directory.h"
#include "base/status.h"
#include "record/state_directory.h"
#include "refresh/backup_sink.h"
#include "refresh/checkpoint.h"
#include "refresh/context.h"
#include "refresh/record_audit.h"
#include "refresh/snapshot_stage.h"

namespace understudy::refresh {
namespace {

// The hidden database gets its tables while the source is asked for what the rows will need.
absl::Status PrepareRows(RunContext& context) {
  SideWork schema([&context] { return BuildSchema(context); }, &context.stop);
  RETURN_IF_ERROR(GatherKnownValues(context));
  RETURN_IF_ERROR(HashPassword(context));
  RETURN_IF_ERROR(PrepareFilestore(context));
  return schema.Join();
}

// The passes over the rows that are to come, so that the progress of the whole run can be told. Each reads
// about what the source holds; when it begins, it knows better.
void AnnouncePasses(RunContext& context) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < context.catalog.facts.relations.size(); ++i) {
    if (!context.plan.tables[i].empty) bytes += context.catalog.facts.relations[i].bytes;
  }
  const bool read_back = context.options.config.policy.fidelity != FindingPolicy::kOff;
  context.listener.CountersOf("known values").bytes_total = bytes;
  context.listener.CountersOf("rows").bytes_total = bytes;
  if (read_back) context.listener.CountersOf("verify").bytes_total = bytes;
  if (ToFile(context)) context.listener.CountersOf("write backup").bytes_total = bytes;
}

// The stages of a refresh. The order is the design: nothing is written before Preflight and MakePlan have
// agreed, nothing is published before everything else has.
absl::Status Execute(RunContext& context) {
  RETURN_IF_ERROR(Preflight(context));
  RETURN_IF_ERROR(TakeSnapshot(context));
  StartSchemaDump(context);
  RETURN_IF_ERROR(ReadSourceCatalog(context));
  const bool is_odoo = context.catalog.facts.is_odoo();
  if (is_odoo) context.packs.BeginOdoo();
  RETURN_IF_ERROR(MakePlan(context));
  RETURN_IF_ERROR(context.plan.Check());
  if (is_odoo) RETURN_IF_ERROR(context.packs.Odoo(odoo::PackKind::kNeutralisers).status());
  RETURN_IF_ERROR(CheckCheckpoint(context));
  AskSource(context);
  AnnouncePasses(context);
  RETURN_IF_ERROR(PrepareRows(context));
  RETURN_IF_ERROR(CopyData(context));
  const absl::Status schema = CompareSchema(context);
  RETURN_IF_ERROR(JoinAfterRows(context));
  RETURN_IF_ERROR(JudgeLeaks(context));
  RETURN_IF_ERROR(schema);
  RETURN_IF_ERROR(RememberParameters(context));
  RETURN_IF_ERROR(NeutraliseStaging(context));
  RETURN_IF_ERROR(RecordOdoo(context));
  return PublishStaging(context);
}

// Leaves nothing behind. Runs after a cancellation too, so its session must not listen to the token.
void CleanUp(RunContext& context, bool published) {
  if (KeepCheckpoint(context, published)) context.hidden.clear();
  for (const std::string& database : {context.hidden, context.probe, context.restored}) {
    if (database.empty()) continue;
    clone::StagingServer server(context.staging);
    server.cancel = nullptr;
    absl::StatusOr<std::unique_ptr<pg::Connection>> session = server.OpenMaintenance();
    const absl::Status dropped = session.ok() ? clone::DropDatabase(**session, database) : session.status();
    if (!dropped.ok()) {
      context.Warn(WarningKind::kLeftover, "the hidden database " + database + " could not be dropped (" +
                                               MessageOf(dropped) + "); the next run will drop it");
    }
  }
  if (!context.private_directory.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(context.private_directory, ignored);
  }
}

// What the report says is searched too, as soon as there is something to search for.
void AuditTheReport(RunContext& context) {
  const RecordAudit audit = AuditRecord(context.rewrite, &context.record);
  if (audit.names == 0) return;
  context.Warn(
      WarningKind::kNamesHoldData,
      fmt::format("the names of {} tables or columns hold what production has as somebody's data; the "
                  "report shows them as they are",
                  audit.names));
}

uint64_t PeakRss() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

void Conclude(RunContext& context, const absl::Status& status) {
  ReportRetries(context);
  record::RunRecord& record = context.record;
  record.exit_code = static_cast<int>(ExitClassOf(status));
  if (status.ok()) {
    record.outcome = record::Outcome::kPublished;
  } else if (ExitClassOf(status) == ExitClass::kCancelled && record.outcome == record::Outcome::kFailed) {
    record.outcome = record::Outcome::kCancelled;
  }
  record.error = MessageOf(status);
  record.finished_at = record::Rfc3339(std::time(nullptr));
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - context.started).count();
  record.limits.peak_rss_bytes = PeakRss();
}

}  // namespace

absl::Status RunRefresh(const RefreshOptions& options, Listener& listener, const CancelToken& cancel,
                        record::RunRecord* record) {
  record->run_id = options.run_id;
  record->command = "refresh";
  record->started_at = record::Rfc3339(std::time(nullptr));
  RunContext context(options, listener, cancel, record);
  absl::Status status = Execute(context);
  // Side work of a run that failed ends before what it works on is taken away.
  context.after_rows.clear();
  context.schema_dump.reset();
  context.ask_source.reset();
  // Whatever error a cancelled wait came back with, the cause is the cancellation.
  if (!status.ok() && cancel.cancelled()) status = Cancelled();
  ReleaseSnapshot(context);
  CleanUp(context, status.ok());
  Conclude(context, status);
  AuditTheReport(context);
  // Only a whole run has looked for everything.
  if (status.ok()) context.WarnOfAccepted(record::WarningScope::kRun);
  return status;
}

absl::StatusOr<PlanView> PreparePlan(const RefreshOptions& options, Listener& listener,
                                     const CancelToken& cancel) {
  record::RunRecord record;
  RunContext context(options, listener, cancel, &record);
  ASSIGN_OR_RETURN(const PrivateDirectory directory, PrivateDirectory::Make());
  context.private_directory = directory.path();
  RETURN_IF_ERROR(LookAtSource(context));
  RETURN_IF_ERROR(MakePlan(context));
  return PlanView{std::move(context.catalog), std::move(context.plan), record.key_id, record.packs};
}

}  // namespace understudy::refresh
