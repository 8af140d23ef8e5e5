#include "cli/version.h"

#include <archive.h>
#include <fmt/format.h>
#include <hwy/highway.h>
#include <libpq-fe.h>
#include <openssl/crypto.h>
#include <sodium.h>
#include <xxhash.h>
#include <zstd.h>

#include <CLI/Version.hpp>
#include <nlohmann/json.hpp>

#include "absl/base/config.h"
#include "base/process.h"
#include "base/strings.h"
#include "understudy_version.h"

namespace understudy::cli {
namespace {

std::string LibpqVersion() {
  const int version = PQlibVersion();  // 150020: major * 10000 + minor
  return fmt::format("{}.{}", version / 10000, version % 10000);
}

std::string ProgramVersion(const char* program) {
  ProcessOptions options;
  options.argv = {program, "--version"};
  const auto result = RunProcess(options);
  if (!result.ok() || result->exit_code != 0) return fmt::format("{}: not found on PATH", program);
  return std::string(Trim(result->output));
}

}  // namespace

record::Tool ThisTool() {
  record::Tool tool;
  tool.version = UNDERSTUDY_VERSION;
  tool.commit = UNDERSTUDY_COMMIT;
  const unsigned xxhash = XXH_versionNumber();
  tool.libraries = {
      {"abseil", std::to_string(ABSL_LTS_RELEASE_VERSION)},
      {"cli11", CLI11_VERSION},
      {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
      {"highway", fmt::format("{}.{}.{}", HWY_MAJOR, HWY_MINOR, HWY_PATCH)},
      {"libarchive", fmt::format("{}.{}.{}", archive_version_number() / 1000000,
                                 archive_version_number() / 1000 % 1000, archive_version_number() % 1000)},
      {"libpq", LibpqVersion()},
      {"libsodium", sodium_version_string()},
      {"nlohmann-json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                    NLOHMANN_JSON_VERSION_PATCH)},
      {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
      {"xxhash", fmt::format("{}.{}.{}", xxhash / 10000, xxhash / 100 % 100, xxhash % 100)},
      {"zstd", ZSTD_versionString()},
  };
  return tool;
}

std::string VersionText() {
  const record::Tool tool = ThisTool();
  std::string text = fmt::format("understudy {}{}\n", tool.version,
                                 tool.commit.empty() ? "" : fmt::format(" (commit {})", tool.commit));
  for (const auto& [name, version] : tool.libraries) text += fmt::format("{} {}\n", name, version);
  for (const char* program : {"pg_dump", "pg_restore", "psql"}) text += ProgramVersion(program) + "\n";
  return text;
}

}  // namespace understudy::cli
