#include "dump/process_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/status.h"
#include "base/strings.h"
#include "engine/guarded.h"

namespace understudy::dump {
namespace {

absl::Status WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failed("nobody reads its output any more");
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProcessSource>> ProcessSource::Start(std::vector<std::string> argv,
                                                                    const CancelToken* cancel,
                                                                    std::vector<std::string> environment) {
  std::unique_ptr<ProcessSource> source(new ProcessSource());
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return ErrnoStatus("making", "a pipe", errno);
  source->read_ = Fd(fds[0]);
  source->write_ = Fd(fds[1]);
  WidenPipe(fds[1]);
  const size_t slash = argv[0].rfind('/');
  source->name_ = slash == std::string::npos ? argv[0] : argv[0].substr(slash + 1);
  source->cancel_ = cancel;
  RETURN_IF_ERROR(engine::StartThread(
      [self = source.get(), argv = std::move(argv), environment = std::move(environment)] {
        ProcessOptions options;
        options.argv = argv;
        options.environment = environment;
        options.cancel = &self->stop_;
        options.on_output = [self](std::string_view piece) { return WriteAll(self->write_.get(), piece); };
        self->result_ = engine::Guarded([&] { return RunProcess(options); });
        self->write_.Close();
      },
      &source->thread_));
  return source;
}

ProcessSource::~ProcessSource() {
  stop_.Cancel();
  read_.Close();
  if (thread_.joinable()) thread_.join();
}

absl::Status ProcessSource::Outcome() {
  if (thread_.joinable()) thread_.join();
  RETURN_IF_ERROR(result_.status());
  if (result_->exit_code == 0) return absl::OkStatus();
  const std::string_view errors = result_->errors;
  return Failed(fmt::format("{} ended with code {}: {}", name_, result_->exit_code,
                            Trim(errors.substr(0, errors.find('\n')))));
}

absl::StatusOr<size_t> ProcessSource::Read(char* to, size_t size) {
  FdSource pipe(read_.get(), name_, cancel_);
  ASSIGN_OR_RETURN(const size_t n, pipe.Read(to, size));
  if (n == 0) RETURN_IF_ERROR(Outcome());
  return n;
}

}  // namespace understudy::dump
