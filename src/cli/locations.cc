#include "cli/locations.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/status.h"

namespace understudy::cli {
namespace {

namespace fs = std::filesystem;

// A directory of packs has lexicons or packs in it; another project's "rules" does not.
bool HoldsPacks(const fs::path& directory) {
  std::error_code error;
  return fs::is_directory(directory / "lexicon", error) || fs::is_directory(directory / "odoo", error);
}

}  // namespace

absl::StatusOr<std::string> RulesDirectoryBeside(const std::string& program) {
  const fs::path directory = fs::path(program).parent_path();
  for (const char* place :
       {"rules", "../rules", "../../rules", "../share/understudy/rules", "../share/understudy"}) {
    const fs::path candidate = (directory / place).lexically_normal();
    if (HoldsPacks(candidate)) return candidate.string();
  }
  return UsageError(
      fmt::format("no rule packs found beside {}; give their directory with --rules=DIR", program));
}

absl::StatusOr<std::string> RulesDirectory(const Args& args) {
  const std::string given = args.Text(OptionId::kRules);
  if (!given.empty()) {
    std::error_code error;
    if (!fs::is_directory(given, error)) {
      return UsageError(fmt::format("rules: \"{}\" is not a directory", given));
    }
    return given;
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return RulesDirectoryBeside(error ? "./understudy" : program.string());
}

}  // namespace understudy::cli
