#include "refresh/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/status.h"
#include "base/strings.h"
#include "rules/yaml_reader.h"

namespace understudy::refresh {
namespace {

using rules::Yaml;
using rules::YamlEntry;

constexpr int64_t kMostLanes = 1024;    // far beyond any staging server's useful connections
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

// host:/directory, which goes through rsync.
bool IsRemote(std::string_view path) {
  const size_t colon = path.find(':');
  return colon != std::string_view::npos && colon > 0 && path.find('/') > colon;
}

class ConfigReader {
 public:
  ConfigReader(const std::string& path, const ConfigOptions& options)
      : directory_(std::filesystem::path(path).parent_path()), options_(options) {
    config_.path = path;
  }

  absl::StatusOr<Config> Read(const Yaml& root) {
    RETURN_IF_ERROR(root.ExpectMap("the configuration"));
    RETURN_IF_ERROR(
        root.OnlyKeys({"source", "staging", "odoo", "key", "rules", "policy", "sandbox", "jobs", "state"}));
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

 private:
  std::string Resolve(const std::string& path) const {
    const std::filesystem::path p(path);
    return p.is_absolute() ? path : (directory_ / p).lexically_normal().string();
  }

  // The text with ${NAME} replaced.
  absl::StatusOr<std::string> Expand(const Yaml& node, const std::string& text) const {
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
        return node.Error(
            "\"${\" begins the name of an environment variable, as in ${NAME}; write $$ for a $");
      }
      const auto value = options_.environment != nullptr ? options_.environment(name) : ReadVariable(name);
      if (!value.has_value()) return node.Error(fmt::format("environment variable {} is not set", name));
      out += *value;
      i = end;
    }
    return out;
  }

  absl::Status ReadText(const Yaml& node, std::string_view what, std::string* out) const {
    ASSIGN_OR_RETURN(const std::string text, node.Text(what));
    ASSIGN_OR_RETURN(*out, Expand(node, text));
    return out->empty() ? node.Error(fmt::format("{} is empty", what)) : absl::OkStatus();
  }

  absl::Status ReadPath(const Yaml& node, std::string_view what, std::string* out) const {
    RETURN_IF_ERROR(ReadText(node, what, out));
    *out = Resolve(*out);
    return absl::OkStatus();
  }

  // A number may come out of a variable, so it is expanded before it is read.
  absl::Status ReadCount(const Yaml& node, std::string_view what, int64_t most, uint32_t* out) const {
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

  // A list of texts; one text is a list of one.
  absl::Status ReadTexts(const Yaml& node, std::string_view what, std::vector<std::string>* out) const {
    RETURN_IF_ERROR(node.Texts(what).status());
    out->clear();
    const std::vector<Yaml> one = {node};
    for (const Yaml& item : node.is_sequence() ? node.items() : one) {
      RETURN_IF_ERROR(ReadText(item, what, &out->emplace_back()));
    }
    return absl::OkStatus();
  }

  absl::Status ReadSecretSource(const Yaml& node, const std::string& what, SecretSource* out) const {
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
    if (kind == "env") out->kind = SecretSource::Kind::kEnvironment;
    if (kind == "file") {
      out->kind = SecretSource::Kind::kFile;
      out->value = Resolve(out->value);
    }
    return absl::OkStatus();
  }

  // One end: exactly one of database and backup.
  absl::Status ReadEnd(const Yaml& node, const std::string& what, std::string* database,
                       std::string* backup) {
    if (const Yaml* text = node.Find("database"))
      RETURN_IF_ERROR(ReadText(*text, what + ".database", database));
    if (const Yaml* path = node.Find("backup")) RETURN_IF_ERROR(ReadPath(*path, what + ".backup", backup));
    if (database->empty() == backup->empty()) {
      return node.Error(fmt::format("{}: exactly one of database and backup is needed", what));
    }
    return absl::OkStatus();
  }

  absl::Status ReadEnds(const Yaml& root) {
    const Yaml* source = root.Find("source");
    if (source == nullptr) return root.Error("source is missing; it says where production's rows come from");
    RETURN_IF_ERROR(source->ExpectMap("source"));
    RETURN_IF_ERROR(source->OnlyKeys({"database", "backup"}));
    RETURN_IF_ERROR(ReadEnd(*source, "source", &config_.source.database, &config_.source.backup));

    const Yaml* staging = root.Find("staging");
    if (staging == nullptr) {
      return options_.needs_staging ? root.Error("staging is missing; it says where the rows go")
                                    : absl::OkStatus();
    }
    RETURN_IF_ERROR(staging->ExpectMap("staging"));
    RETURN_IF_ERROR(staging->OnlyKeys({"database", "backup", "keep_previous"}));
    if (const Yaml* keep = staging->Find("keep_previous")) {
      RETURN_IF_ERROR(
          ReadCount(*keep, "staging.keep_previous", kMostPrevious, &config_.staging.keep_previous));
    }
    RETURN_IF_ERROR(ReadEnd(*staging, "staging", &config_.staging.database, &config_.staging.backup));
    if (!config_.source.backup.empty() && config_.source.backup == config_.staging.backup) {
      return staging->Error("staging.backup is the source's own file");
    }
    return absl::OkStatus();
  }

  absl::Status ReadOdoo(const Yaml& node) {
    RETURN_IF_ERROR(node.ExpectMap("odoo"));
    RETURN_IF_ERROR(node.OnlyKeys({"filestore", "addons", "staging_password"}));
    OdooConfig& odoo = config_.odoo.emplace();
    if (const Yaml* filestore = node.Find("filestore")) {
      RETURN_IF_ERROR(filestore->ExpectMap("odoo.filestore"));
      RETURN_IF_ERROR(filestore->OnlyKeys({"source", "staging"}));
      for (const auto& [name, out] :
           {std::pair("source", &odoo.filestore_source), std::pair("staging", &odoo.filestore_staging)}) {
        const Yaml* path = filestore->Find(name);
        if (path == nullptr) continue;
        RETURN_IF_ERROR(ReadText(*path, fmt::format("odoo.filestore.{}", name), out));
        if (!IsRemote(*out)) *out = Resolve(*out);
      }
      if (!odoo.filestore_source.empty() && odoo.filestore_source == odoo.filestore_staging) {
        return filestore->Error("odoo.filestore: source and staging are the same directory");
      }
    }
    if (const Yaml* addons = node.Find("addons")) {
      RETURN_IF_ERROR(ReadTexts(*addons, "odoo.addons", &odoo.addons));
      for (std::string& path : odoo.addons) path = Resolve(path);
    }
    if (const Yaml* password = node.Find("staging_password")) {
      RETURN_IF_ERROR(ReadSecretSource(*password, "odoo.staging_password", &odoo.staging_password));
    }
    return absl::OkStatus();
  }

  // A pack's name stays as it is; what looks like a file is made absolute.
  absl::Status ReadRules(const Yaml& node) {
    RETURN_IF_ERROR(ReadTexts(node, "rules", &config_.rules));
    for (std::string& rule : config_.rules) {
      const std::string extension = std::filesystem::path(rule).extension().string();
      const bool file = rule[0] == '/' || rule[0] == '.' || extension == ".yaml" || extension == ".yml";
      if (file) rule = Resolve(rule);
    }
    return absl::OkStatus();
  }

  // The index of the node's word among `choices`.
  absl::Status ReadChoice(const Yaml& node, std::string_view what, const std::vector<std::string>& choices,
                          size_t* index) const {
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

  absl::Status ReadFindingPolicy(const Yaml& policy, const char* name, bool may_be_off,
                                 FindingPolicy* out) const {
    const Yaml* node = policy.Find(name);
    if (node == nullptr) return absl::OkStatus();
    std::vector<std::string> choices = {"fail", "warn"};
    if (may_be_off) choices.emplace_back("off");
    size_t index = 0;
    RETURN_IF_ERROR(ReadChoice(*node, fmt::format("policy.{}", name), choices, &index));
    *out = static_cast<FindingPolicy>(index);
    return absl::OkStatus();
  }

  absl::Status ReadPolicy(const Yaml& node) {
    RETURN_IF_ERROR(node.ExpectMap("policy"));
    RETURN_IF_ERROR(
        node.OnlyKeys({"unclassified", "leaks", "neutralisation", "fidelity", "attachments", "accepted"}));
    Policy& policy = config_.policy;
    if (const Yaml* unclassified = node.Find("unclassified")) {
      size_t index = 0;
      RETURN_IF_ERROR(ReadChoice(*unclassified, "policy.unclassified", {"rewrite", "fail", "keep"}, &index));
      policy.unclassified = static_cast<UnclassifiedPolicy>(index);
    }
    RETURN_IF_ERROR(ReadFindingPolicy(node, "leaks", /*may_be_off=*/true, &policy.leaks));
    RETURN_IF_ERROR(ReadFindingPolicy(node, "neutralisation", /*may_be_off=*/false, &policy.neutralisation));
    RETURN_IF_ERROR(ReadFindingPolicy(node, "fidelity", /*may_be_off=*/true, &policy.fidelity));
    if (const Yaml* attachments = node.Find("attachments")) RETURN_IF_ERROR(ReadAttachments(*attachments));
    if (const Yaml* accepted = node.Find("accepted")) {
      RETURN_IF_ERROR(ReadTexts(*accepted, "policy.accepted", &policy.accepted));
    }
    return absl::OkStatus();
  }

  absl::Status ReadAttachmentAction(const Yaml& node, std::string_view what, std::string* out) const {
    const std::vector<std::string> actions = {"keep", "placeholder", "rewrite", "drop"};
    size_t index = 0;
    RETURN_IF_ERROR(ReadChoice(node, what, actions, &index));
    *out = actions[index];
    return absl::OkStatus();
  }

  absl::Status ReadAttachments(const Yaml& node) {
    RETURN_IF_ERROR(node.ExpectMap("policy.attachments"));
    RETURN_IF_ERROR(node.OnlyKeys({"default", "rules"}));
    AttachmentPolicy& policy = config_.policy.attachments;
    if (const Yaml* action = node.Find("default")) {
      RETURN_IF_ERROR(ReadAttachmentAction(*action, "policy.attachments.default", &policy.default_action));
    }
    const Yaml* list = node.Find("rules");
    if (list == nullptr) return absl::OkStatus();
    RETURN_IF_ERROR(list->ExpectSequence("policy.attachments.rules"));
    for (const Yaml& item : list->items()) {
      RETURN_IF_ERROR(item.ExpectMap("policy.attachments.rules"));
      RETURN_IF_ERROR(item.OnlyKeys({"model", "field", "mimetype", "do"}));
      AttachmentRule& rule = policy.rules.emplace_back();
      for (const auto& [name, out] : {std::pair("model", &rule.model), std::pair("field", &rule.field),
                                      std::pair("mimetype", &rule.mimetype)}) {
        if (const Yaml* text = item.Find(name)) {
          RETURN_IF_ERROR(ReadText(*text, fmt::format("policy.attachments.rules.{}", name), out));
        }
      }
      const Yaml* action = item.Find("do");
      if (action == nullptr) return item.Error("an attachment rule needs \"do\"");
      RETURN_IF_ERROR(ReadAttachmentAction(*action, "policy.attachments.rules.do", &rule.action));
    }
    return absl::OkStatus();
  }

  absl::Status ReadSandbox(const Yaml& node) {
    RETURN_IF_ERROR(node.ExpectMap("sandbox"));
    RETURN_IF_ERROR(node.OnlyKeys({"smtp", "base_url", "parameters", "jobs"}));
    Sandbox& sandbox = config_.sandbox;
    if (const Yaml* smtp = node.Find("smtp")) {
      RETURN_IF_ERROR(smtp->ExpectMap("sandbox.smtp"));
      RETURN_IF_ERROR(smtp->OnlyKeys({"host", "port"}));
      const Yaml* host = smtp->Find("host");
      if (host == nullptr) return smtp->Error("sandbox.smtp: host is missing");
      RETURN_IF_ERROR(ReadText(*host, "sandbox.smtp.host", &sandbox.smtp_host));
      if (const Yaml* port = smtp->Find("port")) {
        uint32_t value = 0;
        RETURN_IF_ERROR(ReadCount(*port, "sandbox.smtp.port", 65535, &value));
        if (value == 0) return port->Error("sandbox.smtp.port: expected a number from 1 to 65535");
        sandbox.smtp_port = static_cast<uint16_t>(value);
      }
    }
    if (const Yaml* url = node.Find("base_url")) {
      RETURN_IF_ERROR(ReadText(*url, "sandbox.base_url", &sandbox.base_url));
      if (sandbox.base_url.rfind("http://", 0) != 0 && sandbox.base_url.rfind("https://", 0) != 0) {
        return url->Error("sandbox.base_url: expected a URL that begins with https:// or http://");
      }
    }
    if (const Yaml* parameters = node.Find("parameters")) {
      RETURN_IF_ERROR(parameters->ExpectMap("sandbox.parameters"));
      for (const YamlEntry& entry : parameters->entries()) {
        ASSIGN_OR_RETURN(const std::string text,
                         entry.value.Text("sandbox.parameters." + entry.key.scalar()));
        ASSIGN_OR_RETURN(sandbox.parameters[entry.key.scalar()], Expand(entry.value, text));
      }
    }
    if (const Yaml* jobs = node.Find("jobs")) {
      RETURN_IF_ERROR(jobs->ExpectMap("sandbox.jobs"));
      RETURN_IF_ERROR(jobs->OnlyKeys({"keep"}));
      const Yaml* keep = jobs->Find("keep");
      if (keep != nullptr) RETURN_IF_ERROR(ReadTexts(*keep, "sandbox.jobs.keep", &sandbox.keep_jobs));
    }
    return absl::OkStatus();
  }

  std::filesystem::path directory_;
  const ConfigOptions& options_;
  Config config_;
};

}  // namespace

bool Policy::Accepts(std::string_view warning_id) const {
  return std::find(accepted.begin(), accepted.end(), warning_id) != accepted.end();
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
        fmt::format("configuration: {}; give its name with --config=FILE", MessageOf(text.status())));
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
