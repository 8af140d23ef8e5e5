// What a staging result may depend on besides schema and rows: versions, modules, locales, server settings.
//
// DESIGN
//   Flat facts, so that two ends compare key by key: "postgresql", "odoo", "module.sale",
//   "extension.unaccent", "collation.database", "encoding", "lc_collate", "setting.work_mem". Settings are
//   those of a fresh session (pg_settings.reset_val), whatever the reading session has set for itself. A
//   difference has one sentence on what it may do (Explain); it belongs to the class of the key.
// Ownership: values. Threads: ReadEnvironment uses its connection; the rest are pure functions.
#ifndef UNDERSTUDY_DRIFT_ENVIRONMENT_H_
#define UNDERSTUDY_DRIFT_ENVIRONMENT_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pg/connection.h"
#include "record/run_record.h"

namespace understudy::drift {

using EnvironmentFacts = std::map<std::string, std::string>;
absl::StatusOr<EnvironmentFacts> ReadEnvironment(pg::Connection& connection);

// What it may do to a staging result that this key differs.
std::string Explain(std::string_view key);

// Both ends, with an explanation for every key that differs or that one end lacks.
record::Environment CompareEnvironments(const EnvironmentFacts& source, const EnvironmentFacts& staging);

}  // namespace understudy::drift

#endif  // UNDERSTUDY_DRIFT_ENVIRONMENT_H_
