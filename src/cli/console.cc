#include "cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/strings.h"
#include "cli/progress_text.h"
#include "record/state_directory.h"

namespace understudy::cli {
namespace {

constexpr size_t kDefaultColumns = 80;

// 0, or the errno.
int WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return 0;
}

// Characters without the sequences that set colours.
size_t ShownWidth(std::string_view line) {
  size_t width = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b') {
      while (i < line.size() && line[i] != 'm') ++i;
    } else if ((static_cast<unsigned char>(line[i]) & 0xC0) != 0x80) {
      ++width;
    }
  }
  return width;
}

// A list in a message is indented: such lines stay. Any other break came with a name, and must not begin a
// line.
std::string Sentence(std::string_view text) {
  std::string out;
  for (const std::string_view line : Split(text, '\n')) {
    if (!out.empty()) out += line.starts_with("  ") ? '\n' : ' ';
    out += Visible(line);
  }
  return out;
}

}  // namespace

void Console::WriteErr(std::string_view text) {
  // Nobody is left to hear that standard error is gone.
  [[maybe_unused]] const int ignored = WriteAll(err_fd_, text);
}

std::string Console::ClearSequence() {
  if (block_lines_ == 0) return {};
  // A terminal that became narrower since has wrapped the lines.
  const size_t width = columns();
  size_t rows = 0;
  for (const std::string& line : block_) rows += std::max<size_t>(1, (ShownWidth(line) + width - 1) / width);
  std::string up = rows > 1 ? fmt::format("\x1b[{}A", rows - 1) : "";
  block_lines_ = 0;
  return "\r" + up + "\x1b[J";
}

void Console::Block(const std::vector<std::string>& lines) {
  MutexLock lock(mutex_);
  std::string text = ClearSequence();
  block_ = lines;
  for (size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "" : "\n") + lines[i];
  block_lines_ = lines.size();
  if (!text.empty()) WriteErr(text);
}

void Console::Line(std::string_view line) {
  MutexLock lock(mutex_);
  std::string text = ClearSequence();
  text.append(line).append("\n");
  for (size_t i = 0; i < block_.size(); ++i) text += (i == 0 ? "" : "\n") + block_[i];
  block_lines_ = block_.size();
  WriteErr(text);
}

void Console::Say(std::string_view level, std::string_view id, std::string_view text) {
  if (format_ == LogFormat::kJson) {
    nlohmann::ordered_json event = EventHead("message", record::Rfc3339(std::time(nullptr)));
    event["level"] = std::string(level);
    if (!id.empty()) event["id"] = std::string(id);
    event["text"] = std::string(text);
    return Line(JsonText(event));
  }
  const std::string tail = id.empty() ? "" : fmt::format(" [{}]", Visible(id));
  const std::string noun = level == "info" ? "" : fmt::format("{}: ", level);
  Line(fmt::format("understudy: {}{}{}", noun, Sentence(text), tail));
}

void Console::Error(std::string_view text) { Say("error", "", text); }
void Console::Warning(std::string_view id, std::string_view text) { Say("warning", id, text); }
void Console::Info(std::string_view text) { Say("info", "", text); }

absl::Status Console::Data(std::string_view data) {
  MutexLock lock(mutex_);
  if (out_closed_) return absl::OkStatus();
  const int error = WriteAll(out_fd_, data);
  if (error == EPIPE) out_closed_ = true;
  return error == 0 || error == EPIPE ? absl::OkStatus()
                                      : ErrnoStatus("writing to", "standard output", error);
}

bool Console::err_is_terminal() const { return ::isatty(err_fd_) == 1; }
bool Console::out_is_terminal() const { return ::isatty(out_fd_) == 1; }

size_t Console::columns() const {
  winsize size{};
  if (::ioctl(err_fd_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefaultColumns;
  return size.ws_col;
}

bool Console::colours() const {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view(term) == "dumb";
  return err_is_terminal() && !dumb && (no_color == nullptr || *no_color == '\0');
}

}  // namespace understudy::cli
