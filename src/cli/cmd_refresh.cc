// understudy refresh: the main job, its record and its reports.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/locations.h"
#include "cli/progress.h"
#include "cli/version.h"
#include "record/openmetrics.h"
#include "record/progress_file.h"
#include "record/record_json.h"
#include "record/state_directory.h"
#include "refresh/run.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/model.h"

namespace understudy::cli {
namespace {

void RecordOptions(const refresh::Config& config, record::RunRecord* run) {
  const refresh::Policy& policy = config.policy;
  run->options["policy.unclassified"] = refresh::NameOf(policy.unclassified);
  run->options["policy.leaks"] = refresh::NameOf(policy.leaks);
  run->options["policy.neutralisation"] = refresh::NameOf(policy.neutralisation);
  run->options["policy.fidelity"] = refresh::NameOf(policy.fidelity);
  run->options["policy.attachments"] = policy.attachments.default_action;
  const refresh::SourceConfig& source = config.source;
  if (source.max_rate != 0) run->options["source.max_rate"] = HumanBytes(source.max_rate) + "/s";
  if (source.max_lanes != 0) run->options["source.max_lanes"] = fmt::format("{}", source.max_lanes);
}

// The ten lines that a run ends with.
std::vector<std::string> Summary(const record::RunRecord& run, const std::string& directory) {
  const record::Totals totals = record::TotalsOf(run);
  uint64_t leaks = 0, failed = 0, on = 0;
  for (const record::Leak& leak : run.leaks) leaks += leak.count;
  for (const record::Neutralised& n : run.neutralised) failed += n.error.empty() ? 0 : 1;
  for (const record::Job& job : run.jobs) on += job.active ? 1 : 0;
  const auto per_second =
      static_cast<uint64_t>(run.seconds > 0 ? static_cast<double>(totals.bytes) / run.seconds : 0);
  return {
      fmt::format("outcome       {} in {}", record::NameOf(run.outcome), HumanSeconds(run.seconds)),
      fmt::format("tables        {}", HumanCount(totals.tables)),
      fmt::format("rows          {}", HumanCount(totals.rows)),
      fmt::format("bytes         {} ({}/s)", HumanBytes(totals.bytes), HumanBytes(per_second)),
      fmt::format("changed       {} in {}", report::Plural(totals.changed, "value"),
                  report::Plural(totals.treated_columns, "column")),
      fmt::format("unclassified  {}", report::Plural(run.unclassified.size(), "column")),
      fmt::format("leaks         {}", HumanCount(leaks)),
      fmt::format("neutralised   {}, {} failed", report::Plural(run.neutralised.size(), "statement"), failed),
      fmt::format("jobs          {}, {} on", HumanCount(run.jobs.size()), on),
      fmt::format("report        {}/report.html", directory),
  };
}

std::string FinishedEvent(const record::RunRecord& run, const std::string& directory) {
  nlohmann::ordered_json event = EventHead("finished", run.finished_at);
  event["run_id"] = run.run_id;
  event["outcome"] = record::NameOf(run.outcome);
  event["exit_code"] = run.exit_code;
  event["seconds"] = run.seconds;
  event["report"] = directory + "/report.json";
  return JsonText(event);
}

int64_t LastSuccess(const std::string& state, const record::RunRecord& run) {
  if (run.outcome == record::Outcome::kPublished) return record::ParseRfc3339(run.finished_at);
  const auto ids = record::ListRuns(state);
  if (!ids.ok()) return 0;
  for (const std::string& id : *ids) {
    const auto earlier = record::LoadRun(state, id);
    if (earlier.ok() && earlier->outcome == record::Outcome::kPublished) {
      return record::ParseRfc3339(earlier->finished_at);
    }
  }
  return 0;
}

std::vector<record::RunFile> FilesOf(const record::RunRecord& run) {
  return {{"report.json", record::ToJson(run)},
          {"report.html", report::ToHtml(run)},
          {"report.md", report::ToMarkdown(run)}};
}

// Written whatever the outcome: a failed run is what people look for.
absl::Status WriteReports(Session& session, const std::string& state, const record::RunRecord& run) {
  ASSIGN_OR_RETURN(const std::string directory, record::WriteRun(state, run.run_id, FilesOf(run)));
  const std::string metrics = session.args.Text(OptionId::kMetrics);
  if (!metrics.empty()) {
    RETURN_IF_ERROR(WriteFileAtomic(metrics, record::ToOpenMetrics(run, LastSuccess(state, run))));
  }
  if (session.args.Text(OptionId::kProgress) == "json" || session.console.format() == LogFormat::kJson) {
    session.console.Line(FinishedEvent(run, directory));
    return absl::OkStatus();
  }
  const std::vector<std::string> lines = Summary(run, directory);
  if (run.outcome != record::Outcome::kPublished) {
    session.console.Info(lines.back());  // what was not done needs no figures
    return absl::OkStatus();
  }
  for (const std::string& line : lines) session.console.Info(line);
  return absl::OkStatus();
}

// A backup goes to other people: what was done to it lies beside it.
absl::Status WriteReportsBeside(const std::string& backup, const record::RunRecord& run) {
  if (backup.empty() || run.outcome != record::Outcome::kPublished) return absl::OkStatus();
  RETURN_IF_ERROR(WriteFileAtomic(backup + ".report.html", report::ToHtml(run), 0600));
  return WriteFileAtomic(backup + ".report.json", record::ToJson(run), 0600);
}

struct ProgressFile {
  const std::string& state;
  ~ProgressFile() { record::RemoveProgress(state); }
};

// What the command line says of production's load.
absl::Status ReadLimits(const Args& args, refresh::Config* config) {
  if (args.Has(OptionId::kMaxLanes)) {
    config->source.max_lanes = static_cast<uint32_t>(args.Number(OptionId::kMaxLanes));
  }
  if (!args.Has(OptionId::kMaxRate)) return absl::OkStatus();
  const absl::StatusOr<uint64_t> rate = refresh::ReadRate(args.Text(OptionId::kMaxRate));
  if (!rate.ok()) return Annotate(rate.status(), "option --max-rate");
  config->source.max_rate = *rate;
  return absl::OkStatus();
}

absl::StatusOr<int> DryRun(Session& session, const refresh::RefreshOptions& options) {
  Progress progress(session.console,
                    ProgressModeFor(session.args.Text(OptionId::kProgress), session.console));
  ASSIGN_OR_RETURN(const refresh::PlanView view, refresh::PreparePlan(options, progress, session.cancel));
  progress.Stop();
  RETURN_IF_ERROR(view.plan.Check());
  session.console.Info(
      fmt::format("dry run: {} would be copied; nothing was written; \"understudy plan\" shows how",
                  report::Plural(view.plan.tables.size(), "table")));
  return 0;
}

}  // namespace

absl::StatusOr<refresh::RefreshOptions> RefreshOptionsOf(const Args& args) {
  refresh::RefreshOptions options;
  refresh::ConfigOptions needs;
  needs.needs_staging = args.command->name == "refresh";
  ASSIGN_OR_RETURN(options.config, refresh::LoadConfig(args.Text(OptionId::kConfig), needs));
  if (args.Has(OptionId::kJobs)) options.config.jobs = static_cast<uint32_t>(args.Number(OptionId::kJobs));
  RETURN_IF_ERROR(ReadLimits(args, &options.config));
  if (args.Has(OptionId::kState)) options.config.state = args.Text(OptionId::kState);
  ASSIGN_OR_RETURN(options.rules_directory, RulesDirectory(args));
  options.adopt = args.Has(OptionId::kAdopt);
  options.keep_failed = args.Has(OptionId::kKeepFailed);
  options.resume = args.Has(OptionId::kResume);
  options.run_id = record::NewRunId(absl::Now());
  return options;
}

absl::StatusOr<int> RunRefreshCommand(Session& session) {
  ASSIGN_OR_RETURN(refresh::RefreshOptions options, RefreshOptionsOf(session.args));
  if (session.args.Has(OptionId::kDryRun)) return DryRun(session, options);
  // A copy that nobody could account for is not published, whatever happens to this process from then on.
  options.before_publish = [state = options.config.state](const record::RunRecord& run) {
    return record::WriteRunFiles(state, run.run_id, FilesOf(run)).status();
  };
  ASSIGN_OR_RETURN(const record::StateLock lock, record::StateLock::Acquire(options.config.state));
  record::RunRecord run;
  run.tool = ThisTool();
  RecordOptions(options.config, &run);
  absl::Status status;
  // Only now, with the report, is the run over for those who watch it.
  const ProgressFile file{options.config.state};
  {
    Progress progress(session.console,
                      {ProgressModeFor(session.args.Text(OptionId::kProgress), session.console), "refresh",
                       options.run_id, options.config.state});
    status = refresh::RunRefresh(options, progress, session.cancel, &run);
  }
  absl::Status written = WriteReports(session, options.config.state, run);
  if (written.ok()) written = WriteReportsBeside(options.config.staging.backup, run);
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(Annotate(written, "the run is done, but its report could not be written"));
  return run.exit_code;
}

}  // namespace understudy::cli
