// From the names in understudy.yaml to packs in the order in which they apply.
#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/status.h"
#include "base/strings.h"
#include "fmt/format.h"
#include "rules/pack.h"

namespace understudy::rules {
namespace {

namespace fs = std::filesystem;

bool EndsWith(std::string_view s, std::string_view end) {
  return s.size() >= end.size() && s.substr(s.size() - end.size()) == end;
}
bool IsFileName(std::string_view name) { return EndsWith(name, ".yaml") || EndsWith(name, ".yml"); }

// Directories that hold other data than packs: neutralisers, assertions, name lists.
bool HoldsPacks(const fs::path& directory) {
  const std::string name = directory.filename().string();
  return name != "neutralise" && name != "assertions" && name != "lexicon";
}

// Every pack file below `directory`, sorted by path, so that the order is the same on every machine.
std::vector<std::string> PacksBelow(const fs::path& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->is_directory(error)) {
      if (!HoldsPacks(it->path())) it.disable_recursion_pending();
    } else if (it->path().extension() == ".yaml") {
      files.push_back(it->path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Loader {
 public:
  explicit Loader(const LoadOptions& options) : options_(options) {}

  absl::Status Load(const std::string& name, const Position* from) {
    if (IsFileName(name)) {
      fs::path path(name);
      if (path.is_relative()) {
        // An include is relative to the file that includes; a name in the configuration to the configuration.
        const fs::path base =
            from != nullptr ? fs::path(from->file).parent_path() : fs::path(options_.base_directory);
        path = base / path;
      }
      return LoadFile(path.lexically_normal().string(), from, /*own=*/true);
    }
    const fs::path base = fs::path(options_.rules_directory) / name;
    std::error_code error;
    if (fs::is_regular_file(base.string() + ".yaml", error))
      return LoadFile(base.string() + ".yaml", from, /*own=*/false);
    if (!fs::is_directory(base, error)) return Unknown(name, from);
    for (const std::string& file : PacksBelow(base)) RETURN_IF_ERROR(LoadFile(file, from, /*own=*/false));
    return absl::OkStatus();
  }

  std::vector<Pack> Take() { return std::move(packs_); }

 private:
  static absl::Status ErrorAt(const Position* from, const std::string& message) {
    if (from == nullptr) return UsageError("rules: " + message);
    return UsageError(fmt::format("{}:{}:{}: {}", from->file, from->line, from->column, message));
  }

  absl::Status Unknown(const std::string& name, const Position* from) const {
    std::vector<std::string> known;
    const fs::path root(options_.rules_directory);
    for (const std::string& file : PacksBelow(root)) {
      const fs::path relative = fs::path(file).lexically_relative(root);
      known.push_back((relative.parent_path() / relative.stem()).string());
      if (relative.has_parent_path()) known.push_back(relative.parent_path().string());
    }
    return ErrorAt(
        from, fmt::format("no pack '{}' in {}{}", name, options_.rules_directory, DidYouMean(name, known)));
  }

  absl::Status LoadFile(const std::string& file, const Position* from, bool own) {
    const auto open = std::find(open_.begin(), open_.end(), file);
    if (open != open_.end()) {
      std::string chain;
      for (auto it = open; it != open_.end(); ++it) chain += *it + " → ";
      return ErrorAt(from, fmt::format("packs include each other: {}{}", chain, file));
    }
    if (!done_.insert(file).second) return absl::OkStatus();
    absl::StatusOr<Yaml> yaml = ReadYaml(file);
    if (!yaml.ok())
      return WithExit(from == nullptr ? yaml.status() : Annotate(yaml.status(), from->FileLine()),
                      ExitClass::kUsage);
    ASSIGN_OR_RETURN(Pack pack, ParsePack(*yaml));
    pack.own = own;
    open_.push_back(file);
    for (const std::string& name : pack.include) RETURN_IF_ERROR(Load(name, &pack.include_position));
    open_.pop_back();
    packs_.push_back(std::move(pack));
    return absl::OkStatus();
  }

  const LoadOptions& options_;
  std::vector<Pack> packs_;
  std::vector<std::string> open_;  // files being loaded, outermost first
  std::set<std::string> done_;
};

}  // namespace

absl::StatusOr<std::vector<Pack>> LoadPacks(const std::vector<std::string>& names,
                                            const LoadOptions& options) {
  Loader loader(options);
  for (const std::string& name : names) RETURN_IF_ERROR(loader.Load(name, nullptr));
  return loader.Take();
}

}  // namespace understudy::rules
