// understudy.yaml as a typed Config.
//
// DESIGN
//   Contract of DESIGN §13 (docs/config.md says it for people). Every scalar may hold ${NAME}, expanded from
//   the environment ("$$" is a "$"); an unset NAME is an error. Unknown and doubled keys, wrong types and
//   values out of range are errors: "understudy.yaml:7:3: unknown key "polcy"; did you mean policy?".
//   Relative paths are relative to the file they stand in, so that a run does not depend on where it was
//   started. Secrets are never in the struct: SecretSource says where they are, ReadSecret()
//   (secret_source.h) fetches them.
// Ownership: values. Threads: immutable once loaded. Errors: UsageError (exit 2).
#ifndef UNDERSTUDY_REFRESH_CONFIG_H_
#define UNDERSTUDY_REFRESH_CONFIG_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "refresh/secret_source.h"

namespace understudy::refresh {

// Exactly one of the two is not empty.
struct SourceConfig {
  std::string database;    // libpq string or URI
  std::string backup;      // path
  uint64_t max_rate = 0;   // bytes a second read from production, over all lanes and files; 0: no limit
  uint32_t max_lanes = 0;  // sessions that read rows at the same time; 0: as many as there are lanes
};

struct StagingConfig {
  std::string database;
  std::string backup;
  std::string server;   // with `backup`: where the copy is built; empty: a throw-away server of our own
  bool restore = true;  // with `backup`: what was written is restored and compared (verify: restore | off)
  uint32_t keep_previous = 1;  // old stagings kept after publishing
};

struct OdooConfig {
  std::string filestore_source;  // directory or host:/directory; empty: no filestore
  std::string filestore_staging;
  std::optional<uint32_t> file_mode;  // of staging's files, as chmod takes it; directories follow
  std::string owner, group;           // names or numbers; empty: who runs
  std::vector<std::string> addons;
  SecretSource staging_password;  // none: nobody logs in
};

enum class UnclassifiedPolicy { kRewrite, kFail, kKeep };
enum class FindingPolicy { kFail, kWarn, kOff };

// The first rule whose patterns match decides; patterns are re2, anchored; an empty one matches all.
struct AttachmentRule {
  std::string model;
  std::string field;
  std::string mimetype;
  std::string url;
  std::optional<bool> is_public;
  int64_t larger_than = -1;  // bytes; -1: any size
  std::string action;        // keep, strip, avatar, placeholder, rewrite, drop
};

struct AttachmentPolicy {
  std::string default_action = "placeholder";
  std::vector<AttachmentRule> rules;
};

struct Policy {
  UnclassifiedPolicy unclassified = UnclassifiedPolicy::kRewrite;
  FindingPolicy leaks = FindingPolicy::kFail;
  FindingPolicy neutralisation = FindingPolicy::kFail;  // kOff is refused
  FindingPolicy fidelity = FindingPolicy::kFail;
  AttachmentPolicy attachments;
  std::vector<std::string> accepted;  // ids of warnings that were looked at

  bool Accepts(std::string_view warning_id) const;
};

struct Sandbox {
  std::string smtp_host;  // empty: outgoing mail goes nowhere
  uint16_t smtp_port = 1025;
  std::string base_url;
  std::map<std::string, std::string> parameters;  // ir_config_parameter key → value
  std::vector<std::string> keep_jobs;             // external ids of crons that stay on
  // Provider code → column → value: test credentials, usually ${NAME} of the environment.
  std::map<std::string, std::map<std::string, std::string>> payment;
};

struct Config {
  std::string path;  // the file, for messages
  SourceConfig source;
  StagingConfig staging;
  std::optional<OdooConfig> odoo;             // none: treated as a plain database unless it is Odoo's
  SecretSource key;                           // none: a random key for this run
  std::vector<std::string> rules = {"odoo"};  // pack names, or absolute paths of files
  Policy policy;
  Sandbox sandbox;
  uint32_t jobs = 0;  // lanes; 0 is one per core
  std::string state;  // directory of the run records, absolute or relative to the working directory
};

struct ConfigOptions {
  bool needs_staging = true;  // plan, scan and bench do without
  bool needs_source = true;   // filter does without
  // Reads a variable; the process's environment if not set. For tests.
  std::optional<std::string> (*environment)(const std::string& name) = nullptr;
};

// Reads and checks the file `path`.
absl::StatusOr<Config> LoadConfig(const std::string& path, const ConfigOptions& options = {});
// The same for a text; `path` is used in messages and for relative paths.
absl::StatusOr<Config> ParseConfig(const std::string& path, std::string_view text,
                                   const ConfigOptions& options = {});

// "20MB", "20MB/s" → bytes a second; as source.max_rate and --max-rate have it. 0: no limit.
absl::StatusOr<uint64_t> ReadRate(std::string_view text);

// The words of the file for a policy: "fail", "warn" …
const char* NameOf(UnclassifiedPolicy policy);
const char* NameOf(FindingPolicy policy);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_CONFIG_H_
