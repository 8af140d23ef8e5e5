// The reader behind ParseConfig: one method per section of understudy.yaml.
//
// DESIGN: internal to this folder. Common reading (expansion of ${NAME}, paths, numbers, lists) and the plain
// sections are in config.cc, what is Odoo's in config_odoo.cc.
// Ownership: borrows ConfigOptions; the Config is moved out by Read(). Threads: one thread.
// Errors: UsageError with file, line and column.
#ifndef UNDERSTUDY_REFRESH_CONFIG_READER_H_
#define UNDERSTUDY_REFRESH_CONFIG_READER_H_

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "refresh/config.h"
#include "rules/yaml_reader.h"

namespace understudy::refresh {

using rules::Yaml;
using rules::YamlEntry;

// host:/directory, which goes through rsync.
bool IsRemote(std::string_view path);

class ConfigReader {
 public:
  ConfigReader(const std::string& path, const ConfigOptions& options)
      : directory_(std::filesystem::path(path).parent_path()), options_(options) {
    config_.path = path;
  }

  absl::StatusOr<Config> Read(const Yaml& root);

 private:
  std::string Resolve(const std::string& path) const;

  // The text with ${NAME} replaced.
  absl::StatusOr<std::string> Expand(const Yaml& node, const std::string& text) const;
  absl::Status ReadText(const Yaml& node, std::string_view what, std::string* out) const;
  absl::Status ReadPath(const Yaml& node, std::string_view what, std::string* out) const;

  // A number may come out of a variable, so it is expanded before it is read.
  absl::Status ReadCount(const Yaml& node, std::string_view what, int64_t most, uint32_t* out) const;

  // A list of texts; one text is a list of one.
  absl::Status ReadTexts(const Yaml& node, std::string_view what, std::vector<std::string>* out) const;
  absl::Status ReadSecretSource(const Yaml& node, const std::string& what, SecretSource* out) const;

  // One end: exactly one of database and backup.
  absl::Status ReadEnd(const Yaml& node, const std::string& what, std::string* database, std::string* backup);
  absl::Status ReadEnds(const Yaml& root);
  absl::Status ReadLimits(const Yaml& source);

  // A pack's name stays as it is; what looks like a file is made absolute.
  absl::Status ReadRules(const Yaml& node);

  // The index of the node's word among those that the key `what` takes.
  absl::Status ReadChoice(const Yaml& node, std::string_view what, size_t* index) const;
  absl::Status ReadFindingPolicy(const Yaml& policy, const char* name, FindingPolicy* out) const;
  absl::Status ReadPolicy(const Yaml& node);

  // In config_odoo.cc: what only an Odoo database has.
  absl::Status ReadOdoo(const Yaml& node);
  absl::Status ReadFilestore(const Yaml& node, OdooConfig* odoo) const;
  absl::Status ReadAttachments(const Yaml& node);
  absl::Status ReadAttachmentRule(const Yaml& node, AttachmentRule* rule) const;
  absl::Status ReadAttachmentAction(const Yaml& node, std::string_view what, std::string* out) const;
  absl::Status ReadSandbox(const Yaml& node);
  absl::Status ReadSandboxPayment(const Yaml& node);
  absl::Status ReadSandboxTexts(const Yaml& node, const std::string& what,
                                std::map<std::string, std::string>* out) const;

  std::filesystem::path directory_;
  const ConfigOptions& options_;
  Config config_;
};

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_CONFIG_READER_H_
