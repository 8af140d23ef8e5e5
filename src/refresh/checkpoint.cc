#include "refresh/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "base/status.h"
#include "clone/deferred.h"
#include "pg/quote.h"
#include "record/record_json.h"
#include "refresh/configuration_digest.h"

namespace understudy::refresh {
namespace {

namespace fs = std::filesystem;

std::string PathOf(const RunContext& context) { return context.options.config.state + "/checkpoint.json"; }

absl::Status RefuseToContinue(const std::string& why) {
  return Refused(fmt::format("--resume can't continue: {}; run without it", why));
}

absl::Status Compare(RunContext& context, const char* option, const std::string& now, const char* what) {
  if (context.resumed->options[option] == now) return absl::OkStatus();
  return RefuseToContinue(fmt::format("{} changed since the run that failed", what));
}

// Its content may not have come whole, or goes with files and secrets that each run makes anew.
bool NeverComplete(const RunContext& context, size_t relation) {
  const rules::Relation& facts = context.catalog.facts.relations[relation];
  if (context.catalog.extension_config.contains(relation)) return true;
  const auto size = context.survey->sizes().find({facts.schema, facts.name});
  if (size == context.survey->sizes().end() || size->second.blocks != 1) return true;
  const rules::TablePlan& plan = context.plan.tables[relation];
  return std::any_of(plan.columns.begin(), plan.columns.end(), [](const rules::ColumnPlan& column) {
    return column.treatment.action == rules::Action::kAttachment ||
           column.treatment.action == rules::Action::kPassword;
  });
}

// Runs the statements that `query` makes.
absl::Status RunEach(pg::Connection& session, const std::string& query) {
  ASSIGN_OR_RETURN(const pg::Result statements, session.Exec(query));
  for (int i = 0; i < statements.rows(); ++i) RETURN_IF_ERROR(session.Run(statements.String(i, 0)));
  return absl::OkStatus();
}

// Foreign keys first: what they point to is needed as long as they are there. An extension's own stay.
constexpr const char* kDropConstraints =
    "SELECT pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::pg_catalog.regclass, "
    "c.conname)"
    " FROM pg_catalog.pg_constraint c WHERE c.contype IN ('f', 'p', 'u', 'x') AND c.conparentid = 0"
    " AND c.conrelid >= 16384 AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.conrelid"
    " AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'e')"
    " ORDER BY c.contype <> 'f'";
constexpr const char* kDropIndexes =
    "SELECT pg_catalog.format('DROP INDEX %s', i.indexrelid::pg_catalog.regclass) FROM pg_catalog.pg_index i"
    " JOIN pg_catalog.pg_class t ON t.oid = i.indrelid WHERE t.relkind IN ('r', 'p', 'm') AND t.oid >= 16384"
    " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid)"
    " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = t.oid"
    " AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'e')";

}  // namespace

absl::Status LoadCheckpoint(RunContext& context) {
  const std::string path = PathOf(context);
  if (!context.options.resume) {
    std::error_code ignored;
    fs::remove(path, ignored);
    return absl::OkStatus();
  }
  const Config& config = context.options.config;
  if (config.source.backup.empty()) {
    return RefuseToContinue("the source is live, and its snapshot ended with the run that failed");
  }
  if (config.policy.fidelity == FindingPolicy::kOff) {
    return RefuseToContinue("policy.fidelity is off, and nothing would prove what is there already");
  }
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    return RefuseToContinue(fmt::format("no run was kept in {} (--keep-failed keeps one)", config.state));
  }
  absl::StatusOr<record::RunRecord> record = record::FromJson(*text);
  if (!record.ok()) return RefuseToContinue(fmt::format("{} can't be read", path));
  context.resumed = std::move(*record);
  RETURN_IF_ERROR(Compare(context, "staging", context.staging.name, "the name of staging"));
  ASSIGN_OR_RETURN(const std::string backup, BackupIdentity(config.source.backup));
  return Compare(context, "backup", backup, "the backup");
}

absl::Status CheckCheckpoint(RunContext& context) {
  if (!context.resumed.has_value()) return absl::OkStatus();
  if (context.record.key_ephemeral || context.resumed->key_id != context.record.key_id) {
    return RefuseToContinue("the key is another one");
  }
  RETURN_IF_ERROR(Compare(context, "program", ProgramIdentity(context), "the program"));
  ASSIGN_OR_RETURN(const std::string digest, ConfigurationDigest(context));
  return Compare(context, "configuration", digest, "the rules or the policy");
}

absl::Status TakeOver(RunContext& context) {
  const std::string hidden = context.resumed->options["hidden"];
  RETURN_IF_ERROR(clone::TakeOverHidden(*context.maintenance, hidden, context.staging.name,
                                        context.resumed->run_id, context.options.run_id));
  context.hidden = hidden;
  ASSIGN_OR_RETURN(const auto session, context.OpenHidden(&context.cancel));
  // They are made anew before the rows, contents and all.
  RETURN_IF_ERROR(session->Run("SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata"));
  RETURN_IF_ERROR(session->Run(clone::DropOwnedSequencesSql(context.schema)));
  RETURN_IF_ERROR(RunEach(*session, kDropConstraints));
  return RunEach(*session, kDropIndexes);
}

absl::StatusOr<TakenOver> TakeOverTables(RunContext& context, const Work& work) {
  const auto& relations = context.catalog.facts.relations;
  TakenOver taken(relations.size());
  if (!context.resumed.has_value()) return taken;
  StageScope stage(context, "resume");
  std::map<std::pair<std::string, std::string>, const record::Table*> complete;
  for (const record::Table& table : context.resumed->tables) complete[{table.schema, table.name}] = &table;
  std::vector<verify::TableToRead> tables;
  for (const clone::TableCopy& copy : work.tables) {
    const rules::Relation& relation = relations[copy.relation];
    if (!complete.contains({relation.schema, relation.name})) continue;
    tables.push_back({copy.relation, copy.columns, copy.format, ""});
  }
  ASSIGN_OR_RETURN(const std::vector<verify::Fingerprints> found,
                   ReadHidden(context, tables, stage.counters()));
  for (size_t i = 0; i < tables.size(); ++i) {
    const rules::Relation& relation = relations[tables[i].relation];
    const record::Table* table = complete[{relation.schema, relation.name}];
    const bool same =
        verify::CompareWithRecord(relation, tables[i].columns, found[i], context.fingerprint_secret, *table)
            .empty();
    if (same) taken[tables[i].relation] = table;
  }
  ASSIGN_OR_RETURN(const auto session, context.OpenHidden(&context.cancel));
  for (const clone::TableCopy& copy : work.tables) {
    if (taken[copy.relation] != nullptr || context.catalog.extension_config.contains(copy.relation)) continue;
    const rules::Relation& relation = relations[copy.relation];
    RETURN_IF_ERROR(session->Run("TRUNCATE ONLY " + pg::QuoteRelation(relation.schema, relation.name)));
  }
  const auto count =
      std::count_if(taken.begin(), taken.end(), [](const auto* table) { return table != nullptr; });
  context.listener.Info(fmt::format("continuing run {}: {} of {} tables are there already",
                                    context.resumed->run_id, count, work.tables.size()));
  return taken;
}

void MakeCheckpoint(RunContext& context, const Work& work, const std::vector<record::Table>& tables) {
  if (!context.options.keep_failed && !context.options.resume) return;
  record::RunRecord checkpoint;
  for (size_t i = 0; i < work.tables.size(); ++i) {
    const size_t r = work.tables[i].relation;
    const rules::Relation& relation = context.catalog.facts.relations[r];
    const auto table = std::find_if(tables.begin(), tables.end(), [&](const record::Table& t) {
      return t.schema == relation.schema && t.name == relation.name;
    });
    if (table == tables.end() || NeverComplete(context, r)) continue;
    checkpoint.tables.push_back(*table);
    if (work.watches[i]->audit == nullptr) continue;
    for (record::Leak& leak : work.watches[i]->audit->Leaks()) checkpoint.leaks.push_back(std::move(leak));
  }
  if (context.resumed.has_value()) {
    const auto& before = context.resumed->leaks;
    checkpoint.leaks.insert(checkpoint.leaks.end(), before.begin(), before.end());
  }
  context.checkpoint = std::move(checkpoint);
}

bool KeepCheckpoint(RunContext& context, bool published) {
  std::error_code ignored;
  // A server of the run's own ends with the run.
  const bool lasts = context.throwaway == nullptr && !context.record.key_ephemeral;
  if (!context.checkpoint.has_value() || context.hidden.empty() || !lasts) {
    // What was taken over is published by now, or goes; what was only refused stays.
    if (published || !context.hidden.empty()) fs::remove(PathOf(context), ignored);
    return false;
  }
  record::RunRecord& checkpoint = *context.checkpoint;
  checkpoint.run_id = context.options.run_id;
  checkpoint.key_id = context.record.key_id;
  const absl::StatusOr<std::string> backup = BackupIdentity(context.options.config.source.backup);
  const absl::StatusOr<std::string> configuration = ConfigurationDigest(context);
  absl::Status status = backup.ok() ? configuration.status() : backup.status();
  if (status.ok()) {
    checkpoint.options = {{"hidden", context.hidden},
                          {"staging", context.staging.name},
                          {"backup", *backup},
                          {"program", ProgramIdentity(context)},
                          {"configuration", *configuration}};
    status = WriteFileAtomic(PathOf(context), record::ToJson(checkpoint), 0600);
  }
  if (!status.ok()) {
    context.Warn(record::WarningKind::kNotKept,
                 fmt::format("what was loaded can't be kept for --resume: {}", MessageOf(status)));
    return false;
  }
  context.listener.Info(
      fmt::format("{} complete tables are kept in {}; \"understudy refresh --resume\" continues",
                  checkpoint.tables.size(), context.hidden));
  return true;
}

}  // namespace understudy::refresh
