#include "base/process.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/hidden_variables.h"
#include "base/status.h"

namespace understudy {
namespace {

TEST(ProcessTest, CarriesInputOutputErrorsAndCode) {
  ProcessOptions options;
  options.argv = {"sh", "-c", "cat; echo $WORD >&2; exit 3"};
  options.environment = {"WORD=oops"};
  options.input = std::string(1 << 20, 'x');
  const auto result = RunProcess(options);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->output, options.input);
  EXPECT_EQ(result->errors, "oops\n");
}

TEST(ProcessTest, SecretsOfOurEnvironmentAreNotTheChilds) {
  for (const char* name : {"UNDERSTUDY_TEST_SECRET", "UNDERSTUDY_TEST_WORD", "PGPASSWORD"}) {
    ::setenv(name, "hush", 1);
  }
  HideFromChildren("UNDERSTUDY_TEST_SECRET");
  HideFromChildren("PATH");  // without it nothing would be found
  ProcessOptions options;
  options.argv = {"env"};
  const auto result = RunProcess(options);
  ASSERT_TRUE(result.ok());
  const std::string all = "\n" + result->output;
  EXPECT_EQ(all.find("\nUNDERSTUDY_TEST_SECRET="), std::string::npos);
  EXPECT_EQ(all.find("\nPGPASSWORD="), std::string::npos);
  EXPECT_NE(all.find("\nUNDERSTUDY_TEST_WORD=hush\n"), std::string::npos);
  EXPECT_NE(all.find("\nPATH="), std::string::npos);
}

TEST(ProcessTest, MissingProgramIsAnError) {
  ProcessOptions options;
  options.argv = {"no-such-program-here"};
  EXPECT_EQ(RunProcess(options).status().message(),
            "starting no-such-program-here: No such file or directory");
}

TEST(ProcessTest, CancelEndsTheChild) {
  CancelToken cancel;
  cancel.Cancel();
  ProcessOptions options;
  options.argv = {"sleep", "60"};
  options.cancel = &cancel;
  EXPECT_EQ(ExitClassOf(RunProcess(options).status()), ExitClass::kCancelled);
}

TEST(ProcessTest, FailingConsumerStopsTheChild) {
  ProcessOptions options;
  options.argv = {"yes"};
  options.on_output = [](std::string_view) { return Failed("enough"); };
  EXPECT_EQ(MessageOf(RunProcess(options).status()), "yes: enough");
}

}  // namespace
}  // namespace understudy
