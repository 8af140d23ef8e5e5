// report.html: one file that opens anywhere, needs no network and prints.
//
// DESIGN
//   Mustache fills the page (report.mustache), so every value is escaped; "{{{" and "{{&" are forbidden and
//   tested for. Columns that are kept are too many for a page: they travel as JSON and are shown when
//   somebody searches for them. A Content-Security-Policy with the hashes of our own style and script lets
//   nothing else run, even if an escape were missed. Colours follow the reader's light or dark scheme.
// Threads: thread-safe.
#ifndef UNDERSTUDY_REPORT_HTML_H_
#define UNDERSTUDY_REPORT_HTML_H_

#include <string>
#include <string_view>

#include "record/run_record.h"

namespace understudy::report {

std::string ToHtml(const record::RunRecord& run);

// JSON that may stand inside <script>: no "<", ">" or "&" in it.
std::string ScriptSafe(std::string_view json);

}  // namespace understudy::report

#endif  // UNDERSTUDY_REPORT_HTML_H_
