#include "drift/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/status.h"
#include "drift/parameters.h"
#include "pg/quote.h"
#include "record/state_directory.h"

namespace understudy::drift {
namespace {

constexpr const char* kRunSql =
    "SELECT pg_catalog.substr(u, pg_catalog.length('understudy.run=') + 1)"
    " FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase,"
    " pg_catalog.unnest(s.setconfig) u WHERE d.datname = pg_catalog.current_database() AND s.setrole = 0"
    " AND pg_catalog.starts_with(u, 'understudy.run=')";

// Counters where there are some, else what the last ANALYZE left.
constexpr const char* kProductionRows = "COALESCE(NULLIF(s.n_live_tup, 0), c.reltuples::bigint)";
// A refresh analyses a table before the sessions that filled it have reported their rows, which the server
// then adds to what ANALYZE counted. What went in and out since the database was made has them once; a crash
// of the server clears it, and then it is below what ANALYZE found.
constexpr const char* kStagingRows =
    "CASE WHEN c.reltuples >= 0 AND s.n_tup_ins - s.n_tup_del >= 0.9 * c.reltuples"
    " THEN s.n_tup_ins - s.n_tup_del ELSE COALESCE(NULLIF(s.n_live_tup, 0), c.reltuples::bigint) END";
constexpr const char* kRowsSql =
    "SELECT n.nspname, c.relname, GREATEST({}, 0)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid"
    " WHERE c.relkind = 'r' AND c.relpersistence <> 't'"
    " AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')";

using RowCounts = std::map<std::string, uint64_t>;

absl::StatusOr<RowCounts> ReadRowCounts(pg::Connection& connection, const char* count) {
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(fmt::format(fmt::runtime(kRowsSql), count)));
  RowCounts counts;
  for (int i = 0; i < rows.rows(); ++i) {
    counts[pg::RelationName(rows.Get(i, 0), rows.Get(i, 1))] = static_cast<uint64_t>(rows.Int(i, 2));
  }
  return counts;
}

bool ChangedOnPurpose(const std::string& key, const record::RunRecord* run) {
  if (key.starts_with("understudy.")) return true;
  if (run == nullptr) return false;
  return std::any_of(run->parameters.begin(), run->parameters.end(),
                     [&key](const record::Parameter& p) { return p.key == key && p.treatment != "keep"; });
}

std::vector<ParameterDifference> CompareParameters(const Parameters& production, const Parameters& staging,
                                                   const record::RunRecord* run) {
  std::vector<ParameterDifference> differences;
  for (const auto& [key, hash] : production) {
    const auto found = staging.find(key);
    if (found == staging.end()) {
      differences.push_back({key, "only on production", ChangedOnPurpose(key, run)});
    } else if (found->second != hash) {
      differences.push_back({key, "value differs", ChangedOnPurpose(key, run)});
    }
  }
  for (const auto& [key, hash] : staging) {
    if (production.count(key) == 0) {
      differences.push_back({key, "only on staging", ChangedOnPurpose(key, run)});
    }
  }
  return differences;
}

void AddGrowth(const RowCounts& production, const RowCounts& staging, const DriftOptions& options,
               Drift* drift) {
  for (const auto& [table, rows] : staging) drift->rows_staging += rows;
  for (const auto& [table, now] : production) {
    drift->rows_production += now;
    const auto found = staging.find(table);
    if (found == staging.end()) continue;  // the schema says that it is missing
    const uint64_t change = now > found->second ? now - found->second : found->second - now;
    const double share =
        static_cast<double>(change) / static_cast<double>(std::max<uint64_t>(found->second, 1));
    if (change > options.growth_rows && share > options.growth_share) {
      drift->growth.push_back({table, now, found->second});
    }
  }
  const auto change = [](const Growth& g) {
    return g.production > g.staging ? g.production - g.staging : g.staging - g.production;
  };
  std::stable_sort(drift->growth.begin(), drift->growth.end(),
                   [&](const Growth& a, const Growth& b) { return change(a) > change(b); });
}

// Columns of production that staging lacks, and what the rules say of them.
void AddNewColumns(const DriftOptions& options, const std::vector<verify::SchemaChange>& schema,
                   Drift* drift) {
  if (options.plan == nullptr || options.facts == nullptr) return;
  std::map<std::string, const verify::SchemaChange*> missing;
  for (const verify::SchemaChange& change : schema) {
    if (change.difference == "missing on staging") missing[change.object] = &change;
  }
  for (size_t t = 0; t < options.plan->tables.size(); ++t) {
    const rules::Relation& relation = options.facts->relations[t];
    const rules::TablePlan& table = options.plan->tables[t];
    for (size_t c = 0; c < table.columns.size(); ++c) {
      const std::string object =
          "column " + relation.schema + "." + relation.name + "." + table.columns[c].column;
      if (missing.count(object) == 0) continue;
      drift->new_columns.push_back({table.QualifiedName(), table.columns[c].column,
                                    relation.attributes[c].type.name, !table.columns[c].unclassified()});
    }
  }
}

absl::Status AddAge(pg::Connection& staging, const DriftOptions& options, Drift* drift) {
  ASSIGN_OR_RETURN(const pg::Result run, staging.Exec(kRunSql));
  if (run.rows() > 0) drift->run_id = run.String(0, 0);
  if (options.run != nullptr && options.run->run_id == drift->run_id) {
    drift->refreshed_at =
        options.run->snapshot.time.empty() ? options.run->started_at : options.run->snapshot.time;
  } else if (drift->run_id.size() >= 16) {
    // The id begins with the time the run began: 20250131T020304Z.
    const std::string& id = drift->run_id;
    drift->refreshed_at = id.substr(0, 4) + "-" + id.substr(4, 2) + "-" + id.substr(6, 5) + ":" +
                          id.substr(11, 2) + ":" + id.substr(13, 3);
  }
  const int64_t then = record::ParseRfc3339(drift->refreshed_at);
  if (then < 0) {
    drift->refreshed_at.clear();
    return absl::OkStatus();
  }
  drift->age_seconds = std::max<int64_t>(options.now - then, 0);
  drift->too_old = options.most_age_seconds > 0 && drift->age_seconds > options.most_age_seconds;
  return absl::OkStatus();
}

void CountAlarms(const std::vector<std::string>& accepted, Drift* drift) {
  const auto find = [&](const std::string& id) {
    drift->found.insert(id);
    if (std::find(accepted.begin(), accepted.end(), id) != accepted.end()) drift->accepted.insert(id);
  };
  for (const verify::SchemaChange& change : drift->schema) {
    if (change.kind <= verify::DifferenceKind::kAccepted) find(verify::IdOf(change));
  }
  for (const auto& [key, sentence] : drift->environment.explanations) {
    if (const auto id = EnvironmentId(key)) find(*id);
  }
  for (const NewColumn& column : drift->new_columns) {
    if (!column.classified) find(IdOf(column));
  }
  for (const AddonDifference& addon : drift->addons) find(IdOf(addon));
  drift->alarms = drift->found.size() - drift->accepted.size() + (drift->too_old ? 1 : 0);
}

}  // namespace

record::WarningId IdOf(const NewColumn& column) {
  return {record::WarningKind::kUnclassified, column.table + "." + column.column};
}

record::WarningId IdOf(const AddonDifference& addon) {
  return {record::WarningKind::kAddonDiffers, addon.module};
}

std::optional<record::WarningId> EnvironmentId(std::string_view key) {
  const bool alarm = key == "odoo" || key.starts_with("module.") || key.starts_with("extension.");
  if (!alarm) return std::nullopt;
  return record::WarningId(record::WarningKind::kEnvironmentDiffers, key);
}

absl::StatusOr<Drift> FindDrift(pg::Connection& production, pg::Connection& staging,
                                const DriftOptions& options) {
  Drift drift;
  RETURN_IF_ERROR(Annotate(AddAge(staging, options, &drift), "staging"));
  ASSIGN_OR_RETURN(const verify::SchemaFacts schema_production, verify::ReadSchema(production));
  ASSIGN_OR_RETURN(const verify::SchemaFacts schema_staging, verify::ReadSchema(staging));
  drift.schema = verify::CompareSchemas(schema_production, schema_staging);
  verify::Accept(options.accepted, &drift.schema);
  ASSIGN_OR_RETURN(const EnvironmentFacts facts_production, ReadEnvironment(production));
  ASSIGN_OR_RETURN(const EnvironmentFacts facts_staging, ReadEnvironment(staging));
  drift.environment = CompareEnvironments(facts_production, facts_staging);
  ASSIGN_OR_RETURN(const Parameters parameters_production, ReadParameters(production));
  ASSIGN_OR_RETURN(const Parameters parameters_staging, ReadParameters(staging));
  drift.parameters = CompareParameters(parameters_production, parameters_staging, options.run);
  ASSIGN_OR_RETURN(const RowCounts rows_production, ReadRowCounts(production, kProductionRows));
  ASSIGN_OR_RETURN(const RowCounts rows_staging, ReadRowCounts(staging, kStagingRows));
  AddGrowth(rows_production, rows_staging, options, &drift);
  AddNewColumns(options, drift.schema, &drift);
  if (!options.addons.empty() && facts_staging.count("odoo") != 0) {
    ASSIGN_OR_RETURN(const std::vector<odoo::Module> modules, odoo::LoadInstalledModules(staging));
    ASSIGN_OR_RETURN(drift.addons, CompareAddons(modules, options.addons));
  }
  CountAlarms(options.accepted, &drift);
  return drift;
}

}  // namespace understudy::drift
