#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/strings.h"
#include "cli/exit_code.h"

namespace understudy::cli {
namespace {

constexpr size_t kNameColumn = 2;
constexpr size_t kDocColumn = 26;
constexpr size_t kLongDocColumn = 8;

constexpr std::string_view kAbout =
    "Understudy makes a staging environment that mirrors an Odoo production and is safe to use: the same "
    "rows, the same mess, no personal data, and nothing that can reach a customer.";

std::string ShortLine(const OptionSpec& option) {
  std::string doc(option.short_doc);
  if (!option.default_value.empty()) doc += fmt::format(" (default: {})", option.default_value);
  return fmt::format("{:{}}{:<{}}{}\n", "", kNameColumn, OptionSynopsis(option), kDocColumn - kNameColumn,
                     doc);
}

std::string LongEntry(const OptionSpec& option) {
  std::string text = fmt::format("{:{}}{}\n", "", kNameColumn, OptionSynopsis(option));
  text += Wrap(option.long_doc, kLongDocColumn, kHelpColumns);
  std::string facts;
  if (!option.choices.empty()) facts += fmt::format("One of: {}. ", fmt::join(option.choices, ", "));
  if (!option.default_value.empty()) facts += fmt::format("Default: {}. ", option.default_value);
  if (!option.environment.empty()) facts += fmt::format("Environment: {}. ", option.environment);
  if (!facts.empty()) text += Wrap(Trim(facts), kLongDocColumn, kHelpColumns);
  return text + "\n";
}

void EndWithOneNewline(std::string* text) {
  while (text->size() > 1 && (*text)[text->size() - 1] == '\n' && (*text)[text->size() - 2] == '\n')
    text->pop_back();
}

// The options under the headings of their categories, in the table's order.
template <class Render>
std::string ByCategory(const CommandSpec* command, Render render) {
  std::vector<std::string_view> categories;
  const auto options = OptionsOf(command);
  for (const OptionSpec* option : options) {
    if (std::find(categories.begin(), categories.end(), option->category) == categories.end()) {
      categories.push_back(option->category);
    }
  }
  std::string text;
  for (const std::string_view category : categories) {
    EndWithOneNewline(&text);
    text += fmt::format("\n{}:\n", category);
    for (const OptionSpec* option : options) {
      if (option->category == category) text += render(*option);
    }
  }
  EndWithOneNewline(&text);
  return text;
}

std::string CommandList() {
  std::string text = "\nCommands:\n";
  for (const CommandSpec& command : CommandSpecs()) {
    text += fmt::format("  {:<14}{}\n", command.name, command.short_doc);
  }
  return text;
}

std::string ExitCodes() {
  std::string text = "\nExit codes:\n";
  for (const ExitCodeDoc& row : ExitCodeDocs()) text += fmt::format("  {:>3}  {}\n", row.code, row.meaning);
  return text;
}

}  // namespace

std::string_view About() { return kAbout; }

std::string Wrap(std::string_view text, size_t indent, size_t columns) {
  std::string out, line(indent, ' ');
  for (const std::string_view word : Split(text, ' ')) {
    if (word.empty()) continue;
    if (line.size() > indent && line.size() + 1 + word.size() > columns) {
      out += line + "\n";
      line.assign(indent, ' ');
    }
    if (line.size() > indent) line += ' ';
    line += word;
  }
  return out + line + "\n";
}

std::string OptionSynopsis(const OptionSpec& option) {
  const std::string value =
      option.value_name.empty()
          ? std::string()
          : fmt::format("{}{}", option.long_name.empty() ? " " : "=", option.value_name);
  if (option.short_name == 0) return fmt::format("    --{}{}", option.long_name, value);
  if (option.long_name.empty()) return fmt::format("-{}{}", option.short_name, value);
  return fmt::format("-{}, --{}{}", option.short_name, option.long_name, value);
}

std::string Synopsis(const CommandSpec& command) {
  return fmt::format("understudy {} [options]{}{}", command.name, command.arguments.empty() ? "" : " ",
                     command.arguments);
}

std::string ShortHelp(const CommandSpec* command) {
  if (command == nullptr) {
    return "Usage: understudy <command> [options]\n\n" + Wrap(About(), 0, kHelpColumns) + CommandList() +
           ByCategory(nullptr, ShortLine) +
           "\n\"understudy <command> -h\" shows a command's options, --help says more.\n";
  }
  return fmt::format("Usage: {}\n\n{}\n{}", Synopsis(*command), command->short_doc,
                     ByCategory(command, ShortLine));
}

std::string LongHelp(const CommandSpec* command) {
  if (command == nullptr) {
    return "Usage: understudy <command> [options]\n\n" + Wrap(About(), 0, kHelpColumns) + CommandList() +
           ByCategory(nullptr, LongEntry) + ExitCodes() +
           "\nEnvironment:\n"
           "  NO_COLOR  if set, no colours are used\n";
  }
  return fmt::format("Usage: {}\n\n{}{}", Synopsis(*command), Wrap(command->long_doc, 0, kHelpColumns),
                     ByCategory(command, LongEntry));
}

}  // namespace understudy::cli
