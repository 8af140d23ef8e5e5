// A dump in, the sanitised dump out: what `understudy filter` does.
//
// DESIGN
//   The output is the input, statement by statement, with the rows of COPY blocks rewritten by the same row
//   programs as a refresh; statements that carry data outside COPY, or that name other databases, are left
//   out and counted. Two strengths, and the summary says which it was:
//   - a file is read three times (survey, known values, rewriting): as strong as a refresh;
//   - standard input is read once, as a stream. The schema comes first, so types and names are known; what
//     Odoo says of its columns and the known values come too late. `plan_from` (a database, or an earlier
//     backup) gives both. Without it no text passes that only known values could clean: free text and columns
//     that no rule names become text of the same shape without content.
//   Neutralising is no part of it: a filter has no database to do it in.
//   If anything fails, the output ends with a statement that no server takes, so that
//   `psql -1 -v ON_ERROR_STOP=1` keeps nothing of it.
// Ownership: descriptors are borrowed. Threads: RunFilter blocks its caller.
// Errors: those of the stages; kBrokenPipe tells that nobody reads the output any more.
#ifndef UNDERSTUDY_REFRESH_FILTER_H_
#define UNDERSTUDY_REFRESH_FILTER_H_

#include <cstdint>
#include <map>
#include <string>

#include "base/cancel.h"
#include "base/events.h"
#include "refresh/config.h"

namespace understudy::refresh {

struct FilterOptions {
  Config config;
  std::string rules_directory;
  std::string private_directory;  // mode 0700; for reading pg_dump's archive formats
  std::string input;              // a backup's path; empty: `in_fd`
  std::string plan_from;          // a database (conninfo) or a backup's path; empty: the dump itself
  std::string table;  // "schema.table" or "table(a, b)": the input is that table's COPY rows alone
  int in_fd = 0;
  int out_fd = 1;
};

struct FilterSummary {
  uint64_t rows = 0;
  uint64_t bytes = 0;    // of rows, read
  uint64_t changed = 0;  // values
  uint64_t tables = 0;
  bool known_values = false;
  std::map<std::string, uint64_t> left_out;  // statements that were not passed on
};

absl::Status RunFilter(const FilterOptions& options, Listener& listener, const CancelToken& cancel,
                       FilterSummary* summary);

// The code of the status that says that the reader of the output is gone.
inline constexpr absl::StatusCode kBrokenPipe = absl::StatusCode::kAborted;

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_FILTER_H_
