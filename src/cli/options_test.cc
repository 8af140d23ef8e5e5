#include "cli/options.h"

#include <gtest/gtest.h>

#include "base/status.h"

namespace understudy::cli {
namespace {

absl::StatusOr<Args> Parse(const std::vector<std::string>& arguments,
                           const std::map<std::string, std::string>& variables = {}) {
  return ParseArgs(arguments, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

TEST(Options, AllSpellings) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"refresh", "--jobs=3", "--config", "x.yaml", "--adopt"},
        {"refresh", "-j3", "-c", "x.yaml", "--adopt"},
        {"--config=x.yaml", "refresh", "-j", "3", "--adopt"},
        {"-c", "x.yaml", "refresh", "--adopt", "--jobs", "3"}}) {
    const auto args = Parse(arguments);
    ASSERT_TRUE(args.ok()) << args.status();
    EXPECT_EQ(args->command->name, "refresh");
    EXPECT_EQ(args->Number(OptionId::kJobs), 3u);
    EXPECT_EQ(args->Text(OptionId::kConfig), "x.yaml");
    EXPECT_TRUE(args->Has(OptionId::kAdopt));
    EXPECT_FALSE(args->Has(OptionId::kDryRun));
    EXPECT_TRUE(args->positional.empty());
  }
}

TEST(Options, DefaultThenEnvironmentThenCommandLine) {
  EXPECT_EQ(Parse({"refresh"})->Text(OptionId::kConfig), "understudy.yaml");
  const std::map<std::string, std::string> variables = {{"UNDERSTUDY_CONFIG", "e.yaml"}};
  EXPECT_EQ(Parse({"refresh"}, variables)->Text(OptionId::kConfig), "e.yaml");
  EXPECT_EQ(Parse({"refresh", "-c", "c.yaml"}, variables)->Text(OptionId::kConfig), "c.yaml");
}

TEST(Options, TheLastOfTwoWins) {
  EXPECT_EQ(Parse({"refresh", "-j3", "--jobs=5"})->Number(OptionId::kJobs), 5u);
}

TEST(Options, Positional) {
  const auto args = Parse({"report", "--diff", "a", "b"});
  ASSERT_TRUE(args.ok()) << args.status();
  EXPECT_EQ(args->positional, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(args->Has(OptionId::kDiff));
}

TEST(Options, AnOptionTakesOneValueAndLeavesTheRest) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"report", "--state=s", "-f", "html", "run"},
        {"report", "run", "--state", "s", "--format=html"},
        {"report", "--format", "html", "--state", "s", "run"}}) {
    const auto args = Parse(arguments);
    ASSERT_TRUE(args.ok()) << args.status();
    EXPECT_EQ(args->Text(OptionId::kState), "s");
    EXPECT_EQ(args->Text(OptionId::kFormat), "html");
    EXPECT_EQ(args->positional, (std::vector<std::string>{"run"}));
  }
}

TEST(Options, HelpAndVersionNeedNoCommand) {
  EXPECT_TRUE(Parse({"-h"})->Has(OptionId::kHelpShort));
  EXPECT_TRUE(Parse({"--help"})->Has(OptionId::kHelpLong));
  EXPECT_TRUE(Parse({"--version"})->Has(OptionId::kVersion));
  EXPECT_EQ(Parse({"-h"})->command, nullptr);
  EXPECT_TRUE(Parse({"refresh", "-h"})->Has(OptionId::kHelpShort));
}

TEST(Options, Errors) {
  const struct {
    std::vector<std::string> arguments;
    const char* message;
  } kCases[] = {
      {{"rfresh"}, "unknown command \"rfresh\"; did you mean refresh?"},
      {{"xyzzy"}, "unknown command \"xyzzy\"; \"understudy -h\" lists them"},
      {{"refresh", "--jbos=3"}, "unknown option \"--jbos\" for \"refresh\"; did you mean --jobs?"},
      {{"refresh", "--jbos", "3"}, "unknown option \"--jbos\" for \"refresh\"; did you mean --jobs?"},
      {{"--vresion"}, "unknown option \"--vresion\"; did you mean --version?"},
      {{"keygen", "--adopt"},
       "unknown option \"--adopt\" for \"keygen\"; it is an option of \"understudy refresh\""},
      {{"refresh", "-x"}, "unknown option \"-x\" for \"refresh\""},
      {{"refresh", "--jobs"}, "option --jobs needs a value: --jobs=N"},
      {{"refresh", "--jobs="}, "option --jobs needs a value: --jobs=N"},
      {{"refresh", "--jobs", "--adopt"}, "option --jobs needs a value: --jobs=N"},
      {{"refresh", "--jobs=many"}, "option --jobs: \"many\" is not a number from 0 to 1000000"},
      {{"refresh", "--jobs=-1"}, "option --jobs: \"-1\" is not a number from 0 to 1000000"},
      {{"refresh", "--progress=josn"},
       "option --progress: \"josn\" is none of auto, bar, json, none; did you mean json?"},
      {{"refresh", "now"}, "\"now\" is one argument too many"},
      {{"report", "a", "b", "c"}, "\"c\" is one argument too many"},
  };
  for (const auto& c : kCases) {
    const auto args = Parse(c.arguments);
    ASSERT_FALSE(args.ok()) << c.message;
    EXPECT_EQ(MessageOf(args.status()), c.message);
    EXPECT_EQ(ExitClassOf(args.status()), ExitClass::kUsage);
  }
}

TEST(Options, ErrorsInTheEnvironmentNameTheVariable) {
  EXPECT_EQ(MessageOf(Parse({"refresh"}, {{"UNDERSTUDY_JOBS", "x"}}).status()),
            "environment variable UNDERSTUDY_JOBS: \"x\" is not a number from 0 to 1000000");
}

}  // namespace
}  // namespace understudy::cli
