// understudy generate: the man page, completions and reference, from the option table.
#include <fmt/format.h>

#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/reference.h"

namespace understudy::cli {

absl::StatusOr<int> RunGenerate(Session& session) {
  struct Form {
    const char* name;
    std::string (*make)();
  };
  static constexpr Form kForms[] = {{"man", ManPage},
                                    {"bash", BashCompletion},
                                    {"zsh", ZshCompletion},
                                    {"fish", FishCompletion},
                                    {"markdown", MarkdownReference}};
  std::vector<std::string> names;
  for (const Form& form : kForms) names.emplace_back(form.name);
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
