#include "record/openmetrics.h"

#include <fmt/format.h>

#include <map>

#include "record/state_directory.h"

namespace understudy::record {
namespace {

class Page {
 public:
  template <class T>
  void Gauge(const char* name, const char* unit, const char* help, T value) {
    Head(name, unit, help);
    text_ += fmt::format("understudy_{} {}\n", name, value);
  }
  void Head(const char* name, const char* unit, const char* help) {
    text_ += fmt::format("# TYPE understudy_{} gauge\n", name);
    if (*unit != '\0') text_ += fmt::format("# UNIT understudy_{} {}\n", name, unit);
    text_ += fmt::format("# HELP understudy_{} {}\n", name, help);
  }
  template <class T>
  void Sample(const char* name, const char* label, const std::string& label_value, T value) {
    text_ += fmt::format("understudy_{}{{{}=\"{}\"}} {}\n", name, label, Escape(label_value), value);
  }
  std::string Take() { return std::move(text_) + "# EOF\n"; }

 private:
  static std::string Escape(const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (c == '\\' || c == '"') out += '\\';
      if (c == '\n') {
        out += "\\n";
      } else {
        out += c;
      }
    }
    return out;
  }
  std::string text_;
};

}  // namespace

std::string ToOpenMetrics(const RunRecord& run, int64_t last_success) {
  const Totals totals = TotalsOf(run);
  uint64_t leaks = 0, neutralisation_errors = 0, open_warnings = 0;
  for (const Leak& leak : run.leaks) leaks += leak.count;
  for (const Neutralised& n : run.neutralised) neutralisation_errors += n.error.empty() ? 0 : 1;
  for (const Warning& warning : run.warnings) open_warnings += warning.accepted ? 0 : 1;

  Page page;
  page.Gauge("last_run_timestamp_seconds", "seconds", "When the last run ended.",
             ParseRfc3339(run.finished_at));
  page.Gauge("last_success_timestamp_seconds", "seconds", "When staging was last published; 0 is never.",
             last_success);
  page.Gauge("last_run_exit_code", "", "Exit code of the last run.", run.exit_code);
  page.Gauge("last_run_duration_seconds", "seconds", "How long the last run took.", run.seconds);
  page.Gauge("tables", "", "Tables that the last run copied.", totals.tables);
  page.Gauge("rows", "", "Rows that the last run copied.", totals.rows);
  page.Gauge("read_bytes", "bytes", "Bytes that the last run read.", totals.bytes);
  page.Gauge("changed_values", "", "Values that the last run changed.", totals.changed);
  page.Gauge("leaks", "", "Known values found where they must not be.", leaks);
  page.Gauge("unclassified_columns", "", "Columns that no rule names.", run.unclassified.size());
  page.Gauge("neutralisation_errors", "", "Neutralising statements that failed.", neutralisation_errors);
  page.Gauge("open_warnings", "", "Warnings that nobody accepted.", open_warnings);
  page.Gauge("peak_memory_bytes", "bytes", "Peak resident memory of the last run.",
             run.limits.peak_rss_bytes);
  if (!run.stages.empty()) page.Head("stage_duration_seconds", "seconds", "How long each stage took.");
  std::map<std::string, double> stages;  // a name that came twice is still one series
  for (const Stage& stage : run.stages) stages[stage.name] += stage.seconds;
  for (const auto& [stage, seconds] : stages) page.Sample("stage_duration_seconds", "stage", stage, seconds);
  return page.Take();
}

}  // namespace understudy::record
