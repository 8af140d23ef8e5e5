// The option table as completions for bash, zsh and fish.
//
// DESIGN: generated, so that they can't differ from what the program takes; tests/golden/completion_test.py
// asks the shells. Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_COMPLETIONS_H_
#define UNDERSTUDY_CLI_COMPLETIONS_H_

#include <string>

namespace understudy::cli {

std::string BashCompletion();
std::string ZshCompletion();
std::string FishCompletion();

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_COMPLETIONS_H_
