// Help texts, rendered from the option table.
//
// DESIGN: -h is short (one line per option, within kHelpColumns), --help is long (every sentence of the
// table, values, defaults, variables, exit codes). Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_HELP_H_
#define UNDERSTUDY_CLI_HELP_H_

#include <string>
#include <string_view>

#include "cli/option_table.h"

namespace understudy::cli {

// Fits an 80-column terminal without touching its edge.
inline constexpr size_t kHelpColumns = 79;

// `command` nullptr: the program's own help, with the list of commands.
std::string ShortHelp(const CommandSpec* command);
std::string LongHelp(const CommandSpec* command);

// "-j, --jobs=N"
std::string OptionSynopsis(const OptionSpec& option);
// "understudy report [options] [RUN [RUN2]]"
std::string Synopsis(const CommandSpec& command);

// What the program is, in a sentence.
std::string_view About();

// Breaks `text` at blanks into lines of at most `columns` that begin with `indent` blanks.
std::string Wrap(std::string_view text, size_t indent, size_t columns);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_HELP_H_
