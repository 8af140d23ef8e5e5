#include "record/state_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <filesystem>

#include "base/status.h"
#include "base/strings.h"
#include "record/record_json.h"

namespace understudy::record {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecordFile = "report.json";

std::string Join(const std::string& directory, std::string_view name) {
  return (fs::path(directory) / name).string();
}

bool IsRun(const std::string& directory) {
  struct stat info {};
  return ::stat(Join(directory, kRecordFile).c_str(), &info) == 0;
}

// A rename replaces the link in one step; there is no moment without one.
absl::Status SwitchLatest(const std::string& state, const std::string& run_id) {
  const std::string link = Join(state, "latest");
  const std::string temporary = fmt::format("{}.tmp.{}", link, ::getpid());
  ::unlink(temporary.c_str());
  if (::symlink(Join("runs", run_id).c_str(), temporary.c_str()) != 0) {
    return ErrnoStatus("linking", temporary, errno);
  }
  if (::rename(temporary.c_str(), link.c_str()) != 0) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    return ErrnoStatus("switching", link, reason);
  }
  return absl::OkStatus();
}

absl::StatusOr<RunRecord> LoadFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string json, ReadFile(path));
  auto run = FromJson(json);
  if (!run.ok()) return Annotate(run.status(), path);
  return run;
}

}  // namespace

std::string NewRunId(absl::Time time) {
  uint16_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != sizeof random) {
    random = static_cast<uint16_t>(::getpid());  // unique enough beside the time
  }
  const int64_t nanoseconds = absl::ToUnixNanos(time);
  const int64_t seconds = absl::ToUnixSeconds(time);
  const auto fraction = static_cast<unsigned>((nanoseconds - seconds * 1'000'000'000) * 4096 / 1'000'000'000);
  std::tm utc{};
  const std::time_t whole = seconds;
  ::gmtime_r(&whole, &utc);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z-{:03x}{:03x}", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, fraction, random & 0xfffU);
}

std::string Rfc3339(int64_t unix_seconds) {
  std::tm utc{};
  const std::time_t seconds = unix_seconds;
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

int64_t ParseRfc3339(std::string_view text) {
  std::tm utc{};
  const std::string copy(text);
  const char* end = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  if (end == nullptr) return -1;
  if (*end == '.') {
    ++end;
    while (*end >= '0' && *end <= '9') ++end;
  }
  if (std::string_view(end) != "Z") return -1;
  return ::timegm(&utc);
}

absl::StatusOr<StateLock> StateLock::Acquire(const std::string& state) {
  RETURN_IF_ERROR(MakeDirectories(state));
  const std::string path = Join(state, "lock");
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return ErrnoStatus("opening", path, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return ErrnoStatus("locking", path, errno);
    char holder[32] = {};
    const ssize_t n = ::pread(fd.get(), holder, sizeof holder - 1, 0);
    const std::string_view pid = n > 0 ? Trim({holder, static_cast<size_t>(n)}) : std::string_view("unknown");
    return Refused(
        fmt::format("another run (process {}) holds {}; wait until it ends, or give this one "
                    "another \"state\" directory",
                    pid, path));
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), pid.data(), pid.size(), 0) < 0) {
    return ErrnoStatus("writing", path, errno);
  }
  return StateLock(std::move(fd));
}

absl::StatusOr<std::string> WriteRunFiles(const std::string& state, const std::string& run_id,
                                          const std::vector<RunFile>& files) {
  const std::string directory = Join(Join(state, "runs"), run_id);
  RETURN_IF_ERROR(MakeDirectories(directory));
  for (const RunFile& file : files)
    RETURN_IF_ERROR(WriteFileAtomic(Join(directory, file.name), file.content));
  return directory;
}

absl::StatusOr<std::string> WriteRun(const std::string& state, const std::string& run_id,
                                     const std::vector<RunFile>& files) {
  // What was written before publishing makes room for what replaces it; the record itself stays till then.
  for (const RunFile& file : files) {
    std::error_code absent;
    if (file.name != kRecordFile) fs::remove(Join(Join(Join(state, "runs"), run_id), file.name), absent);
  }
  ASSIGN_OR_RETURN(std::string directory, WriteRunFiles(state, run_id, files));
  RETURN_IF_ERROR(SwitchLatest(state, run_id));
  return directory;
}

absl::StatusOr<std::vector<std::string>> ListRuns(const std::string& state) {
  std::vector<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator it(Join(state, "runs"), error), end; !error && it != end; it.increment(error)) {
    if (IsRun(it->path().string())) ids.push_back(it->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return ErrnoStatus("reading directory", Join(state, "runs"), error.value());
  }
  std::sort(ids.rbegin(), ids.rend());
  return ids;
}

absl::StatusOr<RunRecord> LoadRun(const std::string& state, const std::string& which) {
  if (which == "latest" && IsRun(Join(state, "latest"))) return LoadFile(Join(state, "latest/report.json"));
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, ListRuns(state));
  if (which == "latest") {
    if (ids.empty()) return absl::NotFoundError(fmt::format("no run in {}", state));
    return LoadFile(Join(Join(Join(state, "runs"), ids.front()), kRecordFile));
  }
  std::vector<std::string> matches;
  for (const std::string& id : ids) {
    if (!which.empty() && id.compare(0, which.size(), which) == 0) matches.push_back(id);
  }
  if (matches.size() == 1) return LoadFile(Join(Join(Join(state, "runs"), matches[0]), kRecordFile));
  if (matches.size() > 1) {
    return UsageError(fmt::format("\"{}\" is the beginning of {} runs: {}, {}, …", which, matches.size(),
                                  matches[0], matches[1]));
  }
  if (IsRun(which)) return LoadFile(Join(which, kRecordFile));
  struct stat info {};
  if (::stat(which.c_str(), &info) == 0 && S_ISREG(info.st_mode)) return LoadFile(which);
  const std::string near = DidYouMean(which, ids);
  return absl::NotFoundError(fmt::format("no run \"{}\" in {}{}", which, state,
                                         near.empty() ? "; \"understudy status\" lists them" : near));
}

}  // namespace understudy::record
