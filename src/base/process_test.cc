#include "base/process.h"

#include <gtest/gtest.h>

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
