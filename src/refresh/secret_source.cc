#include "refresh/secret_source.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "base/file.h"
#include "base/process.h"
#include "base/status.h"

namespace understudy::refresh {
namespace {

absl::StatusOr<Secret> FirstLineSecret(std::string& text, const std::string& what) {
  std::string_view line(text);
  line = line.substr(0, line.find('\n'));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.empty()) return UsageError(fmt::format("{} gives an empty secret", what));
  Secret secret(std::span(reinterpret_cast<const unsigned char*>(line.data()), line.size()));
  WipeString(text);
  return secret;
}

}  // namespace

absl::StatusOr<Secret> ReadSecret(const SecretSource& source) {
  switch (source.kind) {
    case SecretSource::Kind::kEnvironment: {
      const char* value = std::getenv(source.value.c_str());
      std::string text = value == nullptr ? "" : value;
      return FirstLineSecret(text, fmt::format("environment variable {}", source.value));
    }
    case SecretSource::Kind::kFile: {
      auto text = ReadFile(source.value);
      if (!text.ok()) return WithExit(text.status(), ExitClass::kUsage);
      return FirstLineSecret(*text, fmt::format("file {}", source.value));
    }
    case SecretSource::Kind::kCommand: {
      ProcessOptions options;
      options.argv = {"/bin/sh", "-c", source.value};
      ASSIGN_OR_RETURN(ProcessResult result, RunProcess(options));
      if (result.exit_code != 0) {
        WipeString(result.output);
        return UsageError(fmt::format("command \"{}\" ended with code {}", source.value, result.exit_code));
      }
      return FirstLineSecret(result.output, fmt::format("command \"{}\"", source.value));
    }
    case SecretSource::Kind::kNone:
      break;
  }
  return UsageError("no secret is configured");
}

}  // namespace understudy::refresh
