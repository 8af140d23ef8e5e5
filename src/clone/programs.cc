#include "clone/programs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/process.h"
#include "base/status.h"

namespace understudy::clone {
namespace {

// Far beyond any release: the search ends here.
constexpr int kNewestMajor = 40;

// "pg_dump (PostgreSQL) 15.18 (Debian …)" → 15
int MajorOf(std::string_view version) {
  const size_t close = version.find(") ");
  return close == std::string_view::npos ? 0 : std::atoi(std::string(version.substr(close + 2)).c_str());
}

}  // namespace

absl::StatusOr<Program> FindProgram(std::string_view name, int min_major) {
  for (int major = min_major; major <= kNewestMajor; ++major) {
    for (const std::string& path : {fmt::format("/usr/lib/postgresql/{}/bin/{}", major, name),
                                    fmt::format("/usr/pgsql-{}/bin/{}", major, name)}) {
      if (::access(path.c_str(), X_OK) == 0) return Program{path, major};
    }
  }
  ProcessOptions options;
  options.argv = {std::string(name), "--version"};
  const absl::StatusOr<ProcessResult> result = RunProcess(options);
  const int major = result.ok() && result->exit_code == 0 ? MajorOf(result->output) : 0;
  if (major >= min_major) return Program{std::string(name), major};
  return Failed(
      fmt::format("{} of version {} or newer is needed and {}; install postgresql-client-{}", name, min_major,
                  major == 0 ? "none was found" : fmt::format("only {} was found", major), min_major));
}

}  // namespace understudy::clone
