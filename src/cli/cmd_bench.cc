// understudy bench: what each rule costs on the source's own rows.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/status.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "refresh/inspect.h"
#include "tuning/cost_json.h"
#include "tuning/cost_text.h"
#include "tuning/measure.h"

namespace understudy::cli {
namespace {

constexpr uint64_t kMostRows = 100'000'000;
constexpr size_t kMostLines = 15;  // of each list for people; JSON has all

// What can be told before the source is read.
absl::Status CheckUsage(const Args& args, const refresh::RefreshOptions& refresh) {
  const uint64_t rows = args.Number(OptionId::kSampleRows);
  if (rows < 1 || rows > kMostRows) {
    return UsageError(fmt::format("--rows is from 1 to {}; --full reads all", kMostRows));
  }
  if (!refresh.config.source.backup.empty()) {
    return UsageError(
        "the source is a backup; bench measures with rows of a live database: restore it "
        "somewhere and give that as --source");
  }
  return absl::OkStatus();
}

absl::StatusOr<tuning::Options> OptionsOf(const Args& args, const refresh::Inspection& inspection) {
  tuning::Options options;
  options.rows = args.Number(OptionId::kSampleRows);
  if (args.Has(OptionId::kFull)) options.rows = 0;
  for (const std::string& table : args.positional) {
    ASSIGN_OR_RETURN(const size_t position, inspection.plan().PositionOf(table));
    options.tables.push_back(inspection.plan().tables[position].QualifiedName());
  }
  options.observers = [&inspection](size_t relation, const std::vector<int>& columns,
                                    copyformat::Format format) {
    return inspection.ObserversOf(relation, columns, format);
  };
  return options;
}

}  // namespace

absl::StatusOr<int> RunBench(Session& session) {
  const Args& args = session.args;
  ASSIGN_OR_RETURN(const refresh::RefreshOptions refresh, RefreshOptionsOf(args));
  RETURN_IF_ERROR(CheckUsage(args, refresh));
  // Before the long part: a wrong file should not cost a measurement.
  std::optional<tuning::Report> before;
  if (args.Has(OptionId::kCompare)) {
    const std::string path = args.Text(OptionId::kCompare);
    ASSIGN_OR_RETURN(const std::string json, ReadFile(path));
    ASSIGN_OR_RETURN(before, tuning::FromJson(json, path));
  }
  Progress progress(session.console, ProgressModeFor(args.Text(OptionId::kProgress), session.console));
  ASSIGN_OR_RETURN(const auto inspection, refresh::Inspection::Open(refresh, progress, session.cancel));
  ASSIGN_OR_RETURN(tuning::Options options, OptionsOf(args, *inspection));
  options.cancel = &session.cancel;
  options.counters = &progress.CountersOf("measuring");
  ASSIGN_OR_RETURN(const auto connection, inspection->Session());
  progress.StageStarted("measuring");
  ASSIGN_OR_RETURN(tuning::Report report,
                   tuning::Measure(*connection, inspection->catalog().facts, inspection->plan(),
                                   inspection->toolbox(), options));
  progress.Stop();
  report.workers = inspection->workers_of_refresh();
  const size_t most = args.Has(OptionId::kAll) ? 0 : kMostLines;
  std::string text;
  if (args.Has(OptionId::kJson)) {
    text = tuning::ToJson(report);
  } else if (before.has_value()) {
    text = VisibleLines(tuning::CompareText(*before, report, most));
  } else {
    text = VisibleLines(tuning::ToText(report, most));
  }
  RETURN_IF_ERROR(session.console.Data(text));
  return 0;
}

}  // namespace understudy::cli
