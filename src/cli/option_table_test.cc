#include "cli/option_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/strings.h"
#include "cli/commands.h"
#include "cli/help.h"

namespace understudy::cli {
namespace {

TEST(OptionTable, EveryOptionIsWhole) {
  std::set<OptionId> ids;
  std::set<std::string_view> names, variables;
  for (const OptionSpec& option : Options()) {
    const std::string name(option.long_name.empty() ? std::string(1, option.short_name)
                                                    : std::string(option.long_name));
    EXPECT_TRUE(ids.insert(option.id).second) << name;
    if (!option.long_name.empty()) {
      EXPECT_TRUE(names.insert(option.long_name).second) << name;
    }
    if (!option.environment.empty()) {
      EXPECT_TRUE(variables.insert(option.environment).second) << name;
    }
    EXPECT_FALSE(option.short_doc.empty()) << name;
    EXPECT_FALSE(option.category.empty()) << name;
    EXPECT_NE(option.short_doc.back(), '.') << name;
    EXPECT_EQ(option.long_doc.back(), '.') << name;
    EXPECT_EQ(option.kind == OptionKind::kFlag, option.value_name.empty()) << name;
    EXPECT_EQ(option.kind == OptionKind::kChoice, !option.choices.empty()) << name;
  }
}

TEST(OptionTable, DefaultsOfChoicesAreChoices) {
  for (const OptionSpec& option : Options()) {
    if (option.choices.empty() || option.default_value.empty()) continue;
    EXPECT_NE(std::find(option.choices.begin(), option.choices.end(), option.default_value),
              option.choices.end())
        << option.long_name;
  }
}

TEST(OptionTable, NoCommandHasTwoOptionsOfOneName) {
  for (const CommandSpec& command : CommandSpecs()) {
    std::set<char> letters;
    std::set<std::string_view> names;
    for (const OptionSpec* option : OptionsOf(&command)) {
      if (option->short_name != 0) {
        EXPECT_TRUE(letters.insert(option->short_name).second) << command.name << " -" << option->short_name;
      }
      if (!option->long_name.empty()) {
        EXPECT_TRUE(names.insert(option->long_name).second) << command.name << " --" << option->long_name;
      }
    }
  }
}

TEST(OptionTable, EveryOptionBelongsToACommand) {
  for (const OptionSpec& option : Options()) {
    bool used = false;
    for (const CommandSpec& command : CommandSpecs()) {
      for (const OptionSpec* own : OptionsOf(&command)) used |= own == &option;
    }
    EXPECT_TRUE(used) << option.long_name;
  }
}

TEST(OptionTable, EveryCommandHasAFunctionAndTexts) {
  std::set<std::string_view> names;
  for (const CommandSpec& command : CommandSpecs()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_NE(FunctionOf(command.name), nullptr) << command.name;
    EXPECT_FALSE(command.short_doc.empty()) << command.name;
    EXPECT_EQ(command.long_doc.back(), '.') << command.name;
    EXPECT_EQ(command.most_arguments == 0, command.arguments.empty()) << command.name;
  }
  EXPECT_EQ(FunctionOf("nope"), nullptr);
}

TEST(Help, FitsItsColumns) {
  std::vector<const CommandSpec*> commands = {nullptr};
  for (const CommandSpec& command : CommandSpecs()) commands.push_back(&command);
  for (const CommandSpec* command : commands) {
    for (const std::string& help : {ShortHelp(command), LongHelp(command)}) {
      for (const std::string_view line : Split(help, '\n')) {
        EXPECT_LE(line.size(), kHelpColumns) << line;
        EXPECT_EQ(line, line.substr(0, line.find_last_not_of(' ') + 1)) << "blanks at the end";
      }
    }
  }
}

TEST(Help, NamesEveryOption) {
  for (const CommandSpec& command : CommandSpecs()) {
    for (const OptionSpec* option : OptionsOf(&command)) {
      EXPECT_NE(ShortHelp(&command).find(OptionSynopsis(*option)), std::string::npos) << option->long_name;
      EXPECT_NE(LongHelp(&command).find(OptionSynopsis(*option)), std::string::npos) << option->long_name;
    }
  }
}

TEST(Help, Wraps) {
  EXPECT_EQ(Wrap("aa bb cc", 2, 7), "  aa bb\n  cc\n");
  EXPECT_EQ(Wrap("a-word-longer-than-the-line b", 0, 5), "a-word-longer-than-the-line\nb\n");
}

}  // namespace
}  // namespace understudy::cli
