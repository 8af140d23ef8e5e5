// understudy scan: where personal data is, and rules for it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "refresh/inspect.h"
#include "scan/scan.h"

namespace understudy::cli {
namespace {

constexpr uint64_t kMostValues = 1'000'000;

std::string Json(const std::vector<scan::ColumnReport>& columns) {
  nlohmann::ordered_json json;
  json["format"] = 1;
  json["columns"] = nlohmann::ordered_json::array();
  for (const scan::ColumnReport& column : columns) {
    nlohmann::ordered_json entry;
    entry["table"] = column.table;
    entry["column"] = column.column;
    entry["type"] = column.type;
    entry["treatment"] = column.now;
    entry["unclassified"] = column.unclassified;
    entry["values"] = column.content.values;
    entry["with_hits"] = column.content.with_hits;
    entry["hits"] = nlohmann::ordered_json::object();
    for (const auto& [name, hits] : column.content.hits) {
      entry["hits"][name] = {{"any", hits.any}, {"whole", hits.whole}};
    }
    entry["proposal"] = nullptr;
    if (!column.proposal.treatment.empty()) entry["proposal"] = column.proposal.treatment;
    entry["why"] = column.proposal.why;
    json["columns"].push_back(std::move(entry));
  }
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

absl::StatusOr<int> RunScan(Session& session) {
  const Args& args = session.args;
  ASSIGN_OR_RETURN(const refresh::RefreshOptions options, RefreshOptionsOf(args));
  if (args.Number(OptionId::kValues) < 1 || args.Number(OptionId::kValues) > kMostValues) {
    return UsageError(fmt::format("--values is from 1 to {}", kMostValues));
  }
  Progress progress(session.console, ProgressModeFor(args.Text(OptionId::kProgress), session.console));
  ASSIGN_OR_RETURN(const auto inspection, refresh::Inspection::Open(options, progress, session.cancel));
  for (const std::string& table : args.positional) {
    RETURN_IF_ERROR(inspection->plan().PositionOf(table).status());
  }
  scan::Options scan;
  scan.values = static_cast<uint32_t>(args.Number(OptionId::kValues));
  scan.treated = args.Has(OptionId::kAll);
  scan.tables = args.positional;
  scan.counters = &progress.CountersOf("scan");
  progress.StageStarted("scan");
  ASSIGN_OR_RETURN(const std::vector<scan::ColumnReport> columns, inspection->Scan(scan));
  progress.Stop();
  const std::string text = args.Has(OptionId::kJson)   ? Json(columns)
                           : args.Has(OptionId::kYaml) ? VisibleLines(scan::ToYaml(columns))
                                                       : VisibleLines(scan::ToText(columns));
  RETURN_IF_ERROR(session.console.Data(text));
  return 0;
}

}  // namespace understudy::cli
