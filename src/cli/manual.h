// The man pages: understudy(1) from the option table, understudy.yaml(5) from the table of configuration
// keys, understudy-rules(5) from the words of the rule language.
//
// DESIGN: man(7) macros only, lines short enough for mandoc -T lint; generated, so that they can't differ
// from what the program takes. Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_MANUAL_H_
#define UNDERSTUDY_CLI_MANUAL_H_

#include <string>

namespace understudy::cli {

std::string ManPage();
std::string ConfigManPage();
std::string RulesManPage();

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_MANUAL_H_
