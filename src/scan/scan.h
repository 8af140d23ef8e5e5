// Where is personal data? A look at a sample of every column that would be kept or that no rule names.
//
// DESIGN
//   One query a column, bounded on both sides: at most Options::values values, and of large tables only a
//   random share of the pages (TABLESAMPLE SYSTEM, repeatable), so that a scan can't read a production from
//   end to end. Values are looked at and dropped; the result holds counts.
// Ownership: values. Threads: blocks its caller.
// Errors: those of the connection, with the table's and column's name.
#ifndef UNDERSTUDY_SCAN_SCAN_H_
#define UNDERSTUDY_SCAN_SCAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/events.h"
#include "pg/connection.h"
#include "rules/facts.h"
#include "rules/plan.h"
#include "scan/content.h"
#include "scan/proposal.h"
#include "text/rewriter.h"

namespace understudy::scan {

struct Options {
  uint32_t values = 1000;           // per column
  uint64_t table_bytes = 64 << 20;  // of larger tables a share of the pages is read
  uint32_t value_bytes = 16 << 10;  // of longer values the beginning is looked at
  bool treated = false;             // also columns that a rule treats already
  std::vector<std::string> tables;  // qualified names; empty: all
  Counters* counters = nullptr;
};

struct ColumnReport {
  std::string table;  // qualified
  std::string column;
  std::string type;
  std::string now;  // the treatment it has
  bool unclassified = false;
  Content content;
  Proposal proposal;  // treatment empty: nothing to do
};

// The same in parts, for rows that come from elsewhere than a connection. Positions of the columns that
// deserve a look; what a look at one of them gives: nothing, or one report more.
std::vector<size_t> ColumnsToStudy(const rules::Relation& relation, const rules::TablePlan& table,
                                   const Options& options);
void Report(const rules::Relation& relation, const rules::TablePlan& table, size_t column, Content content,
            const Options& options, std::vector<ColumnReport>* reports);

// Columns that deserve a look, in the order of the catalogue: unclassified ones, and others with hits.
absl::StatusOr<std::vector<ColumnReport>> Scan(pg::Connection& connection, const rules::Facts& facts,
                                               const rules::Plan& plan, const text::RewriteContext& context,
                                               const Options& options);

// A table for people; YAML rules to paste (proposals for columns with a rule are comments).
std::string ToText(const std::vector<ColumnReport>& columns);
std::string ToYaml(const std::vector<ColumnReport>& columns);

}  // namespace understudy::scan

#endif  // UNDERSTUDY_SCAN_SCAN_H_
