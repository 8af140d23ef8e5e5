// understudy filter: a dump in, the sanitised dump out, for pipes.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "base/private_directory.h"
#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/locations.h"
#include "cli/progress.h"
#include "refresh/filter.h"
#include "report/model.h"

namespace understudy::cli {
namespace {

// What a shell reports of a program that a closed pipe ended.
constexpr int kBrokenPipeExit = 128 + SIGPIPE;

// The configuration is optional here: rules and key are all that counts of it.
absl::StatusOr<refresh::Config> ConfigOf(const Args& args) {
  const std::string path = args.Text(OptionId::kConfig);
  std::error_code none;
  refresh::ConfigOptions needs;
  needs.needs_source = needs.needs_staging = false;
  refresh::Config config;
  if (args.Has(OptionId::kConfig) || std::filesystem::exists(path, none)) {
    ASSIGN_OR_RETURN(config, refresh::LoadConfig(path, needs));
  }
  if (args.Has(OptionId::kJobs)) config.jobs = static_cast<uint32_t>(args.Number(OptionId::kJobs));
  if (args.Has(OptionId::kKey)) config.key = {refresh::SecretSource::Kind::kFile, args.Text(OptionId::kKey)};
  return config;
}

std::string Summary(const refresh::FilterSummary& summary) {
  std::string text = fmt::format("{} of {}, {}: {} rewritten", report::Plural(summary.rows, "row"),
                                 report::Plural(summary.tables, "table"), HumanBytes(summary.bytes),
                                 report::Plural(summary.changed, "value"));
  for (const auto& [what, count] : summary.left_out) {
    text += fmt::format("; left out: {} ({})", what, report::Plural(count, "statement"));
  }
  return text;
}

}  // namespace

absl::StatusOr<int> RunFilterCommand(Session& session) {
  const Args& args = session.args;
  refresh::FilterOptions options;
  ASSIGN_OR_RETURN(options.config, ConfigOf(args));
  ASSIGN_OR_RETURN(options.rules_directory, RulesDirectory(args));
  if (!args.positional.empty() && args.positional[0] != "-") options.input = args.positional[0];
  options.plan_from = args.Text(OptionId::kPlanFrom);
  options.table = args.Text(OptionId::kTable);
  options.in_fd = STDIN_FILENO;
  options.out_fd = STDOUT_FILENO;
  if (!options.input.empty() && !options.table.empty()) {
    return UsageError("--table is for rows on standard input; it takes no file");
  }
  if (options.input.empty() && ::isatty(STDIN_FILENO) == 1) {
    return UsageError(
        "standard input is a terminal; name a file, or use a pipe: pg_dump … | understudy filter");
  }
  // Named pipes and lists for pg_restore; no rows.
  ASSIGN_OR_RETURN(const PrivateDirectory directory, PrivateDirectory::Make());
  options.private_directory = directory.path();
  refresh::FilterSummary summary;
  absl::Status status;
  {
    Progress progress(session.console, ProgressModeFor(args.Text(OptionId::kProgress), session.console));
    status = refresh::RunFilter(options, progress, session.cancel, &summary);
  }
  if (status.code() == refresh::kBrokenPipe) return kBrokenPipeExit;
  RETURN_IF_ERROR(status);
  session.console.Info(Summary(summary));
  return 0;
}

}  // namespace understudy::cli
