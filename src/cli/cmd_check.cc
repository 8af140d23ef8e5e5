// understudy check: is everything ready for a refresh.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/progress.h"
#include "report/model.h"
#include "setup/check.h"

namespace understudy::cli {
namespace {

using setup::CheckLevel;
using setup::CheckLine;

constexpr size_t kTextColumn = 22;  // "blocking  collation   "
constexpr size_t kNarrowest = 60;

size_t CountOf(const std::vector<CheckLine>& lines, CheckLevel level) {
  size_t count = 0;
  for (const CheckLine& line : lines) count += line.level == level ? 1 : 0;
  return count;
}

std::string Text(const std::vector<CheckLine>& lines, size_t columns) {
  std::string text;
  for (const CheckLine& line : lines) {
    const std::string head = fmt::format("{:<9} {:<11} ", setup::NameOf(line.level), line.subject);
    // Wrapped text begins with the indentation that the head takes.
    text += head + Wrap(Visible(line.text + (line.id.empty() ? "" : fmt::format(" [{}]", line.id))),
                        kTextColumn, std::max(columns, kNarrowest))
                       .substr(kTextColumn);
  }
  const size_t blocking = CountOf(lines, CheckLevel::kBlocking);
  return text + fmt::format("\n{}: {} ok, {}, {} blocking\n", blocking == 0 ? "ready" : "not ready",
                            CountOf(lines, CheckLevel::kOk),
                            report::Plural(CountOf(lines, CheckLevel::kWarning), "warning"), blocking);
}

std::string Json(const std::vector<CheckLine>& lines) {
  nlohmann::ordered_json json;
  json["format"] = 1;
  json["ready"] = CountOf(lines, CheckLevel::kBlocking) == 0;
  json["checks"] = nlohmann::ordered_json::array();
  for (const CheckLine& line : lines) {
    json["checks"].push_back(
        {{"level", setup::NameOf(line.level)}, {"subject", line.subject}, {"text", line.text}});
    if (!line.id.empty()) json["checks"].back()["id"] = line.id;
  }
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

absl::StatusOr<int> RunCheck(Session& session) {
  ASSIGN_OR_RETURN(refresh::RefreshOptions options, RefreshOptionsOf(session.args));
  options.adopt = session.args.Has(OptionId::kAdopt);
  Progress progress(session.console,
                    ProgressModeFor(session.args.Text(OptionId::kProgress), session.console));
  ASSIGN_OR_RETURN(const std::vector<CheckLine> lines, setup::RunChecks(options, progress, session.cancel));
  progress.Stop();
  // A pipe has no width: one line each, so that grep finds whole sentences.
  const size_t columns = session.console.out_is_terminal() ? session.console.columns() : std::string::npos;
  RETURN_IF_ERROR(
      session.console.Data(session.args.Has(OptionId::kJson) ? Json(lines) : Text(lines, columns)));
  return static_cast<int>(setup::ExitOf(lines));
}

}  // namespace understudy::cli
