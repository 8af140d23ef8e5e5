// The sections of understudy.yaml that only an Odoo database has: odoo, policy.attachments, sandbox.
#include <fmt/format.h>

#include "base/status.h"
#include "refresh/config_keys.h"
#include "refresh/config_reader.h"

namespace understudy::refresh {
namespace {

constexpr int64_t kMostBytes = int64_t{1} << 50;  // no attachment is larger

}  // namespace

bool IsRemote(std::string_view path) {
  const size_t colon = path.find(':');
  return colon != std::string_view::npos && colon > 0 && path.find('/') > colon;
}

absl::Status ConfigReader::ReadOdoo(const Yaml& node) {
  RETURN_IF_ERROR(node.ExpectMap("odoo"));
  RETURN_IF_ERROR(node.OnlyKeys(KeysBelow("odoo")));
  OdooConfig& odoo = config_.odoo.emplace();
  if (const Yaml* filestore = node.Find("filestore")) {
    RETURN_IF_ERROR(ReadFilestore(*filestore, &odoo));
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

absl::Status ConfigReader::ReadFilestore(const Yaml& node, OdooConfig* odoo) const {
  RETURN_IF_ERROR(node.ExpectMap("odoo.filestore"));
  RETURN_IF_ERROR(node.OnlyKeys(KeysBelow("odoo.filestore")));
  for (const auto& [name, out] :
       {std::pair("source", &odoo->filestore_source), std::pair("staging", &odoo->filestore_staging)}) {
    const Yaml* path = node.Find(name);
    if (path == nullptr) continue;
    RETURN_IF_ERROR(ReadText(*path, fmt::format("odoo.filestore.{}", name), out));
    if (!IsRemote(*out)) *out = Resolve(*out);
  }
  if (!odoo->filestore_source.empty() && odoo->filestore_source == odoo->filestore_staging) {
    return node.Error("odoo.filestore: source and staging are the same directory");
  }
  for (const auto& [name, out] : {std::pair("owner", &odoo->owner), std::pair("group", &odoo->group)}) {
    const Yaml* text = node.Find(name);
    if (text != nullptr) RETURN_IF_ERROR(ReadText(*text, fmt::format("odoo.filestore.{}", name), out));
  }
  const Yaml* mode = node.Find("mode");
  if (mode == nullptr) return absl::OkStatus();
  std::string digits;
  RETURN_IF_ERROR(ReadText(*mode, "odoo.filestore.mode", &digits));
  const bool octal = digits.find_first_not_of("01234567") == std::string::npos && digits.size() <= 4;
  const auto bits = octal ? static_cast<uint32_t>(std::stoul(digits, nullptr, 8)) : 0;
  // Odoo reads and replaces its files, and nobody executes them.
  if ((bits & 0600) != 0600 || (bits & ~uint32_t{0666}) != 0) {
    return mode->Error("odoo.filestore.mode: expected octal digits from 600 to 666, as chmod takes them");
  }
  odoo->file_mode = bits;
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadAttachmentAction(const Yaml& node, std::string_view what,
                                                std::string* out) const {
  size_t index = 0;
  RETURN_IF_ERROR(ReadChoice(node, what, &index));
  *out = ChoicesOf(what)[index];
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadAttachments(const Yaml& node) {
  RETURN_IF_ERROR(node.ExpectMap("policy.attachments"));
  RETURN_IF_ERROR(node.OnlyKeys(KeysBelow("policy.attachments")));
  AttachmentPolicy& policy = config_.policy.attachments;
  if (const Yaml* action = node.Find("default")) {
    RETURN_IF_ERROR(ReadAttachmentAction(*action, "policy.attachments.default", &policy.default_action));
  }
  const Yaml* list = node.Find("rules");
  if (list == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(list->ExpectSequence("policy.attachments.rules"));
  for (const Yaml& item : list->items()) {
    RETURN_IF_ERROR(ReadAttachmentRule(item, &policy.rules.emplace_back()));
  }
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadAttachmentRule(const Yaml& node, AttachmentRule* rule) const {
  RETURN_IF_ERROR(node.ExpectMap("policy.attachments.rules"));
  RETURN_IF_ERROR(node.OnlyKeys(KeysBelow("policy.attachments.rules")));
  for (const auto& [name, out] : {std::pair("model", &rule->model), std::pair("field", &rule->field),
                                  std::pair("mimetype", &rule->mimetype), std::pair("url", &rule->url)}) {
    if (const Yaml* text = node.Find(name)) {
      RETURN_IF_ERROR(ReadText(*text, fmt::format("policy.attachments.rules.{}", name), out));
    }
  }
  if (const Yaml* flag = node.Find("public")) {
    ASSIGN_OR_RETURN(rule->is_public, flag->Bool("policy.attachments.rules.public"));
  }
  if (const Yaml* size = node.Find("larger_than")) {
    ASSIGN_OR_RETURN(rule->larger_than, size->Int("policy.attachments.rules.larger_than", 0, kMostBytes));
  }
  const Yaml* action = node.Find("do");
  if (action == nullptr) return node.Error("an attachment rule needs \"do\"");
  return ReadAttachmentAction(*action, "policy.attachments.rules.do", &rule->action);
}

absl::Status ConfigReader::ReadSandbox(const Yaml& node) {
  RETURN_IF_ERROR(node.ExpectMap("sandbox"));
  RETURN_IF_ERROR(node.OnlyKeys(KeysBelow("sandbox")));
  Sandbox& sandbox = config_.sandbox;
  if (const Yaml* smtp = node.Find("smtp")) {
    RETURN_IF_ERROR(smtp->ExpectMap("sandbox.smtp"));
    RETURN_IF_ERROR(smtp->OnlyKeys(KeysBelow("sandbox.smtp")));
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
    RETURN_IF_ERROR(ReadSandboxTexts(*parameters, "sandbox.parameters", &sandbox.parameters));
  }
  if (const Yaml* payment = node.Find("payment")) RETURN_IF_ERROR(ReadSandboxPayment(*payment));
  if (const Yaml* jobs = node.Find("jobs")) {
    RETURN_IF_ERROR(jobs->ExpectMap("sandbox.jobs"));
    RETURN_IF_ERROR(jobs->OnlyKeys(KeysBelow("sandbox.jobs")));
    const Yaml* keep = jobs->Find("keep");
    if (keep != nullptr) RETURN_IF_ERROR(ReadTexts(*keep, "sandbox.jobs.keep", &sandbox.keep_jobs));
  }
  return absl::OkStatus();
}

absl::Status ConfigReader::ReadSandboxPayment(const Yaml& node) {
  RETURN_IF_ERROR(node.ExpectMap("sandbox.payment"));
  for (const YamlEntry& entry : node.entries()) {
    const std::string& code = entry.key.scalar();
    RETURN_IF_ERROR(ReadSandboxTexts(entry.value, "sandbox.payment." + code, &config_.sandbox.payment[code]));
  }
  return absl::OkStatus();
}

// Keys and values; a value may be empty.
absl::Status ConfigReader::ReadSandboxTexts(const Yaml& node, const std::string& what,
                                            std::map<std::string, std::string>* out) const {
  RETURN_IF_ERROR(node.ExpectMap(what));
  for (const YamlEntry& entry : node.entries()) {
    const std::string& key = entry.key.scalar();
    ASSIGN_OR_RETURN(const std::string text, entry.value.Text(fmt::format("{}.{}", what, key)));
    ASSIGN_OR_RETURN((*out)[key], Expand(entry.value, text));
  }
  return absl::OkStatus();
}

}  // namespace understudy::refresh
