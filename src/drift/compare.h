// Is staging still like production now? Schema, environment, parameters, growth, age.
//
// DESIGN
//   Reads catalogues, settings and counters of both ends, never the rows (but for the keys of
//   ir_config_parameter, and a hash of each value, made by the server). `alarms` counts what a monitor should
//   wake somebody for: differences of the schema that are not deliberate, modules, columns that no rule
//   covers, an age beyond the limit. Each of them has an id (IdOf), and those that policy.accepted names do
//   not count. Growth and settings are for people and have none.
// Ownership: values. Threads: blocks its caller; uses both connections in turn.
#ifndef UNDERSTUDY_DRIFT_COMPARE_H_
#define UNDERSTUDY_DRIFT_COMPARE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "drift/addons.h"
#include "drift/environment.h"
#include "pg/connection.h"
#include "record/run_record.h"
#include "record/warning_id.h"
#include "rules/plan.h"
#include "verify/schema_identity.h"

namespace understudy::drift {

struct DriftOptions {
  std::vector<std::string> addons;         // paths; empty: not compared
  const record::RunRecord* run = nullptr;  // that made this staging, if known: ages, deliberate parameters
  const rules::Facts* facts = nullptr;     // of production, with `plan`: for new columns without a rule
  const rules::Plan* plan = nullptr;
  int64_t now = 0;                    // seconds since 1970
  int64_t most_age_seconds = 0;       // 0: no limit
  double growth_share = 0.10;         // tables that grew or shrank by more than this …
  uint64_t growth_rows = 1000;        // … and by more rows than this
  std::vector<std::string> accepted;  // policy.accepted
};

struct ParameterDifference {
  std::string key;
  std::string difference;  // "only on production", "only on staging", "value differs"
  bool deliberate = false;
};

struct Growth {
  std::string table;                     // "schema.table", without public
  uint64_t production = 0, staging = 0;  // rows, as the servers estimate
};

struct NewColumn {
  std::string table, column, type;
  bool classified = true;  // false: no rule says what to do with it
};

struct Drift {
  std::string run_id;        // of the staging, from its own settings; empty: not made by a refresh
  std::string refreshed_at;  // RFC 3339; empty: not known
  int64_t age_seconds = -1;  // -1: not known
  bool too_old = false;
  std::vector<verify::SchemaChange> schema;
  record::Environment environment;
  std::vector<ParameterDifference> parameters;
  std::vector<Growth> growth;
  uint64_t rows_production = 0, rows_staging = 0;
  std::vector<NewColumn> new_columns;
  std::vector<AddonDifference> addons;
  std::set<std::string> found;     // ids of all that is to be acted on or was accepted
  std::set<std::string> accepted;  // of these
  uint64_t alarms = 0;
};

record::WarningId IdOf(const NewColumn& column);
record::WarningId IdOf(const AddonDifference& addon);
// Of a difference of the environment; none for a setting, which is no alarm.
std::optional<record::WarningId> EnvironmentId(std::string_view key);

absl::StatusOr<Drift> FindDrift(pg::Connection& production, pg::Connection& staging,
                                const DriftOptions& options);

}  // namespace understudy::drift

#endif  // UNDERSTUDY_DRIFT_COMPARE_H_
