// understudy generate: man pages, completions, references and units, from the program's own tables.
#include <fmt/format.h>

#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/completions.h"
#include "cli/manual.h"
#include "cli/reference.h"
#include "cli/schedule_text.h"
#include "understudy_version.h"

namespace understudy::cli {
namespace {

constexpr char kProgram[] = UNDERSTUDY_BINDIR "/understudy";

struct Form {
  const char* name;
  std::string (*make)();
};

// The names are those of the command's row in command_table.cc.
constexpr Form kForms[] = {{"man", ManPage},
                           {"man-config", ConfigManPage},
                           {"man-rules", RulesManPage},
                           {"bash", BashCompletion},
                           {"zsh", ZshCompletion},
                           {"fish", FishCompletion},
                           {"markdown", CommandReference},
                           {"markdown-config", ConfigReference},
                           {"markdown-rules", RulesReference},
                           {"markdown-warnings", WarningReference},
                           {"systemd-service", [] { return InstanceService(kProgram); }},
                           {"systemd-timer", InstanceTimer}};

}  // namespace

absl::StatusOr<int> RunGenerate(Session& session) {
  const auto& words = session.args.command->words;
  const std::vector<std::string> names(words.begin(), words.end());
  if (session.args.positional.empty()) {
    return UsageError(fmt::format("generate: say what: {}", fmt::join(names, ", ")));
  }
  const std::string& wanted = session.args.positional[0];
  for (const Form& form : kForms) {
    if (wanted != form.name) continue;
    RETURN_IF_ERROR(session.console.Data(form.make()));
    return 0;
  }
  return UsageError(fmt::format("generate: \"{}\" is none of {}{}", wanted, fmt::join(names, ", "),
                                DidYouMean(wanted, names)));
}

}  // namespace understudy::cli
