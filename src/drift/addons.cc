#include "drift/addons.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/file.h"
#include "base/status.h"

namespace understudy::drift {
namespace {

std::string SeriesOf(const std::vector<odoo::Module>& installed) {
  for (const odoo::Module& module : installed) {
    if (module.name != "base") continue;
    const size_t first = module.version.find('.');
    if (first == std::string::npos) return module.version;
    return module.version.substr(0, module.version.find('.', first + 1));
  }
  return {};
}

// Without comments, so that a commented-out version is none. A '#' inside a string is kept with its string.
std::string WithoutComments(std::string_view python) {
  std::string text;
  char quote = 0;
  for (size_t i = 0; i < python.size(); ++i) {
    const char c = python[i];
    if (quote == 0 && c == '#') {
      while (i < python.size() && python[i] != '\n') ++i;
      text += '\n';
      continue;
    }
    if (quote != 0 && c == '\\' && i + 1 < python.size()) {
      text += c;
      text += python[++i];
      continue;
    }
    if (quote == 0 ? c == '\'' || c == '"' : c == quote) quote = quote == 0 ? c : 0;
    text += c;
  }
  return text;
}

}  // namespace

std::string ManifestVersion(std::string_view manifest) {
  static const re2::RE2* const kVersion =
      new re2::RE2(R"re((?m)[{,\s](?:'version'|"version")\s*:\s*(?:'([^'\n]*)'|"([^"\n]*)"))re");
  const std::string text = WithoutComments(manifest);
  std::string single, twice;
  if (!re2::RE2::PartialMatch(text, *kVersion, &single, &twice)) return {};
  return single.empty() ? twice : single;
}

std::string AdaptVersion(std::string_view version, std::string_view series) {
  if (version.empty()) version = "1.0";
  if (version == series || !version.starts_with(fmt::format("{}.", series))) {
    return fmt::format("{}.{}", series, version);
  }
  return std::string(version);
}

absl::StatusOr<std::vector<AddonDifference>> CompareAddons(const std::vector<odoo::Module>& installed,
                                                           const std::vector<std::string>& addons) {
  ASSIGN_OR_RETURN(const std::vector<odoo::ModuleCode> code, odoo::FindModuleCode(installed, addons));
  const std::string series = SeriesOf(installed);
  std::vector<AddonDifference> differences;
  for (size_t i = 0; i < installed.size(); ++i) {
    const odoo::Module& module = installed[i];
    AddonDifference difference{module.name, module.version, ""};
    if (!code[i].directory.empty()) {
      absl::StatusOr<std::string> manifest = ReadFile(code[i].directory + "/__manifest__.py");
      if (!manifest.ok()) manifest = ReadFile(code[i].directory + "/__openerp__.py");
      if (!manifest.ok()) return manifest.status();
      difference.on_disk = AdaptVersion(ManifestVersion(*manifest), series);
    }
    if (difference.on_disk != difference.installed) differences.push_back(std::move(difference));
  }
  return differences;
}

}  // namespace understudy::drift
