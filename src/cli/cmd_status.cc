// understudy status: age and outcome of the last runs.
#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/progress_text.h"
#include "cli/watch.h"
#include "record/progress_file.h"
#include "record/state_directory.h"

namespace understudy::cli {
namespace {

std::string Age(const std::string& time) {
  const int64_t then = record::ParseRfc3339(time);
  const int64_t now = std::time(nullptr);
  if (then < 0 || then > now) return "-";
  const int64_t minutes = (now - then) / 60;
  if (minutes < 60) return fmt::format("{}m", minutes);
  if (minutes < 48 * 60) return fmt::format("{}h{:02}m", minutes / 60, minutes % 60);
  return fmt::format("{}d", minutes / (24 * 60));
}

std::string Line(const record::RunRecord& run) {
  const record::Totals totals = record::TotalsOf(run);
  std::string line =
      fmt::format("{:<24} {:<10} {:>4}  {:>7} ago  {:>8}  {:>14} rows  {:>9}", run.run_id,
                  record::NameOf(run.outcome), run.exit_code, Age(run.finished_at), HumanSeconds(run.seconds),
                  HumanCount(totals.rows), HumanBytes(totals.bytes));
  if (!run.error.empty()) line += fmt::format("\n    {}", Visible(run.error));
  return line + "\n";
}

nlohmann::ordered_json ToJson(const record::RunRecord& run) {
  const record::Totals totals = record::TotalsOf(run);
  nlohmann::ordered_json json;
  json["run_id"] = run.run_id;
  json["outcome"] = record::NameOf(run.outcome);
  json["exit_code"] = run.exit_code;
  json["started_at"] = run.started_at;
  json["finished_at"] = run.finished_at;
  json["seconds"] = run.seconds;
  json["tables"] = totals.tables;
  json["rows"] = totals.rows;
  json["bytes"] = totals.bytes;
  json["error"] = run.error;
  return json;
}

std::string RunningLine(const record::RunProgress& running) {
  return fmt::format("{:<24} {}; \"understudy status --watch\" follows it\n", running.run_id,
                     PlainLine(running.overall).replace(0, running.overall.name.size(), "running"));
}

}  // namespace

absl::StatusOr<int> RunStatus(Session& session) {
  ASSIGN_OR_RETURN(const std::string state, StateDirectoryOf(session.args));
  if (session.args.Has(OptionId::kWatch)) {
    ASSIGN_OR_RETURN(const bool ended, WatchRun(session, state));
    if (!ended) return static_cast<int>(ExitClass::kCancelled);
  }
  ASSIGN_OR_RETURN(const std::optional<record::RunProgress> running, RunningNow(state));
  ASSIGN_OR_RETURN(std::vector<std::string> ids, record::ListRuns(state));
  if (ids.empty() && !running.has_value())
    return Failed(fmt::format("no run in {}; \"understudy refresh\" makes the first", state));
  std::vector<record::RunRecord> runs;
  std::string published;  // when staging was last replaced, which may be further back than --last
  for (const std::string& id : ids) {
    if (runs.size() >= session.args.Number(OptionId::kLast) && !published.empty()) break;
    ASSIGN_OR_RETURN(record::RunRecord run, record::LoadRun(state, id));
    if (published.empty() && run.outcome == record::Outcome::kPublished) published = run.finished_at;
    runs.push_back(std::move(run));
  }
  const int exit_code = runs.empty() ? 0 : runs.front().exit_code;
  if (runs.size() > session.args.Number(OptionId::kLast)) runs.resize(session.args.Number(OptionId::kLast));
  if (session.args.Has(OptionId::kJson)) {
    nlohmann::ordered_json json;
    json["staging_published_at"] = nullptr;
    if (!published.empty()) json["staging_published_at"] = published;
    json["running"] = nullptr;
    if (running.has_value()) json["running"] = nlohmann::ordered_json::parse(record::ToJson(*running));
    json["runs"] = nlohmann::ordered_json::array();
    for (const record::RunRecord& run : runs) json["runs"].push_back(ToJson(run));
    RETURN_IF_ERROR(session.console.Data(
        json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"));
    return exit_code;
  }
  std::string text = published.empty() ? "staging: never published from here\n"
                                       : fmt::format("staging: {} old ({})\n", Age(published), published);
  if (running.has_value()) text += RunningLine(*running);
  for (const record::RunRecord& run : runs) text += Line(run);
  RETURN_IF_ERROR(session.console.Data(text));
  return exit_code;
}

}  // namespace understudy::cli
