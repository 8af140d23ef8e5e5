// What changed between two runs: tables, columns, rules, growth, findings, environment, times.
//
// DESIGN: a flat list of changes in sections, so that every form of it is a loop. A key that only one run has
// is "added" or "removed" (the other side is empty). Growth is listed for tables whose rows changed, the
// largest change first. Ownership: values. Threads: thread-safe.
#ifndef UNDERSTUDY_REPORT_DIFF_H_
#define UNDERSTUDY_REPORT_DIFF_H_

#include <string>
#include <vector>

#include "record/run_record.h"

namespace understudy::report {

struct Change {
  std::string what;    // "res_partner.email"
  std::string before;  // empty: it was not there
  std::string after;   // empty: it is gone
};

struct DiffSection {
  std::string id;     // "columns": stable, for JSON
  std::string title;  // "Columns"
  std::vector<Change> changes;
};

struct Diff {
  std::string before_id;
  std::string after_id;
  std::vector<DiffSection> sections;  // those with changes
};

Diff Compare(const record::RunRecord& before, const record::RunRecord& after);

std::string ToMarkdown(const Diff& diff);
std::string ToJson(const Diff& diff);

}  // namespace understudy::report

#endif  // UNDERSTUDY_REPORT_DIFF_H_
