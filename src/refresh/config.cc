#include "refresh/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/hidden_variables.h"
#include "base/rate_limiter.h"
#include "base/status.h"
#include "base/strings.h"
#include "refresh/config_keys.h"
#include "refresh/config_reader.h"

namespace understudy::refresh {
namespace {

constexpr int64_t kMostLanes = 1024;    // far beyond any staging server's useful connections
constexpr uint64_t kLeastRate = 1000;   // slower, a single batch would take minutes
constexpr int64_t kMostPrevious = 100;  // each is a whole database

std::optional<std::string> ReadVariable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

bool IsVariableName(std::string_view name) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  return !name.empty() && (name[0] < '0' || name[0] > '9') &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

absl::StatusOr<Config> ConfigReader::Read(const Yaml& root) {
  RETURN_IF_ERROR(root.ExpectMap("the configuration"));
  RETURN_IF_ERROR(root.OnlyKeys(KeysBelow("")));
  config_.state = Resolve("understudy-state");
  RETURN_IF_ERROR(ReadEnds(root));
  if (const Yaml* odoo = root.Find("odoo")) RETURN_IF_ERROR(ReadOdoo(*odoo));
  if (const Yaml* key = root.Find("key")) RETURN_IF_ERROR(ReadSecretSource(*key, "key", &config_.key));
  if (const Yaml* rules = root.Find("rules")) RETURN_IF_ERROR(ReadRules(*rules));
  if (const Yaml* policy = root.Find("policy")) RETURN_IF_ERROR(ReadPolicy(*policy));
  if (const Yaml* sandbox = root.Find("sandbox")) RETURN_IF_ERROR(ReadSandbox(*sandbox));
  if (const Yaml* jobs = root.Find("jobs"))
    RETURN_IF_ERROR(ReadCount(*jobs, "jobs", kMostLanes, &config_.jobs));
  if (const Yaml* state = root.Find("state")) RETURN_IF_ERROR(ReadPath(*state, "state", &config_.state));
  return std::move(config_);
}

std::string ConfigReader::Resolve(const std::string& path) const {
  const std::filesystem::path p(path);
  return p.is_absolute() ? path : (directory_ / p).lexically_normal().string();
}

absl::StatusOr<std::string> ConfigReader::Expand(const Yaml& node, const std::string& text) const {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$' || i + 1 >= text.size() || (text[i + 1] != '$' && text[i + 1] != '{')) {
      out += text[i];
      continue;
    }
    if (text[++i] == '$') {
      out += '$';
      continue;
    }
    const size_t end = text.find('}', i);
    const std::string name = text.substr(i + 1, end == std::string::npos ? 0 : end - i - 1);
    if (!IsVariableName(name)) {
      return node.Error("\"${\" begins the name of an environment variable, as in ${NAME}; write $$ for a $");
    }
    const auto value = options_.environment != nullptr ? options_.environment(name) : ReadVariable(name);
    if (!value.has_value())
      return node.Error(
          fmt::format("environment variable {} is not set; export it, or write the value here", name));
    HideFromChildren(name);
    out += *value;
    i = end;
  }
  return out;
}

absl::Status ConfigReader::ReadText(const Yaml& node, std::string_view what, std::string* out) const {
  ASSIGN_OR_RETURN(const std::string text, node.Text(what));
  ASSIGN_OR_RETURN(*out, Expand(node, text));
  return out->empty() ? node.Error(fmt::format("{} is empty", what)) : absl::OkStatus();
}

absl::Status ConfigReader::ReadPath(const Yaml& node, std::string_view what, std::string* out) const {
  RETURN_IF_ERROR(ReadText(node, what, out));
  *out = Resolve(*out);
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadCount(const Yaml& node, std::string_view what, int64_t most,
                                     uint32_t* out) const {
  if (node.is_scalar() && node.scalar().find('$') != std::string::npos) {
    std::string text;
    RETURN_IF_ERROR(ReadText(node, what, &text));
    const bool digits = text.find_first_not_of("0123456789") == std::string::npos && text.size() < 10;
    const int64_t value = digits ? std::strtol(text.c_str(), nullptr, 10) : most + 1;
    if (value > most) return node.Error(fmt::format("{}: expected a number from 0 to {}", what, most));
    *out = static_cast<uint32_t>(value);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const int64_t value, node.Int(what, 0, most));
  *out = static_cast<uint32_t>(value);
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadTexts(const Yaml& node, std::string_view what,
                                     std::vector<std::string>* out) const {
  RETURN_IF_ERROR(node.Texts(what).status());
  out->clear();
  const std::vector<Yaml> one = {node};
  for (const Yaml& item : node.is_sequence() ? node.items() : one) {
    RETURN_IF_ERROR(ReadText(item, what, &out->emplace_back()));
  }
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadSecretSource(const Yaml& node, const std::string& what,
                                            SecretSource* out) const {
  const bool one = node.is_map() && node.entries().size() == 1;
  if (!one) {
    return node.Error(
        fmt::format("{}: expected one of {{file: PATH}}, {{env: NAME}}, {{command: LINE}}; "
                    "a secret itself does not belong into this file",
                    what));
  }
  RETURN_IF_ERROR(node.OnlyKeys({"file", "env", "command"}));
  const YamlEntry& entry = node.entries()[0];
  const std::string& kind = entry.key.scalar();
  RETURN_IF_ERROR(ReadText(entry.value, what + "." + kind, &out->value));
  out->kind = SecretSource::Kind::kCommand;
  if (kind == "env") {
    out->kind = SecretSource::Kind::kEnvironment;
    HideFromChildren(out->value);
  }
  if (kind == "file") {
    out->kind = SecretSource::Kind::kFile;
    out->value = Resolve(out->value);
  }
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadEnd(const Yaml& node, const std::string& what, std::string* database,
                                   std::string* backup) {
  if (const Yaml* text = node.Find("database"))
    RETURN_IF_ERROR(ReadText(*text, what + ".database", database));
  if (const Yaml* path = node.Find("backup")) RETURN_IF_ERROR(ReadPath(*path, what + ".backup", backup));
  if (database->empty() == backup->empty()) {
    return node.Error(fmt::format("{}: exactly one of database and backup is needed", what));
  }
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadEnds(const Yaml& root) {
  const Yaml* source = root.Find("source");
  if (source == nullptr && !options_.needs_source) return absl::OkStatus();
  if (source == nullptr) return root.Error("source is missing; it says where production's rows come from");
  RETURN_IF_ERROR(source->ExpectMap("source"));
  RETURN_IF_ERROR(source->OnlyKeys(KeysBelow("source")));
  RETURN_IF_ERROR(ReadEnd(*source, "source", &config_.source.database, &config_.source.backup));
  RETURN_IF_ERROR(ReadLimits(*source));

  const Yaml* staging = root.Find("staging");
  if (staging == nullptr) {
    return options_.needs_staging ? root.Error("staging is missing; it says where the rows go")
                                  : absl::OkStatus();
  }
  RETURN_IF_ERROR(staging->ExpectMap("staging"));
  RETURN_IF_ERROR(staging->OnlyKeys(KeysBelow("staging")));
  if (const Yaml* server = staging->Find("server")) {
    RETURN_IF_ERROR(ReadText(*server, "staging.server", &config_.staging.server));
  }
  if (const Yaml* keep = staging->Find("keep_previous")) {
    RETURN_IF_ERROR(ReadCount(*keep, "staging.keep_previous", kMostPrevious, &config_.staging.keep_previous));
  }
  RETURN_IF_ERROR(ReadEnd(*staging, "staging", &config_.staging.database, &config_.staging.backup));
  for (const char* key : {"server", "verify"}) {
    const Yaml* node = config_.staging.backup.empty() ? staging->Find(key) : nullptr;
    if (node != nullptr) return node->Error(fmt::format("staging.{} belongs to staging.backup", key));
  }
  if (const Yaml* verify = staging->Find("verify")) {
    size_t index = 0;
    RETURN_IF_ERROR(ReadChoice(*verify, "staging.verify", &index));
    config_.staging.restore = index == 0;
  }
  if (!config_.source.backup.empty() && config_.source.backup == config_.staging.backup) {
    return staging->Error("staging.backup is the source's own file");
  }
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadLimits(const Yaml& source) {
  const Yaml* rate = source.Find("max_rate");
  const Yaml* lanes = source.Find("max_lanes");
  if (config_.source.database.empty() && (rate != nullptr || lanes != nullptr)) {
    return (rate != nullptr ? rate : lanes)->Error("limits spare a live production; a backup is only a file");
  }
  if (lanes != nullptr) {
    RETURN_IF_ERROR(ReadCount(*lanes, "source.max_lanes", kMostLanes, &config_.source.max_lanes));
  }
  if (rate == nullptr) return absl::OkStatus();
  std::string text;
  RETURN_IF_ERROR(ReadText(*rate, "source.max_rate", &text));
  const absl::StatusOr<uint64_t> bytes = ReadRate(text);
  if (!bytes.ok()) return rate->Error(fmt::format("source.max_rate: {}", MessageOf(bytes.status())));
  config_.source.max_rate = *bytes;
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadRules(const Yaml& node) {
  RETURN_IF_ERROR(ReadTexts(node, "rules", &config_.rules));
  for (std::string& rule : config_.rules) {
    const std::string extension = std::filesystem::path(rule).extension().string();
    const bool file = rule[0] == '/' || rule[0] == '.' || extension == ".yaml" || extension == ".yml";
    if (file) rule = Resolve(rule);
  }
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadChoice(const Yaml& node, std::string_view what, size_t* index) const {
  const std::vector<std::string> choices = ChoicesOf(what);
  std::string word;
  RETURN_IF_ERROR(ReadText(node, what, &word));
  const auto found = std::find(choices.begin(), choices.end(), word);
  if (found == choices.end()) {
    return node.Error(fmt::format("{}: \"{}\" is none of {}{}", what, word, fmt::join(choices, ", "),
                                  DidYouMean(word, choices)));
  }
  *index = static_cast<size_t>(found - choices.begin());
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadFindingPolicy(const Yaml& policy, const char* name, FindingPolicy* out) const {
  const Yaml* node = policy.Find(name);
  if (node == nullptr) return absl::OkStatus();
  size_t index = 0;
  RETURN_IF_ERROR(ReadChoice(*node, fmt::format("policy.{}", name), &index));
  *out = static_cast<FindingPolicy>(index);
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadPolicy(const Yaml& node) {
  RETURN_IF_ERROR(node.ExpectMap("policy"));
  RETURN_IF_ERROR(node.OnlyKeys(KeysBelow("policy")));
  Policy& policy = config_.policy;
  if (const Yaml* unclassified = node.Find("unclassified")) {
    size_t index = 0;
    RETURN_IF_ERROR(ReadChoice(*unclassified, "policy.unclassified", &index));
    policy.unclassified = static_cast<UnclassifiedPolicy>(index);
  }
  RETURN_IF_ERROR(ReadFindingPolicy(node, "leaks", &policy.leaks));
  RETURN_IF_ERROR(ReadFindingPolicy(node, "neutralisation", &policy.neutralisation));
  RETURN_IF_ERROR(ReadFindingPolicy(node, "fidelity", &policy.fidelity));
  if (const Yaml* attachments = node.Find("attachments")) RETURN_IF_ERROR(ReadAttachments(*attachments));
  if (const Yaml* accepted = node.Find("accepted")) {
    RETURN_IF_ERROR(ReadTexts(*accepted, "policy.accepted", &policy.accepted));
  }
  return absl::OkStatus();
}

bool Policy::Accepts(std::string_view warning_id) const {
  return std::find(accepted.begin(), accepted.end(), warning_id) != accepted.end();
}

absl::StatusOr<uint64_t> ReadRate(std::string_view text) {
  const std::optional<uint64_t> bytes = ParseRate(text);
  if (bytes.has_value() && (*bytes == 0 || *bytes >= kLeastRate)) return *bytes;
  return UsageError(fmt::format(
      "\"{}\" is no rate; write bytes a second, such as 20MB or 512KiB, of at least {}; 0 is no limit", text,
      HumanBytes(kLeastRate)));
}

absl::StatusOr<Config> ParseConfig(const std::string& path, std::string_view text,
                                   const ConfigOptions& options) {
  ASSIGN_OR_RETURN(const Yaml root, rules::ParseYaml(text, path));
  return ConfigReader(path, options).Read(root);
}

absl::StatusOr<Config> LoadConfig(const std::string& path, const ConfigOptions& options) {
  auto text = ReadFile(path);
  if (!text.ok()) {
    return UsageError(
        fmt::format("configuration: {}; give its name with --config=FILE, or make one with understudy init",
                    MessageOf(text.status())));
  }
  return ParseConfig(path, *text, options);
}

const char* NameOf(UnclassifiedPolicy policy) {
  static constexpr const char* kNames[] = {"rewrite", "fail", "keep"};
  return kNames[static_cast<size_t>(policy)];
}

const char* NameOf(FindingPolicy policy) {
  static constexpr const char* kNames[] = {"fail", "warn", "off"};
  return kNames[static_cast<size_t>(policy)];
}

}  // namespace understudy::refresh
