// The forms of a scan's result.
#include <algorithm>

#include "base/visible.h"
#include "fmt/format.h"
#include "scan/scan.h"

namespace understudy::scan {
namespace {

// Wide enough for Odoo's names; longer ones push the rest of their line.
constexpr size_t kColumnWidth = 28;
constexpr size_t kTypeWidth = 18;
constexpr size_t kNowWidth = 14;
constexpr size_t kProposalWidth = 14;

// "email 98 % (whole 95 %), name 3 %": the most frequent first.
std::string Hits(const Content& content) {
  std::vector<std::pair<std::string, ClassHits>> sorted(content.hits.begin(), content.hits.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.any > b.second.any; });
  std::string text;
  for (const auto& [name, hits] : sorted) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {:.0f} %", name, 100 * content.Rate(hits.any));
    if (hits.whole > 0) text += fmt::format(" (whole {:.0f} %)", 100 * content.Rate(hits.whole));
  }
  return text;
}

bool IsPlain(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(),
                     [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
                     }) &&
         !(name[0] >= '0' && name[0] <= '9') && name != "null" && name != "true" && name != "false";
}

// A key of YAML; names of databases may hold anything.
std::string Key(std::string_view name) {
  if (IsPlain(name)) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < ' ') {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string Reason(const ColumnReport& column) {
  const std::string hits = Hits(column.content);
  return hits.empty() ? column.proposal.why : fmt::format("{}; {}", column.proposal.why, hits);
}

}  // namespace

std::string ToText(const std::vector<ColumnReport>& columns) {
  std::string text;
  const std::string* table = nullptr;
  for (const ColumnReport& column : columns) {
    if (table == nullptr || *table != column.table) {
      text += fmt::format("{}{}\n", table == nullptr ? "" : "\n", Visible(column.table));
      table = &column.table;
    }
    text +=
        fmt::format("  {:<{}} {:<{}} {:<{}} → {:<{}} {} values; {}\n", Visible(column.column), kColumnWidth,
                    column.type, kTypeWidth, column.unclassified ? "unclassified" : column.now, kNowWidth,
                    column.proposal.treatment.empty() ? "as it is" : column.proposal.treatment,
                    kProposalWidth, column.content.values, Visible(Reason(column)));
  }
  const auto unclassified =
      std::count_if(columns.begin(), columns.end(), [](const ColumnReport& c) { return c.unclassified; });
  text +=
      fmt::format("{}{} unclassified columns; others that hold personal data: {}\n", text.empty() ? "" : "\n",
                  unclassified, static_cast<ptrdiff_t>(columns.size()) - unclassified);
  return text;
}

std::string ToYaml(const std::vector<ColumnReport>& columns) {
  std::string text =
      "# Proposed by understudy scan: look at each line, keep what is right, name the file in rules:.\n"
      "# Lines that are comments are for columns that a rule keeps although their values look personal.\n"
      "pack: site/scan\n\ntables:\n";
  const std::string* table = nullptr;
  bool open = false;  // the table's key stands there as a key, not in a comment
  for (const ColumnReport& column : columns) {
    if (column.proposal.treatment.empty()) continue;
    if (table == nullptr || *table != column.table) {
      table = &column.table;
      open = std::any_of(columns.begin(), columns.end(),
                         [&](const ColumnReport& c) { return c.table == *table && c.unclassified; });
      text += fmt::format("{}{}:\n", open ? "  " : "  # ", Key(column.table));
    }
    text += fmt::format("{}{}: {}  # {}\n", column.unclassified ? "    " : "    # ", Key(column.column),
                        column.proposal.treatment, Visible(Reason(column)));
  }
  const bool any =
      std::any_of(columns.begin(), columns.end(), [](const ColumnReport& c) { return c.unclassified; });
  return any ? text : text.replace(text.find("tables:\n"), 8, "tables: {}\n");
}

}  // namespace understudy::scan
