#include "odoo/sandbox.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/secret.h"
#include "base/status.h"
#include "base/strings.h"
#include "odoo/password.h"
#include "pg/quote.h"

namespace understudy::odoo {
namespace {

// PostgreSQL's regular expressions: everything that is not a letter, a digit or an underscore is escaped.
std::string EscapeRegex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!word) out += '\\';
    out += c;
  }
  return out;
}

std::string SafeHostAlternatives(const Sandbox& sandbox) {
  std::string out =
      "localhost|127(\\.[0-9]+){3}|\\[?::1\\]?|invalid|"
      "([a-z0-9_-]+\\.)*(invalid|test|example|localhost|example\\.(com|org|net))";
  for (const std::string& host : SandboxHosts(sandbox)) out += "|" + EscapeRegex(host);
  return out;
}

// The host of "scheme://user@host:port/path", or empty.
std::string HostOf(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (!rest.empty() && rest.front() == '[') return std::string(rest.substr(0, rest.find(']') + 1));
  return Lower(rest.substr(0, rest.rfind(':')));
}

// A parameter that holds a secret, told by its key or by the shape of its value. The prefixes are those that
// the services publish for secret scanners (Google, Stripe, Slack, GitHub, AWS, SendGrid, JWT, PEM).
constexpr std::string_view kSecretParameter = R"((length(value) >= 6
  AND value !~* '^(true|false|none|null|[0-9.,]+|neutralised.*)$' AND key NOT LIKE 'understudy.%' AND value !~* ${safe_url}
  AND (key ~* '(secret|token|passw|passphrase|api.?key|private|credential|hook|[._]dsn|auth_?key|access_?key|[._]key$|licen[sc]e)'
    OR value ~ '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/@[:space:]]*:[^/@[:space:]]+@'
    OR value ~ '(AIza[0-9A-Za-z_-]{20,}|[spr]k_(live|test)_|whsec_|xox[abprs]-|gh[pousr]_[A-Za-z0-9]{20}|eyJ[A-Za-z0-9_-]{10,}\.|GOCSPX-|ya29\.|^1//|AKIA[0-9A-Z]{16}|-----BEGIN|SG\.[A-Za-z0-9_-]{16,}|\$pbkdf2)'
    OR (value ~ '^[A-Za-z0-9+/_=-]{24,}$' AND value ~ '[0-9]' AND value ~ '[A-Z]' AND value ~ '[a-z]'))))";

}  // namespace

absl::Status FillSeed(Sandbox* sandbox) {
  if (!sandbox->token_seed.empty()) return absl::OkStatus();
  if (!SodiumReady()) return Failed("the system has no source of randomness");
  std::array<unsigned char, 32> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  for (const unsigned char byte : bytes) sandbox->token_seed += fmt::format("{:02x}", byte);
  sodium_memzero(bytes.data(), bytes.size());
  return absl::OkStatus();
}

std::vector<std::string> SandboxHosts(const Sandbox& sandbox) {
  std::set<std::string> hosts;
  hosts.insert(Lower(sandbox.smtp_host));
  hosts.insert(HostOf(sandbox.base_url));
  for (const auto& [key, value] : sandbox.parameters) hosts.insert(HostOf(value));
  hosts.erase("");
  return {hosts.begin(), hosts.end()};
}

std::string SqlArray(const std::vector<std::string>& values) {
  std::string out = "ARRAY[";
  for (size_t i = 0; i < values.size(); ++i) out += (i > 0 ? ", " : "") + pg::QuoteLiteral(values[i]);
  return out + "]::text[]";
}

std::string SqlDigest(int server_version, std::string_view place, std::string_view subject) {
  const std::string text =
      fmt::format("current_setting({}) || {} || ({})::text", pg::QuoteLiteral(kSeedSetting),
                  pg::QuoteLiteral(fmt::format(" {} ", place)), subject);
  // sha256() is in the core from PostgreSQL 11; md5() is missing where OpenSSL runs in FIPS mode.
  if (server_version < 110000) return fmt::format("md5({})", text);
  return fmt::format("substr(encode(sha256(convert_to({}, 'UTF8')), 'hex'), 1, 32)", text);
}

std::string SqlUuid(int server_version, std::string_view place, std::string_view subject) {
  // RFC 9562 §5.4: version 4 in the 13th digit, the variant in the 17th.
  return fmt::format("overlay(overlay({} PLACING '4' FROM 13 FOR 1) PLACING 'a' FROM 17 FOR 1)::uuid::text",
                     SqlDigest(server_version, place, subject));
}

std::string SqlRandomSeed(int server_version) {
  // gen_random_uuid() is in the core from PostgreSQL 13.
  const std::string random = server_version >= 130000
                                 ? "gen_random_uuid()::text || gen_random_uuid()::text"
                                 : "md5(random()::text || clock_timestamp()::text) || md5(random()::text)";
  // Not a SELECT: psql would show the seed.
  return fmt::format("DO $$BEGIN PERFORM set_config({}, {}, true); END$$", pg::QuoteLiteral(kSeedSetting),
                     random);
}

SqlVariables VariablesOf(const Sandbox& sandbox) {
  std::vector<std::string> jobs = {std::string(kHousekeepingJob)};
  jobs.insert(jobs.end(), sandbox.keep_jobs.begin(), sandbox.keep_jobs.end());
  std::vector<std::string> keys;
  for (const auto& [key, value] : sandbox.parameters) keys.push_back(key);
  const std::string host = SafeHostAlternatives(sandbox);
  const std::string safe_url =
      pg::QuoteLiteral("^([a-z][a-z0-9+.-]*://)?(" + host + ")(:[0-9]+)?([/?#].*)?$");
  // An address inside the sandbox is no secret, whatever its key is called.
  std::string secret_parameter(kSecretParameter);
  constexpr std::string_view kPlace = "${safe_url}";
  secret_parameter.replace(secret_parameter.find(kPlace), kPlace.size(), safe_url);
  return {
      {"smtp_host", pg::QuoteLiteral(sandbox.smtp_host)},
      {"smtp_port", fmt::format("{}", sandbox.smtp_port)},
      {"base_url", pg::QuoteLiteral(sandbox.base_url)},
      {"safe_host", pg::QuoteLiteral("^(" + host + ")$")},
      {"safe_url", safe_url},
      {"kept_jobs", SqlArray(jobs)},
      {"sandbox_parameters", SqlArray(keys)},
      {"secret_parameter", secret_parameter},
      {"staging_password", sandbox.password_hash.empty() ? "NULL" : pg::QuoteLiteral(sandbox.password_hash)},
      {"staging_password_shape", pg::QuoteLiteral(StagingHashPattern())},
  };
}

absl::StatusOr<std::string> Substitute(std::string_view sql, const SqlVariables& variables) {
  std::string out;
  size_t at = 0;
  while (true) {
    const size_t open = sql.find("${", at);
    if (open == std::string_view::npos) break;
    const size_t close = sql.find('}', open);
    if (close == std::string_view::npos) return UsageError("a ${ without its }");
    const std::string_view name = sql.substr(open + 2, close - open - 2);
    const auto found = variables.find(name);
    if (found == variables.end()) return UsageError(fmt::format("unknown variable ${{{}}}", name));
    out += sql.substr(at, open - at);
    out += found->second;
    at = close + 1;
  }
  out += sql.substr(at);
  return out;
}

}  // namespace understudy::odoo
