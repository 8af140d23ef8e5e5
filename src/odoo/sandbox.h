// Where the channels of a staging lead instead of to the world: the mapping, and its words in SQL.
//
// DESIGN
//   A Sandbox is the configuration's `sandbox:` and what the run decided (password hash, the seed of new
//   tokens, tokens that the stream already replaced). Statements of the packs name it by ${variables};
//   Substitute() puts SQL there, quoted here and nowhere else. ${safe_host} and ${safe_url} are regular
//   expressions (PostgreSQL's) of the places a copy may know: this machine, names that RFC 2606 and RFC 6761
//   reserve, the sandbox. New tokens and the new identity are digests of (seed, place, row), so that a
//   refresh with the same key gives the same bytes (invariant 5). The seed is in no statement's text, which a
//   server may log: it is bound to a setting that ends with the transaction.
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
  // Derived from the project key; FillSeed() makes a random one if it is empty. Never written to a database.
  std::string token_seed;
  std::set<std::string> tokens_treated;  // "table.column" whose tokens the stream already made new
};

// A random seed where none is given.
absl::Status FillSeed(Sandbox* sandbox);

// The hosts that the mapping names: catcher, base URL, parameters with a URL. Lower case, without duplicates.
std::vector<std::string> SandboxHosts(const Sandbox& sandbox);

using SqlVariables = std::map<std::string, std::string, std::less<>>;
SqlVariables VariablesOf(const Sandbox& sandbox);
// Replaces every ${name}; an unknown name is an error.
absl::StatusOr<std::string> Substitute(std::string_view sql, const SqlVariables& variables);

// ARRAY['a', 'b']::text[]
std::string SqlArray(const std::vector<std::string>& values);
// The setting that holds the seed while a transaction neutralises.
inline constexpr std::string_view kSeedSetting = "understudy.token_seed";
// An expression: 32 hex digits that depend on the seed, on `place` ("sale_order.access_token") and on the
// expression `subject`, which tells rows apart.
std::string SqlDigest(int server_version, std::string_view place, std::string_view subject);
// The same digits as a UUID of version 4, as text.
std::string SqlUuid(int server_version, std::string_view place, std::string_view subject);
// A statement that sets a random seed for the rest of the transaction, for scripts that people keep.
std::string SqlRandomSeed(int server_version);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_SANDBOX_H_
