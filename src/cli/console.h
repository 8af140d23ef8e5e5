// Where the program speaks: data to standard output, everything else to standard error.
//
// DESIGN: the verbs are error, warning and info ("understudy: error: …", lower case, no full stop), plus a
// status block of some lines that is overprinted while it changes and cleared before anything else is
// written. In JSON every line on standard error is one object. A closed standard output (| head) is not an
// error: the rest is dropped. Control characters in messages are shown as "?", so that a hostile name can't
// drive the terminal.
// Ownership: the file descriptors are borrowed. Threads: thread-safe.
#ifndef UNDERSTUDY_CLI_CONSOLE_H_
#define UNDERSTUDY_CLI_CONSOLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "base/visible.h"

namespace understudy::cli {

enum class LogFormat { kText, kJson };

class Console {
 public:
  Console(int out_fd, int err_fd) : out_fd_(out_fd), err_fd_(err_fd) {}

  void set_format(LogFormat format) { format_ = format; }
  LogFormat format() const { return format_; }

  void Error(std::string_view text);
  // `id` is what policy.accepted names; it is shown behind the text.
  void Warning(std::string_view id, std::string_view text);
  void Info(std::string_view text);
  // One line as it is (an event).
  void Line(std::string_view line);
  // Data to standard output, as it is. An error if it can't be written (a full disk), OK for a closed pipe.
  absl::Status Data(std::string_view data);

  // Replaces the status block; empty clears it. Only for a terminal.
  void Block(const std::vector<std::string>& lines);

  bool err_is_terminal() const;
  bool out_is_terminal() const;
  // Columns of the terminal at standard error, asked anew each time; 80 if it doesn't say.
  size_t columns() const;
  // A terminal that wants colours: NO_COLOR is not set (https://no-color.org) and TERM is not "dumb".
  bool colours() const;

 private:
  void Say(std::string_view level, std::string_view id, std::string_view text);
  void WriteErr(std::string_view text) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string ClearSequence() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int out_fd_;
  const int err_fd_;
  LogFormat format_ = LogFormat::kText;  // set before threads start
  Mutex mutex_;
  size_t block_lines_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> block_ ABSL_GUARDED_BY(mutex_);
  bool out_closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_CONSOLE_H_
