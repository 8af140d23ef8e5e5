// What rules cost on a database's own data, measured.
//
// DESIGN: seconds are CPU seconds of one thread, and they are estimates for all rows of the source, scaled
// from the sample that was measured (`sample` says how large it was). Names of relations, columns, rules and
// detectors and numbers; never a value.
// Ownership: values. Threads: thread-compatible.
#ifndef UNDERSTUDY_TUNING_COST_H_
#define UNDERSTUDY_TUNING_COST_H_

#include <cstdint>
#include <string>
#include <vector>

namespace understudy::tuning {

struct Amount {
  uint64_t rows = 0;
  uint64_t bytes = 0;  // as COPY carries them

  void Add(const Amount& other) {
    rows += other.rows;
    bytes += other.bytes;
  }
};

// What one column's treatment adds to the copying of its rows.
struct ColumnCost {
  std::string table, column;
  std::string treatment;
  std::string rule;  // which rule says so, or why
  double seconds = 0;
  double ns_per_row = 0;
  uint64_t changed = 0;  // values of the sample
  uint64_t rows = 0;     // of the sample
};

// All columns that one line of a pack (or one reason) treats.
struct RuleCost {
  std::string rule, treatment;
  uint64_t columns = 0;
  double seconds = 0;
};

struct TableCost {
  std::string table;
  Amount sample, all;  // measured; estimated for the whole table
  double seconds = 0;  // splitting and rules
  double ns_per_row = 0;
};

// A detector pattern: what a refresh would cost without it, and what would stay in the texts.
struct DetectorCost {
  std::string name;
  double seconds = 0;     // less without it; may be a little below 0: that is noise
  uint64_t only_its = 0;  // values of the sample that would not change without it
};

struct Report {
  std::vector<TableCost> tables;  // each list: most expensive first
  std::vector<ColumnCost> columns;
  std::vector<RuleCost> rules;
  std::vector<DetectorCost> detectors;
  Amount sample, all;
  double copying_s = 0;       // splitting rows into fields and copying what stays
  double rules_s = 0;         // what the treatments add to that
  double audit_s = 0;         // the leak audit; 0 if the policy has it off
  double fingerprints_s = 0;  // 0 if the policy has them off
  double noise = 0;           // how far two measurements of the same thing were apart, as a fraction
  uint32_t workers = 1;       // that a refresh would have

  double total_s() const { return copying_s + rules_s + audit_s + fingerprints_s; }
};

}  // namespace understudy::tuning

#endif  // UNDERSTUDY_TUNING_COST_H_
