// The configuration parameters of an Odoo database, as far as they can be compared without being shown.
//
// DESIGN: a key, and a hash of its value that the server makes: values (tokens, hosts, names) never leave it.
// Ownership: values. Threads: uses its connection.
#ifndef UNDERSTUDY_DRIFT_PARAMETERS_H_
#define UNDERSTUDY_DRIFT_PARAMETERS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pg/connection.h"
#include "record/run_record.h"

namespace understudy::drift {

using Parameters = std::map<std::string, std::string>;  // ir_config_parameter: key → hash of the value

// Empty if the database has no such table.
absl::StatusOr<Parameters> ReadParameters(pg::Connection& connection);

// What became of each: `sent` is staging before neutralising, `published` after it. "keep"; "treated": by a
// rule; "set", "removed", "added": by neutralising.
std::vector<record::Parameter> ExplainParameters(const Parameters& production, const Parameters& sent,
                                                 const Parameters& published);

}  // namespace understudy::drift

#endif  // UNDERSTUDY_DRIFT_PARAMETERS_H_
