// understudy.yaml: any bytes are a config or an error of one line that points into the file, never more; and
// whatever was read holds what a run relies on.
#include "refresh/config.h"

#include <string>

#include "base/status.h"
#include "fuzz/require.h"

namespace {

std::optional<std::string> Environment(const std::string& name) {
  if (name == "DB") return "host=h dbname=d";
  if (name == "N") return "4";
  return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace understudy;    // NOLINT: one function
  if (size > 1 << 14) return 0;  // larger files only make yaml-cpp slow
  const refresh::ConfigOptions options = {.environment = Environment};
  const auto config = refresh::ParseConfig("/etc/u/u.yaml", fuzz::TextOf(data, size), options);
  if (!config.ok()) {
    const std::string message = MessageOf(config.status());
    fuzz::Require(ExitClassOf(config.status()) == ExitClass::kUsage, "a config error that is no usage error");
    fuzz::Require(message.find("u.yaml") != std::string::npos, "an error that does not name the file");
    return 0;
  }
  fuzz::Require(config->source.database.empty() != config->source.backup.empty(), "not exactly one source");
  fuzz::Require(config->staging.database.empty() != config->staging.backup.empty(),
                "not exactly one staging");
  fuzz::Require(config->policy.neutralisation != refresh::FindingPolicy::kOff, "neutralisation can't be off");
  return 0;
}
