// report.md: the differences report for terminals, tickets and wikis (GitHub-flavoured Markdown).
//
// DESIGN: names of tables, columns and jobs are foreign text: identifiers go into code spans, the rest is
// escaped, so that no name can make markup. Threads: thread-safe.
#ifndef UNDERSTUDY_REPORT_MARKDOWN_H_
#define UNDERSTUDY_REPORT_MARKDOWN_H_

#include <string>
#include <string_view>
#include <vector>

#include "record/run_record.h"

namespace understudy::report {

std::string ToMarkdown(const record::RunRecord& run);

// Foreign text that may stand in a table cell or a paragraph.
std::string MarkdownText(std::string_view text);
// The same as a code span; empty stays empty.
std::string MarkdownCode(std::string_view text);
// "| a | b |"
std::string MarkdownRow(const std::vector<std::string>& cells);
// The head of a table; a heading that ends in ":" is a column of numbers, aligned right.
std::string MarkdownHead(const std::vector<std::string>& headings);

}  // namespace understudy::report

#endif  // UNDERSTUDY_REPORT_MARKDOWN_H_
