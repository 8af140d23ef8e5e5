#include "cli/process_setup.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "base/status.h"

namespace understudy::cli {
namespace {

// In processes of their own, whose stderr is no terminal: what a signal sets stays set.

TEST(ProcessSetup, ASignalSetsTheTokenAndLeavesErrnoAlone) {
  for (const int signal : {SIGINT, SIGTERM}) {
    EXPECT_EXIT(
        {
          const CancelToken& token = CancelOnSignals();
          const bool before = token.cancelled();
          errno = EAGAIN;
          ::raise(signal);
          const int error = errno;
          ::_exit(before ? 1 : !token.cancelled() ? 2 : error != EAGAIN ? 3 : 0);
        },
        testing::ExitedWithCode(0), "");
  }
}

TEST(ProcessSetup, ASecondSignalEndsTheProcess) {
  EXPECT_EXIT(
      {
        CancelOnSignals();
        ::raise(SIGINT);
        ::raise(SIGTERM);
        ::_exit(0);
      },
      testing::ExitedWithCode(static_cast<int>(ExitClass::kCancelled)), "");
}

}  // namespace
}  // namespace understudy::cli
