#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/status.h"
#include "base/strings.h"

namespace understudy::cli {
namespace {

constexpr uint64_t kMostNumber = 1'000'000;  // no option of ours means anything beyond

std::string CliNames(const OptionSpec& option) {
  std::string names;
  if (option.short_name != 0) names = fmt::format("-{}", option.short_name);
  if (!option.long_name.empty()) names += fmt::format("{}--{}", names.empty() ? "" : ",", option.long_name);
  return names;
}

std::string ShownName(const OptionSpec& option) {
  return option.long_name.empty() ? fmt::format("-{}", option.short_name)
                                  : fmt::format("--{}", option.long_name);
}

// The option that an argument such as "--jobs=3" or "-j" names in any command, or nullptr.
const OptionSpec* FindOption(std::string_view argument) {
  const std::string_view name = argument.substr(0, argument.find('='));
  for (const OptionSpec& option : Options()) {
    if (!option.long_name.empty() && name == fmt::format("--{}", option.long_name)) return &option;
    if (option.short_name != 0 && name == fmt::format("-{}", option.short_name)) return &option;
  }
  return nullptr;
}

bool IsOption(std::string_view argument) { return argument.size() > 1 && argument[0] == '-'; }

// The index of the command's name, or the size: the first argument that is neither an option nor the value
// of one.
size_t CommandIndex(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--") return arguments.size();
    if (!IsOption(arguments[i])) return i;
    const OptionSpec* option = FindOption(arguments[i]);
    const bool takes_next =
        option != nullptr && option->kind != OptionKind::kFlag && arguments[i].find('=') == std::string::npos;
    if (takes_next) ++i;
  }
  return arguments.size();
}

std::vector<std::string> CommandNames() {
  std::vector<std::string> names;
  for (const CommandSpec& command : CommandSpecs()) names.emplace_back(command.name);
  return names;
}

absl::Status UnknownOption(const CommandSpec* command, const std::string& argument) {
  const std::string name = argument.substr(0, argument.find('='));
  std::vector<std::string> candidates;
  for (const OptionSpec* option : OptionsOf(command)) candidates.push_back(ShownName(*option));
  // Every letter is near every other, so only long names are suggested.
  std::string hint = name.rfind("--", 0) == 0 ? DidYouMean(name, candidates) : std::string();
  const OptionSpec* elsewhere = FindOption(argument);
  if (hint.empty() && elsewhere != nullptr && command != nullptr) {
    for (const CommandSpec& other : CommandSpecs()) {
      const bool has =
          std::find(other.options.begin(), other.options.end(), elsewhere->id) != other.options.end();
      if (has) hint = fmt::format("; it is an option of \"understudy {}\"", other.name);
    }
  }
  const std::string of = command == nullptr ? "" : fmt::format(" for \"{}\"", command->name);
  return UsageError(fmt::format("unknown option \"{}\"{}{}", name, of, hint));
}

absl::Status CheckValue(const OptionSpec& option, const std::string& value, const std::string& origin) {
  if (option.kind == OptionKind::kNumber) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool whole = error == std::errc() && end == value.data() + value.size() && number <= kMostNumber;
    if (!whole)
      return UsageError(fmt::format("{}: \"{}\" is not a number from 0 to {}", origin, value, kMostNumber));
  }
  if (option.kind == OptionKind::kChoice) {
    const std::vector<std::string> choices(option.choices.begin(), option.choices.end());
    if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
      return UsageError(fmt::format("{}: \"{}\" is none of {}{}", origin, value, fmt::join(choices, ", "),
                                    DidYouMean(value, choices)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string Args::Text(OptionId id) const {
  const auto found = given_.find(id);
  return found != given_.end() ? found->second : std::string(SpecOf(id).default_value);
}

uint64_t Args::Number(OptionId id) const {
  const std::string text = Text(id);
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);  // checked when it was parsed
  return number;
}

Environment ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

std::string UnknownCommand(const std::string& name) {
  const std::string hint = DidYouMean(name, CommandNames());
  return fmt::format("unknown command \"{}\"{}", name,
                     hint.empty() ? "; \"understudy -h\" lists them" : hint);
}

class ArgsParser {
 public:
  explicit ArgsParser(const CommandSpec* command) { args_.command = command; }

  absl::StatusOr<Args> Parse(std::vector<std::string> arguments, const Environment& environment) {
    RETURN_IF_ERROR(Split(std::move(arguments)));
    for (const OptionSpec* option : OptionsOf(args_.command)) {
      RETURN_IF_ERROR(Take(*option, environment));
    }
    const size_t most = args_.command == nullptr ? 0 : args_.command->most_arguments;
    if (args_.positional.size() > most) {
      return UsageError(fmt::format("\"{}\" is one argument too many", args_.positional[most]));
    }
    return std::move(args_);
  }

 private:
  // CLI11 does the splitting; this is where its exceptions end.
  absl::Status Split(std::vector<std::string> arguments) {
    app_.set_help_flag();
    app_.allow_extras();
    app_.prefix_command(false);
    for (const OptionSpec* option : OptionsOf(args_.command)) {
      auto& values = values_[option->id];
      CLI::Option* added =
          option->kind == OptionKind::kFlag
              ? app_.add_flag(CliNames(*option), flags_[option->id])
              : app_.add_option(CliNames(*option), values)->expected(0, 1)->allow_extra_args(false);
      added->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      options_[option->id] = added;
    }
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      return UsageError(fmt::format("{}", error.what()));
    }
    for (const std::string& extra : app_.remaining()) {
      if (extra == "--") continue;
      if (IsOption(extra)) return UnknownOption(args_.command, extra);
      args_.positional.push_back(extra);
    }
    return absl::OkStatus();
  }

  absl::Status Take(const OptionSpec& option, const Environment& environment) {
    if (options_[option.id]->count() > 0) {
      if (option.kind == OptionKind::kFlag) {
        if (flags_[option.id]) args_.given_[option.id] = "true";
        return absl::OkStatus();
      }
      const std::vector<std::string> results = options_[option.id]->results();
      const std::string value = results.empty() ? "" : results.back();
      if (value.empty()) {
        return UsageError(fmt::format("option {} needs a value: {}={}", ShownName(option), ShownName(option),
                                      option.value_name));
      }
      RETURN_IF_ERROR(CheckValue(option, value, fmt::format("option {}", ShownName(option))));
      args_.given_[option.id] = value;
      return absl::OkStatus();
    }
    if (option.environment.empty()) return absl::OkStatus();
    const std::string variable(option.environment);
    const auto value = environment(variable);
    if (!value.has_value()) return absl::OkStatus();
    RETURN_IF_ERROR(CheckValue(option, *value, fmt::format("environment variable {}", variable)));
    args_.given_[option.id] = *value;
    return absl::OkStatus();
  }

  Args args_;
  CLI::App app_;
  std::map<OptionId, std::string> values_;
  std::map<OptionId, bool> flags_;
  std::map<OptionId, CLI::Option*> options_;
};

absl::StatusOr<Args> ParseArgs(const std::vector<std::string>& arguments, const Environment& environment) {
  const size_t index = CommandIndex(arguments);
  const CommandSpec* command = nullptr;
  std::vector<std::string> rest = arguments;
  if (index < arguments.size()) {
    command = FindCommand(arguments[index]);
    if (command == nullptr) return UsageError(UnknownCommand(arguments[index]));
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(index));
  }
  return ArgsParser(command).Parse(std::move(rest), environment);
}

}  // namespace understudy::cli
