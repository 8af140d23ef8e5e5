// understudy preview: some rows before and after, side by side.
//
// The only command that shows production's values, hence only to a terminal unless it is forced.
#include <fmt/format.h>

#include <algorithm>

#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "refresh/inspect.h"
#include "report/model.h"
#include "scan/preview.h"

namespace understudy::cli {
namespace {

constexpr uint64_t kMostRows = 1000;
constexpr size_t kNameWidth = 24;
// Between and before the parts of a line: mark, name, two values and the blanks between them.
constexpr size_t kGaps = 8;
constexpr size_t kLeastValueWidth = 16;

// The first `width` characters, padded; a longer text ends in an ellipsis. Combining and wide characters
// are counted as one, so a column of them may be a little off.
std::string Cell(const std::optional<std::string>& value, size_t width) {
  const std::string text = value.has_value() ? Printable(*value) : "NULL";
  std::string cell;
  size_t chars = 0, cut = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins && chars == width) {
      cell.resize(cut);
      return cell + "…";
    }
    if (begins && ++chars == width) cut = cell.size();
    cell += text[i];
  }
  return cell + std::string(width - chars, ' ');
}

std::string RowText(const scan::Preview& preview, size_t row, size_t width) {
  const scan::PreviewRow& values = preview.rows[row];
  std::string text = fmt::format("row {}\n", row + 1);
  for (size_t c = 0; c < preview.columns.size(); ++c) {
    const bool changed = values.before[c] != values.after[c];
    // A column that is NULL before and after says nothing.
    if (!changed && !values.before[c].has_value()) continue;
    text += fmt::format("{} {} {}  {}\n", changed ? '*' : ' ', Cell(preview.columns[c], kNameWidth),
                        Cell(values.before[c], width), changed ? Cell(values.after[c], width) : "=");
  }
  return text + "\n";
}

std::string Text(const scan::Preview& preview, const rules::TablePlan& plan, size_t columns) {
  if (plan.empty)
    return fmt::format("{}: none of its rows is copied ({})\n", plan.QualifiedName(), plan.row_pack);
  const size_t width =
      std::max(kLeastValueWidth, (std::max(columns, kNameWidth + kGaps) - kNameWidth - kGaps) / 2);
  std::string text;
  uint64_t changed = 0;
  for (size_t r = 0; r < preview.rows.size(); ++r) {
    text += RowText(preview, r, width);
    for (size_t c = 0; c < preview.columns.size(); ++c) {
      changed += preview.rows[r].before[c] != preview.rows[r].after[c] ? 1 : 0;
    }
  }
  if (plan.where.has_value()) text += Printable(fmt::format("only rows where {}", *plan.where)) + "\n";
  return text + fmt::format("{}: {}, {} changed (*)\n", plan.QualifiedName(),
                            report::Plural(preview.rows.size(), "row"), report::Plural(changed, "value"));
}

}  // namespace

absl::StatusOr<int> RunPreview(Session& session) {
  const Args& args = session.args;
  if (args.positional.empty()) return UsageError("which table? \"understudy preview res_partner\"");
  if (!session.console.out_is_terminal() && !args.Has(OptionId::kForce)) {
    return Refused(
        "preview shows production's values, and standard output is not a terminal; --force shows "
        "them all the same");
  }
  if (args.Number(OptionId::kLimit) < 1 || args.Number(OptionId::kLimit) > kMostRows) {
    return UsageError(fmt::format("--limit is from 1 to {}", kMostRows));
  }
  ASSIGN_OR_RETURN(const refresh::RefreshOptions options, RefreshOptionsOf(args));
  Progress progress(session.console, ProgressModeFor(args.Text(OptionId::kProgress), session.console));
  ASSIGN_OR_RETURN(const auto inspection, refresh::Inspection::Open(options, progress, session.cancel));
  ASSIGN_OR_RETURN(const size_t table, inspection->plan().PositionOf(args.positional[0]));
  ASSIGN_OR_RETURN(const auto connection, inspection->Session());
  const rules::TablePlan& plan = inspection->plan().tables[table];
  ASSIGN_OR_RETURN(
      const scan::Preview preview,
      scan::PreviewRows(*connection, inspection->catalog().facts.relations[table], plan,
                        inspection->toolbox(), args.Text(OptionId::kWhere), args.Number(OptionId::kLimit)));
  progress.Stop();
  RETURN_IF_ERROR(session.console.Data(Text(preview, plan, session.console.columns())));
  return 0;
}

}  // namespace understudy::cli
