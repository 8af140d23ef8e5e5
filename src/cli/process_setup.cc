#include "cli/process_setup.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/status.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDERSTUDY_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDERSTUDY_SANITIZED 1
#endif
#endif

namespace understudy::cli {
namespace {

CancelToken g_cancel;  // a handler can only reach a global

// Only async-signal-safe calls (signal-safety(7)). Whoever was interrupted is about to read its own errno,
// not that of isatty, which fails wherever no terminal is.
void OnSignal(int) {
  const int error = errno;
  if (g_cancel.cancelled()) ::_exit(static_cast<int>(ExitClass::kCancelled));
  g_cancel.Cancel();
  constexpr char kText[] = "\nunderstudy: cancelling; once more to stop at once\n";
  if (::isatty(STDERR_FILENO) == 1) {
    [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, kText, sizeof kText - 1);
  }
  errno = error;
}

}  // namespace

void HardenProcess() {
#ifndef UNDERSTUDY_SANITIZED
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
  ::signal(SIGPIPE, SIG_IGN);
}

CancelToken& CancelOnSignals() {
  struct sigaction action {};
  action.sa_handler = OnSignal;
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  return g_cancel;
}

}  // namespace understudy::cli
