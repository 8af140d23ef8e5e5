// understudy demo: hands over to tools/lib/demo.py, which makes a throw-away production and refreshes it.
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
  // The demo and its generator of productions lie beside rules/, in a checkout and in an installation.
  const std::filesystem::path tools = std::filesystem::path(rules).parent_path() / "tools";
  const std::string script = (tools / "lib" / "demo.py").string();
  if (::access(script.c_str(), R_OK) != 0) {
    return Failed(
        fmt::format("{} is not there; --rules must name the rules that came with the demo", script));
  }
  std::error_code error;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", error).string();
  ::execlp("python3", "python3", script.c_str(), "--program", program.c_str(), "--tools",
           tools.string().c_str(), "--clean-up", "understudy demo stop",
           positional.empty() ? nullptr : "--stop", nullptr);
  if (errno == ENOENT) return Failed("the demo needs python3; install the package python3");
  return ErrnoStatus("starting", "python3", errno);
}

}  // namespace understudy::cli
