// understudy report: shows a run again, or compares two.
#include <fmt/format.h>

#include "base/file.h"
#include "base/status.h"
#include "cli/commands.h"
#include "record/record_json.h"
#include "record/state_directory.h"
#include "report/diff.h"
#include "report/html.h"
#include "report/markdown.h"

namespace understudy::cli {
namespace {

absl::StatusOr<std::string> Render(const record::RunRecord& run, const std::string& format) {
  if (format == "json") return record::ToJson(run);
  if (format == "html") return report::ToHtml(run);
  return report::ToMarkdown(run);
}

absl::StatusOr<std::string> RenderDiff(Session& session, const std::string& state) {
  const auto& positional = session.args.positional;
  if (positional.size() != 2) return UsageError("--diff takes two runs: understudy report --diff RUN RUN2");
  ASSIGN_OR_RETURN(const record::RunRecord before, record::LoadRun(state, positional[0]));
  ASSIGN_OR_RETURN(const record::RunRecord after, record::LoadRun(state, positional[1]));
  const report::Diff diff = report::Compare(before, after);
  const std::string format = session.args.Text(OptionId::kFormat);
  if (format == "html") return UsageError("--diff has no html form; use --format=md or --format=json");
  return format == "json" ? report::ToJson(diff) : report::ToMarkdown(diff);
}

absl::StatusOr<std::string> RenderOne(Session& session, const std::string& state) {
  const auto& positional = session.args.positional;
  if (positional.size() > 1) return UsageError("two runs are compared with --diff");
  ASSIGN_OR_RETURN(const record::RunRecord run,
                   record::LoadRun(state, positional.empty() ? "latest" : positional[0]));
  return Render(run, session.args.Text(OptionId::kFormat));
}

}  // namespace

absl::StatusOr<int> RunReport(Session& session) {
  ASSIGN_OR_RETURN(const std::string state, StateDirectoryOf(session.args));
  ASSIGN_OR_RETURN(const std::string text, session.args.Has(OptionId::kDiff) ? RenderDiff(session, state)
                                                                             : RenderOne(session, state));
  const std::string output = session.args.Text(OptionId::kOutput);
  if (output.empty() || output == "-") {
    RETURN_IF_ERROR(session.console.Data(text));
  } else {
    RETURN_IF_ERROR(WriteFileAtomic(output, text));
  }
  return 0;
}

}  // namespace understudy::cli
