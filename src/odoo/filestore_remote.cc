#include "odoo/filestore_remote.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "base/process.h"
#include "base/status.h"
#include "base/strings.h"

namespace understudy::odoo {
namespace {

// rsync(1): partial transfer due to error; partial transfer due to vanished source files.
constexpr int kSomeFilesFailed = 23;
constexpr int kSomeFilesVanished = 24;

std::string ShellQuote(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string FirstLines(std::string_view text) {
  std::string out;
  int lines = 0;
  for (const std::string_view line : Split(text, '\n')) {
    if (Trim(line).empty()) continue;
    if (!out.empty()) out += "; ";
    out += Trim(line);
    if (++lines == 3) break;
  }
  return out.empty() ? "no message" : out;
}

absl::StatusOr<int> Run(std::vector<std::string> argv, std::string input, const CancelToken* cancel,
                        std::string* errors, std::string* output = nullptr) {
  ProcessOptions options;
  options.argv = std::move(argv);
  options.input = std::move(input);
  options.cancel = cancel;
  ASSIGN_OR_RETURN(const ProcessResult result, RunProcess(options));
  *errors = FirstLines(result.errors);
  if (output != nullptr) *output = result.output;
  return result.exit_code;
}

}  // namespace

bool IsRemotePath(std::string_view path) {
  const size_t colon = path.find(':');
  return colon != std::string_view::npos && colon > 0 && path.find('/') == colon + 1;
}

absl::StatusOr<RemotePath> ParseRemotePath(std::string_view path) {
  if (!IsRemotePath(path)) return UsageError("a filestore on another host is written host:/directory");
  const size_t colon = path.find(':');
  RemotePath out{std::string(path.substr(0, colon)), std::string(path.substr(colon + 1))};
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._-";
  if (out.host.front() == '-' || out.host.find_first_not_of(kAllowed) != std::string::npos) {
    return UsageError(fmt::format("'{}' is not a host name", out.host));
  }
  while (out.path.size() > 1 && out.path.back() == '/') out.path.pop_back();
  if (out.path == "/" || out.path.find('\n') != std::string::npos)
    return UsageError("not a directory for a filestore");
  return out;
}

absl::StatusOr<CopyResult> FetchFiles(std::vector<FileRequest> requests, const RemotePath& source,
                                      const CopyOptions& options, const RemoteOptions& remote,
                                      FilestoreStage* stage) {
  CopyOptions local = options;
  local.source.clear();
  ASSIGN_OR_RETURN(const CopyResult linked, CopyFiles(requests, local, stage));
  std::set<std::string> wanted;
  for (const FileProblem& problem : linked.problems) {
    if (problem.kind == FileProblemKind::kMissing) wanted.insert(problem.store_fname);
  }
  if (!wanted.empty()) {
    std::string list;
    for (const std::string& name : wanted) list.append(name).push_back('\0');
    std::string errors;
    // No -r, -l or -a: regular files that were named, nothing else.
    std::vector<std::string> argv = {
        "rsync",
        "--rsh=" + remote.shell,
        "--protect-args",
        "--from0",
        "--files-from=-",
        fmt::format("--chmod=D{:o},F{:o}", stage->options().directory_mode, stage->options().file_mode),
        "--perms"};
    // In KiB; 0 would be no limit.
    if (remote.max_rate != 0)
      argv.push_back(fmt::format("--bwlimit={}", std::max<uint64_t>(1, remote.max_rate / 1024)));
    argv.insert(argv.end(), {"--", fmt::format("{}:{}/", source.host, source.path), stage->path() + "/"});
    auto code = Run(std::move(argv), std::move(list), remote.cancel, &errors);
    if (!code.ok()) return Annotate(code.status(), "filestore");
    if (*code != 0 && *code != kSomeFilesFailed && *code != kSomeFilesVanished) {
      return Unreachable(fmt::format("fetching the filestore: rsync ended with {}: {}", *code, errors));
    }
  }
  // Everything is in the stage now, or nowhere: hash what came.
  local.hash_present = true;
  ASSIGN_OR_RETURN(CopyResult result, CopyFiles(std::move(requests), local, stage));
  result.linked = linked.linked;
  result.copied =
      result.present > linked.linked + linked.present ? result.present - linked.linked - linked.present : 0;
  result.bytes_copied = result.bytes > linked.bytes ? result.bytes - linked.bytes : 0;
  result.present = linked.present;
  return result;
}

absl::StatusOr<std::vector<FileProblem>> FindMissing(std::vector<FileRequest> requests,
                                                     const RemotePath& source, const RemoteOptions& remote) {
  std::vector<FileProblem> missing;
  if (requests.empty()) return missing;
  std::string list;
  for (const FileRequest& request : requests) list.append(request.store_fname).push_back('\0');
  std::string errors, output;
  auto code = Run({"rsync", "--rsh=" + remote.shell, "--protect-args", "--list-only", "--from0",
                   "--files-from=-", "--", fmt::format("{}:{}/", source.host, source.path), "."},
                  std::move(list), remote.cancel, &errors, &output);
  if (!code.ok()) return Annotate(code.status(), "filestore");
  if (*code != 0 && *code != kSomeFilesFailed && *code != kSomeFilesVanished) {
    return Unreachable(fmt::format("looking into the filestore: rsync ended with {}: {}", *code, errors));
  }
  // "-rw-r-----          1,234 2026/01/31 09:00:00 ab/abcdef…"
  std::unordered_set<std::string_view> there;
  for (const std::string_view line : Split(output, '\n')) {
    if (line.starts_with('-')) there.insert(line.substr(line.rfind(' ') + 1));
  }
  for (FileRequest& request : requests) {
    if (there.contains(request.store_fname)) continue;
    missing.push_back(
        {FileProblemKind::kMissing, request.attachment_id, std::move(request.store_fname), "no such file"});
  }
  SortByAttachment(&missing);
  return missing;
}

RemoteStage::RemoteStage(RemotePath target, std::string run_id, RemoteOptions options)
    : target_(std::move(target)),
      hidden_(fmt::format("{}.understudy-{}", target_.path, run_id)),
      old_(fmt::format("{}.understudy-old-{}", target_.path, run_id)),
      carried_(hidden_ + ".carried"),
      options_(std::move(options)) {}

absl::Status RemoteStage::Remote(const std::string& command, std::string_view what) {
  std::string errors;
  auto code = Run({options_.shell, target_.host, command}, "", options_.cancel, &errors);
  if (!code.ok()) return code.status();
  if (*code == 0) return absl::OkStatus();
  return Unreachable(fmt::format("{} the filestore on {}: {} ended with {}: {}", what, target_.host,
                                 options_.shell, *code, errors));
}

absl::Status RemoteStage::Deliver(const std::string& local_directory) {
  RETURN_IF_ERROR(Remote(fmt::format("mkdir -- {}", ShellQuote(hidden_)), "preparing"));
  std::string errors;
  auto code = Run({"rsync", "--rsh=" + options_.shell, "--protect-args", "--recursive", "--perms", "--times",
                   "--checksum", "--link-dest=" + target_.path, "--", local_directory + "/",
                   fmt::format("{}:{}/", target_.host, hidden_)},
                  "", options_.cancel, &errors);
  if (!code.ok()) return code.status();
  if (*code == 0) return absl::OkStatus();
  return Unreachable(fmt::format("delivering the filestore: rsync ended with {}: {}", *code, errors));
}

// The old files that the new filestore lacks are linked into it before the renames, so that either database
// finds its own whenever the line breaks; Discard takes them out by the list.
absl::Status RemoteStage::Publish() {
  RETURN_IF_ERROR(Remote(
      fmt::format("set -e; export LC_ALL=C; if [ -e {0} ]; then (cd {2} && find . -type f | sort) > {3}.new; "
                  "(cd {0} && find . -path ./checklist -prune -o -type f -print | sort) | "
                  "comm -13 {3}.new - > {3}; rm -f -- {3}.new; "
                  "rsync --perms --times --files-from={3} --link-dest={0} -- {0}/ {2}/; "
                  "mv -T -- {0} {1}; fi; mv -T -- {2} {0} || {{ mv -T -- {1} {0}; exit 1; }}; sync",
                  ShellQuote(target_.path), ShellQuote(old_), ShellQuote(hidden_), ShellQuote(carried_)),
      "publishing"));
  published_ = true;
  return absl::OkStatus();
}

absl::Status RemoteStage::Undo() {
  if (!published_) return absl::OkStatus();
  RETURN_IF_ERROR(Remote(fmt::format("set -e; mv -T -- {0} {2}; if [ -e {1} ]; then mv -T -- {1} {0}; fi",
                                     ShellQuote(target_.path), ShellQuote(old_), ShellQuote(hidden_)),
                         "taking back"));
  published_ = false;
  return absl::OkStatus();
}

absl::Status RemoteStage::Discard() {
  if (!published_) {
    return Remote(fmt::format("rm -rf -- {} {}", ShellQuote(hidden_), ShellQuote(carried_)), "tidying");
  }
  return Remote(
      fmt::format("set -e; if [ -e {1} ]; then (cd {0} && tr '\\n' '\\0' < {1} | xargs -0 rm -f --); fi; "
                  "rm -rf -- {1} {2}",
                  ShellQuote(target_.path), ShellQuote(carried_), ShellQuote(old_)),
      "tidying");
}

}  // namespace understudy::odoo
