#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/hidden_variables.h"
#include "base/status.h"

extern char** environ;

namespace understudy {
namespace {

// Enough for any message a person will read.
constexpr size_t kMaxErrorBytes = 64 << 10;
// How often a silent child is checked for cancellation.
constexpr int kPollMs = 100;

struct Pipe {
  Fd read, write;
};

absl::StatusOr<Pipe> MakePipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return Failed(fmt::format("making a pipe: {}", std::strerror(errno)));
  return Pipe{Fd(fds[0]), Fd(fds[1])};
}

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& s : strings) pointers.push_back(const_cast<char*>(s.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> MergedEnvironment(const std::vector<std::string>& added) {
  std::vector<std::string> merged(added);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    bool replaced = HiddenFromChildren(name.substr(0, name.size() - (name.ends_with('=') ? 1 : 0)));
    for (const std::string& a : added) replaced = replaced || std::string_view(a).starts_with(name);
    if (!replaced) merged.emplace_back(text);
  }
  return merged;
}

struct Child {
  pid_t pid = 0;
  Fd input, output, errors;
};

absl::StatusOr<Child> Spawn(const ProcessOptions& options) {
  ASSIGN_OR_RETURN(Pipe in, MakePipe());
  ASSIGN_OR_RETURN(Pipe out, MakePipe());
  ASSIGN_OR_RETURN(Pipe err, MakePipe());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read.get(), 0);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), 2);
  // A child in its own group: Ctrl-C on the terminal is ours to handle, and we end the child in order.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  const std::vector<std::string> environment = MergedEnvironment(options.environment);
  Child child;
  const int error = ::posix_spawnp(&child.pid, options.argv[0].c_str(), &actions, &attributes,
                                   Pointers(options.argv).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return ErrnoStatus("starting", options.argv[0], error);
  child.input = std::move(in.write);
  child.output = std::move(out.read);
  child.errors = std::move(err.read);
  return child;
}

int Reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Moves bytes until the child closes its output; what goes wrong on our side is the returned status.
absl::Status Converse(const ProcessOptions& options, Child& child, ProcessResult* result) {
  std::string_view input = options.input;
  ::fcntl(child.input.get(), F_SETFL, O_NONBLOCK);
  const auto more = [&]() -> absl::Status {
    if (input.empty() && options.on_input) {
      ASSIGN_OR_RETURN(input, options.on_input());
    }
    if (input.empty()) child.input.Close();
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(more());
  char buffer[1 << 16];
  while (child.output.valid() || child.errors.valid()) {
    if (options.cancel != nullptr && options.cancel->cancelled()) return Cancelled();
    pollfd fds[3] = {
        {child.output.get(), POLLIN, 0}, {child.errors.get(), POLLIN, 0}, {child.input.get(), POLLOUT, 0}};
    if (::poll(fds, 3, kPollMs) < 0 && errno != EINTR) return Failed(std::strerror(errno));
    if ((fds[2].revents & (POLLOUT | POLLERR)) != 0) {
      const ssize_t n = ::write(child.input.get(), input.data(), input.size());
      if (n > 0) input.remove_prefix(static_cast<size_t>(n));
      // A child that wants no more of it says why by its exit code.
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        child.input.Close();
      else
        RETURN_IF_ERROR(more());
    }
    if (fds[0].revents != 0) {
      const ssize_t n = ::read(child.output.get(), buffer, sizeof buffer);
      if (n == 0 || (n < 0 && errno != EINTR)) child.output.Close();
      const std::string_view piece(buffer, n > 0 ? static_cast<size_t>(n) : 0);
      if (!piece.empty() && options.on_output) RETURN_IF_ERROR(options.on_output(piece));
      if (!piece.empty() && !options.on_output) result->output += piece;
    }
    if (fds[1].revents != 0) {
      const ssize_t n = ::read(child.errors.get(), buffer, sizeof buffer);
      if (n == 0 || (n < 0 && errno != EINTR)) child.errors.Close();
      if (n > 0 && result->errors.size() < kMaxErrorBytes) {
        result->errors.append(buffer, static_cast<size_t>(n));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ProcessResult> RunProcess(const ProcessOptions& options) {
  ASSIGN_OR_RETURN(Child child, Spawn(options));
  ProcessResult result;
  absl::Status status = Converse(options, child, &result);
  if (!status.ok()) ::kill(-child.pid, SIGTERM);
  result.exit_code = Reap(child.pid);
  RETURN_IF_ERROR(Annotate(status, options.argv[0]));
  return result;
}

}  // namespace understudy
