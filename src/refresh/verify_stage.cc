// Is the copy what it says it is: no leak in it, and the schema of production.
#include <fmt/format.h>

#include <map>
#include <utility>

#include "base/status.h"
#include "drift/environment.h"
#include "refresh/context.h"
#include "verify/schema_identity.h"

namespace understudy::refresh {
namespace {

absl::StatusOr<std::unique_ptr<pg::Connection>> OpenHiddenToRead(const RunContext& context,
                                                                 const CancelToken* token) {
  pg::ConnOptions hidden(context.staging.options);
  hidden["dbname"] = context.hidden;
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> session, pg::OpenSource(hidden, token));
  // Here a lock is one of ours, of an index or a constraint that is being made, and worth waiting for.
  RETURN_IF_ERROR(session->Run("SET lock_timeout = 0"));
  return session;
}

}  // namespace

absl::Status JudgeLeaks(RunContext& context) {
  if (context.record.leaks.empty()) return absl::OkStatus();
  std::map<std::string, uint64_t> columns;
  for (const record::Leak& leak : context.record.leaks) columns[leak.table + "." + leak.column] += leak.count;
  std::string list;
  size_t named = 0;
  for (const auto& [column, count] : columns) {
    if (++named > 10) break;
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", column, count);
  }
  const std::string what = fmt::format(
      "personal data or secrets in what goes to staging, in {} columns: {}{}; give these columns a rule",
      columns.size(), list, columns.size() > 10 ? " …" : "");
  if (context.options.config.policy.leaks == FindingPolicy::kFail) {
    return WithExit(Failed(what + ", or set policy.leaks: warn"), ExitClass::kLeak);
  }
  context.Warn(WarningKind::kLeaks, what);
  return absl::OkStatus();
}

absl::Status JudgeFidelity(RunContext& context, const std::string& what) {
  if (context.options.config.policy.fidelity == FindingPolicy::kFail) {
    return WithExit(Failed(what), ExitClass::kFidelity);
  }
  context.Warn(WarningKind::kFidelity, what);
  return absl::OkStatus();
}

absl::Status CompareSchema(RunContext& context) {
  if (context.options.config.policy.fidelity == FindingPolicy::kOff) return absl::OkStatus();
  StageScope stage(context, "schema identity");
  absl::StatusOr<std::unique_ptr<pg::Connection>> staging = OpenHiddenToRead(context, &context.cancel);
  if (!staging.ok()) return Annotate(staging.status(), "staging");
  ASSIGN_OR_RETURN(const verify::SchemaFacts after, verify::ReadSchema(**staging));
  ASSIGN_OR_RETURN(const drift::EnvironmentFacts copy, drift::ReadEnvironment(**staging));
  context.record.environment = drift::CompareEnvironments(context.source_facts.environment, copy);
  std::vector<verify::SchemaChange> changes = verify::CompareSchemas(context.source_facts.schema, after);
  verify::DropWhatPublishingSets(&changes);
  verify::Accept(context.options.config.policy.accepted, &changes);
  context.record.schema_differences = verify::ToRecord(changes);
  for (const record::SchemaDifference& policy : context.fitted_policies) {
    context.record.schema_differences.push_back(policy);
  }
  std::string findings;
  size_t count = 0;
  for (const verify::SchemaChange& change : changes) {
    if (change.kind == verify::DifferenceKind::kAccepted) {
      context.Warn(verify::IdOf(change), change.object + " " + change.difference);
    }
    if (change.kind != verify::DifferenceKind::kFinding) continue;
    if (++count <= 10)
      findings += fmt::format("{}{} {}", count == 1 ? "" : "; ", change.object, change.difference);
  }
  if (count == 0) return absl::OkStatus();
  return JudgeFidelity(context,
                       fmt::format("the schema of staging differs in {} places: {}", count, findings));
}

absl::StatusOr<std::vector<verify::Fingerprints>> ReadHidden(
    RunContext& context, const std::vector<verify::TableToRead>& tables, Counters& counters,
    std::vector<const rules::RowObserverFactory*> watching) {
  verify::ReadOptions options;
  options.lanes = context.lanes;
  options.open = [&context](const CancelToken* token) { return OpenHiddenToRead(context, token); };
  options.separate_reads = true;
  options.secret = &context.fingerprint_secret;
  options.cancel = &context.cancel;
  options.counters = &counters;
  options.watching = std::move(watching);
  AllowRetries(context, &options);
  engine::Engine engine({.workers = context.lanes});
  absl::StatusOr<std::vector<verify::Fingerprints>> found =
      verify::ReadFingerprints(context.catalog.facts, tables, engine, options);
  if (!found.ok()) return Annotate(found.status(), "staging");
  return found;
}

absl::Status RecordWhatIsPublished(RunContext& context, const verify::WriteCounts& before, uint64_t rows) {
  if (context.read_back.empty()) return absl::OkStatus();
  StageScope stage(context, "read neutralised tables");
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> session, OpenHiddenToRead(context, &context.cancel));
  ASSIGN_OR_RETURN(const std::set<verify::TableName> touched, verify::TouchedSince(before, rows, *session));
  std::vector<verify::TableToRead> tables;
  for (const verify::TableToRead& table : context.read_back) {
    const rules::Relation& relation = context.catalog.facts.relations[table.relation];
    if (touched.contains({relation.schema, relation.name})) tables.push_back(table);
  }
  ASSIGN_OR_RETURN(const std::vector<verify::Fingerprints> found,
                   ReadHidden(context, tables, stage.counters()));
  for (size_t i = 0; i < tables.size(); ++i) {
    verify::RecordPublished(context.catalog.facts.relations[tables[i].relation], tables[i].columns, found[i],
                            context.fingerprint_secret, &context.record.tables[tables[i].relation]);
  }
  return absl::OkStatus();
}

}  // namespace understudy::refresh
