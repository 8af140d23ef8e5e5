#include "drift/parameters.h"

#include "base/status.h"

namespace understudy::drift {
namespace {

constexpr const char* kHasParametersSql =
    "SELECT pg_catalog.to_regclass('public.ir_config_parameter') IS NOT NULL";
constexpr const char* kParametersSql =
    "SELECT key, pg_catalog.md5(COALESCE(value::text, '')) FROM public.ir_config_parameter";

const std::string* ValueOf(const Parameters& parameters, const std::string& key) {
  const auto found = parameters.find(key);
  return found == parameters.end() ? nullptr : &found->second;
}

}  // namespace

absl::StatusOr<Parameters> ReadParameters(pg::Connection& connection) {
  Parameters parameters;
  ASSIGN_OR_RETURN(const pg::Result there, connection.Exec(kHasParametersSql));
  if (!there.Bool(0, 0)) return parameters;
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(kParametersSql));
  for (int i = 0; i < rows.rows(); ++i) parameters[rows.String(i, 0)] = rows.String(i, 1);
  return parameters;
}

std::vector<record::Parameter> ExplainParameters(const Parameters& production, const Parameters& sent,
                                                 const Parameters& published) {
  std::vector<record::Parameter> parameters;
  for (const auto& [key, hash] : production) {
    const std::string* const before = ValueOf(sent, key);
    const std::string* const after = ValueOf(published, key);
    if (after == nullptr) {
      parameters.push_back({key, "removed"});
    } else if (before == nullptr || *before != *after) {
      parameters.push_back({key, *after == hash ? "keep" : "set"});
    } else {
      parameters.push_back({key, *after == hash ? "keep" : "treated"});
    }
  }
  for (const auto& [key, hash] : published) {
    if (production.count(key) == 0) parameters.push_back({key, "added"});
  }
  return parameters;
}

}  // namespace understudy::drift
