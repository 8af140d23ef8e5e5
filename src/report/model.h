// What the reports say, derived from a run record: counted, grouped and ordered once for Markdown and HTML.
//
// DESIGN: no text for people is decided twice: verdict, attention list and groups are made here; markdown and
// html only lay them out. Nothing but the record goes in.
// Ownership: the Model points into the record, which must outlive it. Threads: immutable once built.
#ifndef UNDERSTUDY_REPORT_MODEL_H_
#define UNDERSTUDY_REPORT_MODEL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/visible.h"
#include "record/run_record.h"
#include "report/row_limit.h"

namespace understudy::report {

// Columns of one class of data, or of one module.
struct Group {
  std::string name;
  uint64_t columns = 0;
  uint64_t changed = 0;
};

// A column whose values were treated.
struct TreatedColumn {
  std::string table;
  const record::TableColumn* column = nullptr;
};

// A table that does not have the source's rows.
struct RowsLeftOut {
  std::string table;
  uint64_t source_rows = 0;
  uint64_t rows = 0;
  bool empty = false;
};

struct Identity {
  uint64_t kept_columns = 0;    // treatment keep, in tables that have rows
  uint64_t kept_identical = 0;  // fingerprints: source, sent and (if read back) staging are equal
  uint64_t treated_columns = 0;
  uint64_t treated_proved = 0;         // staging holds exactly what was sent
  uint64_t read_back = 0;              // columns with a fingerprint of what staging holds
  uint64_t no_values = 0;              // columns of emptied tables, and those that PostgreSQL computes
  std::vector<std::string> differing;  // "table.column"
};

struct EnvironmentRow {
  std::string key, source, staging, explanation;
  bool differs = false;
};

// Something a person should look at. `details` are lines of the same kind, shown when asked for.
struct Attention {
  bool severe = false;
  std::string text;
  std::vector<std::string> details;
};

// How the run ended for the eye: kWarn is a published staging with something to look at.
enum class Level { kGood, kWarn, kBad };

struct StageBar {
  const record::Stage* stage = nullptr;
  double begin = 0;  // fraction of the run, 0…1
  double width = 0;
};

struct Model {
  const record::RunRecord* run = nullptr;
  std::string title;
  std::string verdict;  // one or two sentences
  bool good = false;
  Level level = Level::kBad;
  record::Totals totals;
  std::vector<Attention> attention;
  std::vector<Group> classes;  // by values changed, most first
  std::vector<Group> modules;  // of tables, or the rule packs of their columns if modules aren't known
  std::vector<TreatedColumn> treated;
  std::vector<RowsLeftOut> left_out;
  Identity identity;
  std::vector<EnvironmentRow> environment;    // differing ones first
  std::vector<StageBar> stages;               // by start
  double stages_end_s = 0;                    // where the picture ends
  std::string stages_text;                    // what the picture shows, in a sentence
  RowLimit row_limit;                         // which side was the limit while rows were copied
  std::vector<const record::Table*> slowest;  // at most kSlowest
};

inline constexpr size_t kSlowest = 20;

Model MakeModel(const record::RunRecord& run);

// Known values that the audit found, and in how many columns.
struct LeakSum {
  uint64_t values = 0;
  size_t columns = 0;
  size_t tables = 0;
};
LeakSum SumOf(const std::vector<record::Leak>& leaks);

// What the run was to production while it lasted; empty if it had no snapshot there.
std::string HeldText(const record::RunRecord& run);

// What proves a written backup, in one sentence.
std::string RestoredText(const record::Restored& restored);

// "1 column", "2 columns".
std::string Plural(uint64_t count, std::string_view noun);

}  // namespace understudy::report

#endif  // UNDERSTUDY_REPORT_MODEL_H_
