// The option table in other people's formats: a man page, shell completions, Markdown.
//
// DESIGN: generated, so that they can't differ from what the program takes. Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_REFERENCE_H_
#define UNDERSTUDY_CLI_REFERENCE_H_

#include <string>

namespace understudy::cli {

std::string ManPage();
std::string BashCompletion();
std::string ZshCompletion();
std::string FishCompletion();
std::string MarkdownReference();

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_REFERENCE_H_
