#include "tuning/cost_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace understudy::tuning {
namespace {

// Differences below this are never shown: a run is never that exact.
constexpr double kLeastChange = 0.05;
// Of the whole engine's time: columns and detectors below it don't matter to anybody.
constexpr double kLeastShare = 0.002;

// One column of cells; numbers to the right, and the last column of text is not padded.
class Lines {
 public:
  explicit Lines(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.size() < 2; }

  // The first `text_columns` are text, the rest numbers.
  std::string Show(size_t text_columns) const {
    std::vector<size_t> widths(rows_[0].size());
    for (const auto& row : rows_) {
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows_) {
      std::string line = " ";
      for (size_t i = 0; i < row.size(); ++i) {
        line += i < text_columns ? fmt::format(" {:<{}}", row[i], widths[i])
                                 : fmt::format("  {:>{}}", row[i], widths[i]);
      }
      while (line.back() == ' ') line.pop_back();
      text += line + "\n";
    }
    return text;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

// A treatment with conditions is as long as its author wished; JSON has it whole.
std::string Short(const std::string& text) {
  constexpr size_t kMost = 40;
  if (text.size() <= kMost) return text;
  size_t cut = kMost - 3;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return text.substr(0, cut) + "...";
}

std::string Percent(double share) { return fmt::format("{:.1f} %", share * 100); }
std::string Seconds(double seconds) { return fmt::format("{:.2f}", seconds); }

double ShareOf(double seconds, const Report& report) {
  const double total = report.total_s();
  return total > 0 ? seconds / total : 0;
}

std::string Rest(size_t shown, size_t all) {
  return all > shown ? fmt::format("  and {} more (--all lists them)\n", all - shown) : std::string();
}

std::string Sums(const Report& report) {
  Lines lines({"whole refresh, estimated", "CPU s", "share"});
  const auto add = [&](const char* what, double seconds) {
    lines.Add({what, Seconds(seconds), Percent(ShareOf(seconds, report))});
  };
  add("splitting and copying rows", report.copying_s);
  add("rules", report.rules_s);
  add("leak audit", report.audit_s);
  add("fingerprints", report.fingerprints_s);
  add("together", report.total_s());
  const double wall = report.total_s() / std::max(report.workers, 1U);
  const double rate = report.total_s() > 0 ? static_cast<double>(report.all.bytes) / report.total_s() : 0;
  return lines.Show(1) +
         fmt::format("  {} a second and core; with {} worker{} {} if nothing else is the limit\n",
                     HumanBytes(static_cast<uint64_t>(rate)), report.workers, report.workers == 1 ? "" : "s",
                     HumanSeconds(wall));
}

std::string Tables(const Report& report, size_t most) {
  Lines lines({"table", "rows", "bytes", "measured", "ns/row", "MB/s", "CPU s", "share"});
  const size_t shown = std::min(most, report.tables.size());
  for (size_t i = 0; i < shown; ++i) {
    const TableCost& t = report.tables[i];
    const double rate = t.seconds > 0 ? static_cast<double>(t.all.bytes) / t.seconds / 1e6 : 0;
    lines.Add({t.table, HumanCount(t.all.rows), HumanBytes(t.all.bytes), HumanCount(t.sample.rows),
               fmt::format("{:.0f}", t.ns_per_row), fmt::format("{:.0f}", rate), Seconds(t.seconds),
               Percent(ShareOf(t.seconds, report))});
  }
  return lines.empty() ? "" : "\n" + lines.Show(1) + Rest(shown, report.tables.size());
}

std::string Columns(const Report& report, size_t most) {
  Lines lines({"column", "treatment", "changed", "ns/row", "CPU s", "share"});
  const size_t shown = std::min(most, report.columns.size());
  for (size_t i = 0; i < shown; ++i) {
    const ColumnCost& c = report.columns[i];
    const double changed = c.rows == 0 ? 0 : static_cast<double>(c.changed) / static_cast<double>(c.rows);
    lines.Add({c.table + "." + c.column, Short(c.treatment), Percent(changed),
               fmt::format("{:.0f}", c.ns_per_row), Seconds(c.seconds), Percent(ShareOf(c.seconds, report))});
  }
  return lines.empty() ? "" : "\n" + lines.Show(2) + Rest(shown, report.columns.size());
}

std::string Rules(const Report& report, size_t most) {
  Lines lines({"rule", "treatment", "columns", "CPU s", "share"});
  const size_t shown = std::min(most, report.rules.size());
  for (size_t i = 0; i < shown; ++i) {
    const RuleCost& r = report.rules[i];
    lines.Add({r.rule, Short(r.treatment), HumanCount(r.columns), Seconds(r.seconds),
               Percent(ShareOf(r.seconds, report))});
  }
  return lines.empty() ? "" : "\n" + lines.Show(2) + Rest(shown, report.rules.size());
}

std::string Detectors(const Report& report, size_t most) {
  Lines lines({"without the detector", "saves CPU s", "share", "values left unchanged"});
  const size_t shown = std::min(most, report.detectors.size());
  for (size_t i = 0; i < shown; ++i) {
    const DetectorCost& d = report.detectors[i];
    lines.Add({d.name, Seconds(d.seconds), Percent(ShareOf(d.seconds, report)), HumanCount(d.only_its)});
  }
  return lines.empty() ? "" : "\n" + lines.Show(1) + Rest(shown, report.detectors.size());
}

std::string Ratio(double before, double now) {
  return before > 0 ? fmt::format("{:.2f}", now / before) : "new";
}

bool Matters(double before, double now, double noise) {
  const double larger = std::max(std::abs(before), std::abs(now));
  return larger > 0 && std::abs(now - before) > std::max(kLeastChange, noise) * larger;
}

// A column's cost in two reports.
struct Pair {
  std::string name;
  double before = 0, now = 0;  // ns a row; 0 if only the other report has it
  double share = 0;            // the larger of both
};

// Those that matter, the largest first.
std::vector<Pair> ChangedColumns(const Report& before, const Report& now, double noise) {
  std::map<std::string, Pair> pairs;
  for (const Report* report : {&before, &now}) {
    for (const ColumnCost& c : report->columns) {
      Pair& pair = pairs[c.table + "." + c.column];
      pair.name = c.table + "." + c.column;
      (report == &now ? pair.now : pair.before) = c.ns_per_row;
      pair.share = std::max(pair.share, ShareOf(c.seconds, *report));
    }
  }
  std::vector<Pair> changed;
  for (auto& [name, pair] : pairs) {
    if (pair.share >= kLeastShare && Matters(pair.before, pair.now, noise))
      changed.push_back(std::move(pair));
  }
  std::stable_sort(changed.begin(), changed.end(),
                   [](const Pair& a, const Pair& b) { return a.share > b.share; });
  return changed;
}

}  // namespace

std::string ToText(const Report& report, size_t most) {
  if (most == 0) most = SIZE_MAX;
  return fmt::format("measured {} rows, {}, of about {} rows, {}; two measurements differ by {}{}\n\n",
                     HumanCount(report.sample.rows), HumanBytes(report.sample.bytes),
                     HumanCount(report.all.rows), HumanBytes(report.all.bytes), Percent(report.noise),
                     report.noise > kLeastChange ? "; --rows or --full measures with more" : "") +
         Sums(report) + Tables(report, most) + Columns(report, most) + Rules(report, most) +
         Detectors(report, most);
}

std::string CompareText(const Report& before, const Report& now, size_t most) {
  if (most == 0) most = SIZE_MAX;
  const double noise = std::max(before.noise, now.noise);
  Lines sums({"whole refresh, estimated", "before", "now", "ratio"});
  const auto add = [&sums](const char* what, double b, double n) {
    sums.Add({what, Seconds(b), Seconds(n), Ratio(b, n)});
  };
  add("splitting and copying rows", before.copying_s, now.copying_s);
  add("rules", before.rules_s, now.rules_s);
  add("leak audit", before.audit_s, now.audit_s);
  add("fingerprints", before.fingerprints_s, now.fingerprints_s);
  add("together", before.total_s(), now.total_s());

  const std::vector<Pair> changed = ChangedColumns(before, now, noise);
  Lines columns({"column", "ns/row before", "now", "ratio"});
  const size_t shown = std::min(most, changed.size());
  for (size_t i = 0; i < shown; ++i) {
    const Pair& pair = changed[i];
    columns.Add({pair.name, fmt::format("{:.0f}", pair.before), fmt::format("{:.0f}", pair.now),
                 Ratio(pair.before, pair.now)});
  }
  return fmt::format("compared with the older report; differences below {} are not shown\n\n",
                     Percent(std::max(kLeastChange, noise))) +
         sums.Show(1) + "\n" +
         (columns.empty() ? "  no column's cost changed\n" : columns.Show(1) + Rest(shown, changed.size()));
}

}  // namespace understudy::tuning
