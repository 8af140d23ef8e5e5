// pg_dump's custom, directory and tar formats, read by pg_restore: one process for the schema before the
// rows, several for the rows, one for what follows. Which process restores which tables is said in lists (-L)
// that hold only entries of the table of contents.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "base/file.h"
#include "base/process.h"
#include "base/status.h"
#include "base/strings.h"
#include "clone/programs.h"
#include "dump/backup.h"
#include "dump/process_source.h"
#include "engine/side_by_side.h"

namespace understudy::dump {
namespace {

// Lists per lane: tables' sizes are not known beforehand (the list of a custom dump has none), so more and
// shorter lists than lanes let the lanes end together; each costs a start of pg_restore.
constexpr size_t kListsPerLane = 6;

// The oldest pg_restore that reads every archive version a current pg_dump may have written is not known from
// outside; the newest that is installed is the best guess.
constexpr int kOldestUseful = 12;

absl::StatusOr<clone::Program> NewestRestore() {
  absl::StatusOr<clone::Program> newest = clone::FindProgram("pg_restore", kOldestUseful);
  while (newest.ok()) {
    absl::StatusOr<clone::Program> newer = clone::FindProgram("pg_restore", newest->major + 1);
    if (!newer.ok()) break;
    newest = std::move(newer);
  }
  return newest;
}

class PgArchive : public Backup {
 public:
  PgArchive(const std::string& path, BackupKind kind, const BackupOptions& options, clone::Program restore)
      : Backup(path), kind_(kind), options_(options), restore_(std::move(restore)) {}
  BackupKind kind() const override { return kind_; }

  absl::Status ReadContents() {
    ProcessOptions list;
    list.argv = {restore_.path, "--list", path()};
    list.cancel = options_.cancel;
    ASSIGN_OR_RETURN(const ProcessResult result, RunProcess(list));
    if (result.exit_code != 0) {
      const std::string_view errors = result.errors;
      return Failed(
          fmt::format("{}: pg_restore can't read it: {}", path(), Trim(errors.substr(0, errors.find('\n')))));
    }
    for (const std::string_view line : Split(result.output, '\n')) {
      if (line.starts_with(";") || line.empty()) continue;
      if (line.find(" TABLE DATA ") != std::string_view::npos) {
        tables_.emplace_back(line);
      } else if (line.find(" SEQUENCE SET ") != std::string_view::npos ||
                 line.find(" BLOB METADATA ") != std::string_view::npos) {
        others_ += std::string(line) + "\n";
      } else if (line.find(" BLOBS ") != std::string_view::npos) {
        objects_ += std::string(line) + "\n";
      }
    }
    return absl::OkStatus();
  }

  absl::Status Read(Pass pass, int lanes, const StreamReader& reader) override {
    if (pass == Pass::kEverything) RETURN_IF_ERROR(ReadSection("pre-data", reader));
    RETURN_IF_ERROR(ReadTables(pass, lanes, reader));
    if (pass == Pass::kEverything) RETURN_IF_ERROR(ReadSection("post-data", reader));
    return absl::OkStatus();
  }

 private:
  absl::Status ReadStream(std::vector<std::string> arguments, const StreamReader& reader) const {
    arguments.insert(arguments.begin(), restore_.path);
    arguments.insert(arguments.end(), {"--no-owner", "--no-acl", "--no-tablespaces", "-f", "-", path()});
    ASSIGN_OR_RETURN(const auto source, ProcessSource::Start(std::move(arguments), options_.cancel));
    PlainReader plain(*source);
    return reader(plain);
  }

  absl::Status ReadSection(const char* section, const StreamReader& reader) const {
    return ReadStream({fmt::format("--section={}", section)}, reader);
  }

  absl::Status ReadList(size_t number, const std::string& entries, const StreamReader& reader) const {
    const std::string list = fmt::format("{}/entries.{}", options_.private_directory, number);
    RETURN_IF_ERROR(WriteFileAtomic(list, entries, 0600));
    absl::Status status = ReadStream({"--section=data", "-L", list}, reader);
    ::unlink(list.c_str());
    return status;
  }

  // Bytes of a table's rows in the archive, where a file system tells; 1 elsewhere.
  uint64_t SizeOf(const std::string& entry) const {
    if (kind_ != BackupKind::kDirectory) return 1;
    // "3422; 0 16402 TABLE DATA …": the first number names the file.
    const std::string number = entry.substr(0, entry.find(';'));
    for (const char* ending : {".dat", ".dat.gz", ".dat.lz4", ".dat.zst"}) {
      std::error_code none;
      const auto size = std::filesystem::file_size(path() + "/" + number + ending, none);
      if (!none) return size + 1;
    }
    return 1;
  }

  // Neighbours in the table of contents are neighbours in the file, so a list is a run of entries: as many as
  // make about an equal part of the bytes. The largest come first where lanes share them, so that none begins
  // one last.
  std::vector<std::string> Lists(Pass pass, int lanes) const {
    // A tar can only be read from its beginning: every list would read all of it.
    const uint64_t count = kind_ == BackupKind::kTar ? 1 : static_cast<uint64_t>(lanes) * kListsPerLane;
    uint64_t total = 0;
    for (const std::string& entry : tables_) total += SizeOf(entry);
    const uint64_t each = std::max<uint64_t>(1, (total + count - 1) / count);
    std::vector<std::pair<uint64_t, std::string>> runs;
    for (const std::string& entry : tables_) {
      const uint64_t size = SizeOf(entry);
      if (runs.empty() || runs.back().first + size > each) runs.emplace_back();
      runs.back().first += size;
      runs.back().second += entry + "\n";
    }
    if (lanes > 1) {
      std::stable_sort(runs.begin(), runs.end(),
                       [](const auto& a, const auto& b) { return a.first > b.first; });
    }
    std::vector<std::string> lists;
    // Objects need their numbers first, and take long when there are any.
    if (pass == Pass::kEverything && !others_.empty()) lists.push_back(others_);
    if (pass != Pass::kRows && !objects_.empty()) lists.push_back(objects_);
    for (auto& [size, entries] : runs) lists.push_back(std::move(entries));
    return lists;
  }

  absl::Status ReadTables(Pass pass, int lanes, const StreamReader& reader) const {
    const std::vector<std::string> lists = Lists(pass, lanes);
    std::atomic<size_t> next{0};
    const size_t threads = kind_ == BackupKind::kTar ? 1 : static_cast<size_t>(lanes);
    return engine::SideBySide(threads, [&](size_t) {
      for (size_t i = next++; i < lists.size(); i = next++) {
        absl::Status status = engine::Guarded([&] { return ReadList(i, lists[i], reader); });
        if (status.ok()) continue;
        next = lists.size();
        return status;
      }
      return absl::OkStatus();
    });
  }

  const BackupKind kind_;
  const BackupOptions options_;
  const clone::Program restore_;
  std::vector<std::string> tables_;  // entries of the table of contents
  std::string others_;               // sequences' values, numbers of large objects
  std::string objects_;              // what large objects hold
};

}  // namespace

absl::StatusOr<std::unique_ptr<Backup>> OpenPgArchive(const std::string& path, BackupKind kind,
                                                      const BackupOptions& options) {
  ASSIGN_OR_RETURN(clone::Program restore, NewestRestore());
  auto backup = std::make_unique<PgArchive>(path, kind, options, std::move(restore));
  RETURN_IF_ERROR(backup->ReadContents());
  return backup;
}

}  // namespace understudy::dump
