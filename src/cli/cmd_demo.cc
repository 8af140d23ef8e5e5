// understudy demo: hands over to tools/demo, which makes a throw-away production and refreshes it.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/status.h"
#include "cli/commands.h"
#include "cli/locations.h"

namespace understudy::cli {

absl::StatusOr<int> RunDemo(Session& session) {
  const auto& positional = session.args.positional;
  if (!positional.empty() && positional[0] != "stop") {
    return UsageError(
        fmt::format("demo: \"{}\" is not known; `understudy demo` starts it, `understudy demo stop` "
                    "cleans up",
                    positional[0]));
  }
  ASSIGN_OR_RETURN(const std::string rules, RulesDirectory(session.args));
  // The demo and its generator of productions lie beside rules/, in a checkout.
  const std::string script = (std::filesystem::path(rules).parent_path() / "tools" / "demo").string();
  if (::access(script.c_str(), X_OK) != 0) {
    return Failed(fmt::format(
        "{} is not there; the demo comes with the sources, not with an installed program", script));
  }
  ::execl(script.c_str(), script.c_str(), positional.empty() ? nullptr : "--stop", nullptr);
  return ErrnoStatus("starting", script, errno);
}

}  // namespace understudy::cli
