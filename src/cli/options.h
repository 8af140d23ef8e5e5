// argv → Args: what was asked for, checked against the option table, nothing resolved.
//
// DESIGN: CLI11 splits the arguments; names, values, choices and suggestions are checked here, because its
// own messages hide a misspelt option behind a missing one. Precedence: command line, environment, default.
// Pure: no files are touched. Ownership: values. Threads: Args is immutable. Errors: UsageError (exit 2).
#ifndef UNDERSTUDY_CLI_OPTIONS_H_
#define UNDERSTUDY_CLI_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/option_table.h"

namespace understudy::cli {

class Args {
 public:
  const CommandSpec* command = nullptr;  // nullptr: none was given (help or version)
  std::vector<std::string> positional;

  // Given on the command line or in the environment.
  bool Has(OptionId id) const { return given_.contains(id); }
  // The value given, else the default of the table, else empty.
  std::string Text(OptionId id) const;
  uint64_t Number(OptionId id) const;

 private:
  friend class ArgsParser;
  std::map<OptionId, std::string> given_;
};

using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment ProcessEnvironment();

// `arguments` without the program's name.
absl::StatusOr<Args> ParseArgs(const std::vector<std::string>& arguments, const Environment& environment);

// "unknown command …" with the nearest one.
std::string UnknownCommand(const std::string& name);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_OPTIONS_H_
