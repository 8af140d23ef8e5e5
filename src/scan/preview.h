// A few rows as they are and as a refresh would make them.
//
// DESIGN: the table's own row program runs over rows copied as text; nothing is written anywhere. The rows
// hold raw values: whoever shows them decides to whom.
// Ownership: values. Threads: blocks its caller.
// Errors: those of the connection and of the row program; a condition that PostgreSQL refuses is a usage
// error.
#ifndef UNDERSTUDY_SCAN_PREVIEW_H_
#define UNDERSTUDY_SCAN_PREVIEW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "copyformat/copy_stream.h"
#include "pg/connection.h"
#include "rules/facts.h"
#include "rules/plan.h"
#include "rules/toolbox.h"

namespace understudy::scan {

struct PreviewRow {
  std::vector<std::optional<std::string>> before, after;  // parallel to Preview::columns
};

struct Preview {
  std::vector<std::string> columns;
  std::vector<std::string> treatments;
  std::vector<PreviewRow> rows;
};

// `where`: SQL, empty for any row; it is joined to the plan's own condition.
absl::StatusOr<Preview> PreviewRows(pg::Connection& connection, const rules::Relation& relation,
                                    const rules::TablePlan& plan, const rules::Toolbox& toolbox,
                                    const std::string& where, uint64_t limit);

// The same for rows that come from elsewhere: COPY text with the columns of rules::CopyAttributes.
absl::StatusOr<Preview> PreviewRows(copyformat::CopySource& source, const rules::Relation& relation,
                                    const rules::TablePlan& plan, const rules::Toolbox& toolbox);

}  // namespace understudy::scan

#endif  // UNDERSTUDY_SCAN_PREVIEW_H_
