// understudy preview: some rows before and after, side by side.
//
// The only command that shows production's values, hence only to a terminal unless it is forced.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "base/strings.h"
#include "base/utf8.h"
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

// Columns that a character takes on a terminal: none for what is written over the one before, two for East
// Asian wide characters and pictures (Unicode Standard Annex #11), one for the rest.
size_t ColumnsOf(char32_t c) {
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200D) || (c >= 0xFE00 && c <= 0xFE0F)) return 0;
  constexpr std::pair<char32_t, char32_t> kWide[] = {
      {0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
      {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
  for (const auto& [first, last] : kWide) {
    if (c >= first && c <= last) return 2;
  }
  return 1;
}

// One line of it: line ends and tabs as escapes.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    switch (c) {
      case '\n':
        line += "\\n";
        break;
      case '\r':
        line += "\\r";
        break;
      case '\t':
        line += "\\t";
        break;
      default:
        line += c;
    }
  }
  return Visible(line);
}

// As much as fits into `width` columns, padded; a longer text ends in an ellipsis.
std::string Cell(const std::optional<std::string>& value, size_t width) {
  const std::string text = value.has_value() ? OneLine(*value) : "NULL";
  std::string cell;
  size_t used = 0, cut = 0, used_at_cut = 0;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    const size_t columns = ColumnsOf(NextCodePoint(text, &i));
    if (used + columns > width) {
      cell.resize(cut);
      return cell + "…" + std::string(width - used_at_cut - 1, ' ');
    }
    cell += std::string_view(text).substr(begin, i - begin);
    used += columns;
    if (used < width) {
      cut = cell.size();
      used_at_cut = used;
    }
  }
  return cell + std::string(width - used, ' ');
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
    return fmt::format("{}: none of its rows is copied ({})\n", Visible(plan.QualifiedName()), plan.row_pack);
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
  if (plan.where.has_value()) text += Visible(fmt::format("only rows where {}", *plan.where)) + "\n";
  return text + fmt::format("{}: {}, {} changed (*)\n", Visible(plan.QualifiedName()),
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
  const rules::TablePlan& plan = inspection->plan().tables[table];
  ASSIGN_OR_RETURN(const scan::Preview preview,
                   inspection->Preview(table, args.Text(OptionId::kWhere), args.Number(OptionId::kLimit)));
  progress.Stop();
  RETURN_IF_ERROR(session.console.Data(Text(preview, plan, session.console.columns())));
  return 0;
}

}  // namespace understudy::cli
