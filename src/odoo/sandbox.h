// Where the channels of a staging lead instead of to the world: the mapping, and its words in SQL.
//
// DESIGN
//   A Sandbox is the configuration's `sandbox:` and what the run decided (new identity, password hash, tokens
//   that the stream already replaced). Statements of the packs name it by ${variables}; Substitute() puts SQL
//   there, quoted here and nowhere else. ${safe_host} and ${safe_url} are regular expressions (PostgreSQL's)
//   of the places a copy may know: this machine, names that RFC 2606 and RFC 6761 reserve, the sandbox.
// Ownership: values. Threads: immutable once filled.
#ifndef UNDERSTUDY_ODOO_SANDBOX_H_
#define UNDERSTUDY_ODOO_SANDBOX_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace understudy::odoo {

// Odoo's own housekeeping: it stays on, or nothing would ever be cleaned.
inline constexpr std::string_view kHousekeepingJob = "base.autovacuum_job";

struct Sandbox {
  std::string smtp_host = "invalid";  // RFC 2606: never resolves
  int smtp_port = 1025;
  std::string base_url = "http://localhost:8069";
  std::map<std::string, std::string> parameters;  // ir_config_parameter key → value
  std::vector<std::string> keep_jobs;             // external ids; kHousekeepingJob is always kept
  // Provider code → column → value: test credentials, put in after all keys were cleared.
  std::map<std::string, std::map<std::string, std::string>> payment;
  std::string password_hash;  // password.h; empty: nobody logs in
  std::string new_uuid;       // of the copy; FillIdentity() makes them if empty
  std::string new_secret;
  std::set<std::string> tokens_treated;  // "table.column" whose tokens the stream already made new
};

// Random identity where none is given.
absl::Status FillIdentity(Sandbox* sandbox);

// The hosts that the mapping names: catcher, base URL, parameters with a URL. Lower case, without duplicates.
std::vector<std::string> SandboxHosts(const Sandbox& sandbox);

using SqlVariables = std::map<std::string, std::string, std::less<>>;
SqlVariables VariablesOf(const Sandbox& sandbox);
// Replaces every ${name}; an unknown name is an error.
absl::StatusOr<std::string> Substitute(std::string_view sql, const SqlVariables& variables);

// ARRAY['a', 'b']::text[]
std::string SqlArray(const std::vector<std::string>& values);
// An expression that gives a new random UUID in each row, for this server.
std::string SqlNewUuid(int server_version);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_SANDBOX_H_
