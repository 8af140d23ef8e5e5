// understudy keygen: writes a new key.
#include <fmt/format.h>

#include "base/status.h"
#include "cli/commands.h"
#include "pseudonym/key.h"

namespace understudy::cli {

absl::StatusOr<int> RunKeygen(Session& session) {
  const auto& positional = session.args.positional;
  const std::string path = positional.empty() ? "understudy.key" : positional[0];
  ASSIGN_OR_RETURN(const pseudonym::Key key, pseudonym::Key::Generate(path));
  RETURN_IF_ERROR(session.console.Data(key.key_id() + "\n"));
  session.console.Info(fmt::format("wrote {}; keep it, and keep it away from staging", path));
  return 0;
}

}  // namespace understudy::cli
