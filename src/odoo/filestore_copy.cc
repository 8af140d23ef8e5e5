#include "odoo/filestore_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <thread>

#include "base/mutex.h"
#include "base/status.h"
#include "engine/side_by_side.h"
#include "odoo/copy_bytes.h"
#include "odoo/sha1.h"
#include "odoo/store_name.h"

namespace understudy::odoo {
namespace {

// Files of one directory.
struct Group {
  size_t begin = 0;
  size_t end = 0;
};

Fd OpenSubdirectory(int root, std::string_view name) {
  if (root < 0) return Fd();
  return Fd(openat(root, std::string(name).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// The first fatal error wins and stops the other workers.
class Copier {
 public:
  Copier(std::vector<FileRequest> requests, const CopyOptions& options, FilestoreStage* stage)
      : requests_(std::move(requests)), options_(options), stage_(stage) {}

  absl::StatusOr<CopyResult> Run();

 private:
  struct Worker {
    CopyResult counts;
    std::unique_ptr<char[]> buffer;
    Sha1 sha1;
    std::vector<const FileRequest*> large;
  };
  struct Directories {
    Fd source, previous, target;
  };

  void Prepare(CopyResult* result);
  bool Stopped() const {
    return failed_.load(std::memory_order_relaxed) ||
           (options_.cancel != nullptr && options_.cancel->cancelled());
  }
  void Fail(const absl::Status& status) {
    MutexLock lock(mutex_);
    if (status_.ok()) status_ = status;
    failed_.store(true, std::memory_order_relaxed);
  }
  template <typename Body>
  void Parallel(const Body& body);

  absl::Status CopyGroup(const Group& group, Worker* worker);
  absl::Status CopyOne(const FileRequest& request, Directories& directories, Worker* worker);
  bool Link(const FileRequest& request, const Directories& directories, Worker* worker);
  absl::Status CopySmall(const FileRequest& request, int from, uint64_t size, Directories& directories,
                         Worker* worker);
  absl::Status CopyLarge(const FileRequest& request, Worker* worker);
  absl::Status CopyPieces(const FileRequest& request, int from, int to, uint64_t size);
  absl::Status Place(const FileRequest& request, int from, const char* content, uint64_t size,
                     Directories& directories, Worker* worker);
  bool PresentIsRight(const FileRequest& request, int directory, Worker* worker);
  std::string HashFile(int fd, Worker* worker);
  void Problem(const FileRequest& request, FileProblemKind kind, std::string reason, Worker* worker);
  Fd OpenSource(const FileRequest& request, const Fd& directory, uint64_t* size, Worker* worker);
  void Count(uint64_t bytes, Worker* worker, uint64_t CopyResult::*counter);

  std::vector<FileRequest> requests_;
  const CopyOptions& options_;
  FilestoreStage* stage_;
  std::vector<Group> groups_;
  Fd source_;
  CopyWays ways_;
  std::vector<Worker> workers_;
  std::atomic<bool> failed_{false};
  Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

std::string_view ChecksumOf(const FileRequest& request) {
  return request.checksum.empty() ? FileOf(request.store_fname) : std::string_view(request.checksum);
}

void Copier::Problem(const FileRequest& request, FileProblemKind kind, std::string reason, Worker* worker) {
  worker->counts.problems.push_back({kind, request.attachment_id, request.store_fname, std::move(reason)});
}

void Copier::Count(uint64_t bytes, Worker* worker, uint64_t CopyResult::*counter) {
  ++(worker->counts.*counter);
  worker->counts.bytes += bytes;
  if (options_.counters == nullptr) return;
  options_.counters->steps.fetch_add(1, std::memory_order_relaxed);
  options_.counters->bytes.fetch_add(bytes, std::memory_order_relaxed);
}

// Refuses unsafe names, sorts by directory and drops repetitions.
void Copier::Prepare(CopyResult* result) {
  auto unsafe = std::stable_partition(requests_.begin(), requests_.end(),
                                      [](const FileRequest& r) { return IsStoreName(r.store_fname); });
  for (auto it = unsafe; it != requests_.end(); ++it) {
    result->problems.push_back(
        {FileProblemKind::kUnsafe, it->attachment_id, "", "not a name that Odoo gives"});
  }
  requests_.erase(unsafe, requests_.end());
  std::stable_sort(requests_.begin(), requests_.end(),
                   [](const FileRequest& a, const FileRequest& b) { return a.store_fname < b.store_fname; });
  requests_.erase(
      std::unique(requests_.begin(), requests_.end(),
                  [](const FileRequest& a, const FileRequest& b) { return a.store_fname == b.store_fname; }),
      requests_.end());
  for (size_t i = 0; i < requests_.size(); ++i) {
    if (i == 0 || DirectoryOf(requests_[i].store_fname) != DirectoryOf(requests_[i - 1].store_fname)) {
      groups_.push_back({i, i});
    }
    groups_.back().end = i + 1;
  }
  result->files = requests_.size() + result->problems.size();
}

Fd Copier::OpenSource(const FileRequest& request, const Fd& directory, uint64_t* size, Worker* worker) {
  if (!directory.valid()) {
    Problem(request, FileProblemKind::kMissing, "not in the source's filestore", worker);
    return Fd();
  }
  // O_NONBLOCK: a named pipe in the file's place must not stop us.
  Fd file(openat(directory.get(), std::string(FileOf(request.store_fname)).c_str(),
                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status;
  if (!file.valid()) {
    const int error = errno;
    const FileProblemKind kind = error == ENOENT  ? FileProblemKind::kMissing
                                 : error == ELOOP ? FileProblemKind::kUnsafe
                                                  : FileProblemKind::kUnreadable;
    Problem(request, kind, error == ELOOP ? "a symlink in its place" : std::strerror(error), worker);
  } else if (fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    Problem(request, FileProblemKind::kUnsafe, "not a regular file", worker);
    return Fd();
  } else {
    *size = static_cast<uint64_t>(status.st_size);
  }
  return file;
}

// Hard link to the same content in the filestore that serves now.
bool Copier::Link(const FileRequest& request, const Directories& directories, Worker* worker) {
  if (!directories.previous.valid()) return false;
  const std::string name(FileOf(request.store_fname));
  struct stat status;
  if (fstatat(directories.previous.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (!S_ISREG(status.st_mode) ||
      (request.size != 0 && request.size != static_cast<uint64_t>(status.st_size))) {
    return false;
  }
  if (options_.hash_links) {
    const Fd file(openat(directories.previous.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.valid() || HashFile(file.get(), worker) != ChecksumOf(request)) return false;
  }
  if (linkat(directories.previous.get(), name.c_str(), directories.target.get(), name.c_str(), 0) != 0)
    return false;
  Count(static_cast<uint64_t>(status.st_size), worker, &CopyResult::linked);
  return true;
}

absl::Status Copier::Place(const FileRequest& request, int from, const char* content, uint64_t size,
                           Directories& directories, Worker* worker) {
  auto file = stage_->CreateFile(directories.target.get(), std::string(FileOf(request.store_fname)));
  if (absl::IsAlreadyExists(file.status())) {
    Count(size, worker, &CopyResult::present);
    return absl::OkStatus();
  }
  if (!file.ok()) return file.status();
  if (TryReflink(from, file->get(), &ways_)) {
    ++worker->counts.reflinked;
  } else if (const int error = WriteAll(file->get(), content, size); error != 0) {
    return FilestoreError("writing", request.store_fname, error);
  } else if (options_.limiter != nullptr) {
    options_.limiter->Spend(size, options_.cancel);
  }
  worker->counts.bytes_copied += size;
  Count(size, worker, &CopyResult::copied);
  return absl::OkStatus();
}

absl::Status Copier::CopySmall(const FileRequest& request, int from, uint64_t size, Directories& directories,
                               Worker* worker) {
  uint64_t have = 0;
  while (have < size) {
    const ssize_t got = read(from, worker->buffer.get() + have, size - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      Problem(request, FileProblemKind::kUnreadable, std::strerror(errno), worker);
      return absl::OkStatus();
    }
    if (got == 0) break;
    have += static_cast<uint64_t>(got);
  }
  worker->sha1.Start();
  worker->sha1.Add(worker->buffer.get(), have);
  if (worker->sha1.Finish() != ChecksumOf(request)) {
    Problem(request, FileProblemKind::kDamaged, "the content is not what its checksum says", worker);
    if (!options_.keep_damaged) return absl::OkStatus();
  }
  return Place(request, from, worker->buffer.get(), have, directories, worker);
}

// Hashes a file of the stage that another program put there; a wrong one is taken out and reported.
bool Copier::PresentIsRight(const FileRequest& request, int directory, Worker* worker) {
  const std::string name(FileOf(request.store_fname));
  const Fd file(openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (file.valid() && HashFile(file.get(), worker) == ChecksumOf(request)) return true;
  Problem(request, FileProblemKind::kDamaged, "the content is not what its checksum says", worker);
  unlinkat(directory, name.c_str(), 0);
  return false;
}

absl::Status Copier::CopyOne(const FileRequest& request, Directories& directories, Worker* worker) {
  if (!options_.hash_present && Link(request, directories, worker)) return absl::OkStatus();
  struct stat status;
  // Usually creating the file tells whether it is there already; without a source we must look.
  if ((options_.hash_present || !directories.source.valid()) &&
      fstatat(directories.target.get(), std::string(FileOf(request.store_fname)).c_str(), &status,
              AT_SYMLINK_NOFOLLOW) == 0) {
    if (options_.hash_present && !PresentIsRight(request, directories.target.get(), worker))
      return absl::OkStatus();
    Count(static_cast<uint64_t>(status.st_size), worker, &CopyResult::present);
    return absl::OkStatus();
  }
  uint64_t size = 0;
  const Fd from = OpenSource(request, directories.source, &size, worker);
  if (!from.valid()) return absl::OkStatus();
  if (size > kSmallBytes) {
    worker->large.push_back(&request);
    return absl::OkStatus();
  }
  return CopySmall(request, from.get(), size, directories, worker);
}

absl::Status Copier::CopyGroup(const Group& group, Worker* worker) {
  const std::string_view name = DirectoryOf(requests_[group.begin].store_fname);
  Directories directories;
  directories.source = OpenSubdirectory(source_.get(), name);
  directories.previous = OpenSubdirectory(stage_->previous_fd(), name);
  ASSIGN_OR_RETURN(directories.target, stage_->OpenDirectory(name));
  for (size_t i = group.begin; i < group.end && !Stopped(); ++i) {
    RETURN_IF_ERROR(CopyOne(requests_[i], directories, worker));
  }
  return absl::OkStatus();
}

std::string Copier::HashFile(int fd, Worker* worker) {
  worker->sha1.Start();
  off_t at = 0;
  while (!Stopped()) {
    const ssize_t got = pread(fd, worker->buffer.get(), kSmallBytes, at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    worker->sha1.Add(worker->buffer.get(), static_cast<size_t>(got));
    at += got;
  }
  return worker->sha1.Finish();
}

// All workers copy pieces of the one file.
absl::Status Copier::CopyPieces(const FileRequest& request, int from, int to, uint64_t size) {
  if (ftruncate(to, static_cast<off_t>(size)) != 0)
    return FilestoreError("writing", request.store_fname, errno);
  std::atomic<uint64_t> next{0};
  std::atomic<int> error{0};
  Parallel([&](Worker*) {
    while (!Stopped() && error.load() == 0) {
      const uint64_t begin = next.fetch_add(kPieceBytes);
      if (begin >= size) return;
      const int piece = CopyRange(from, to, begin, std::min(size, begin + kPieceBytes), &ways_);
      if (piece != 0) error.store(piece);
      if (options_.limiter != nullptr)
        options_.limiter->Spend(std::min(size - begin, kPieceBytes), options_.cancel);
    }
  });
  return error.load() == 0 ? absl::OkStatus() : FilestoreError("writing", request.store_fname, error.load());
}

absl::Status Copier::CopyLarge(const FileRequest& request, Worker* worker) {
  const std::string name(FileOf(request.store_fname));
  uint64_t size = 0;
  const Fd from =
      OpenSource(request, OpenSubdirectory(source_.get(), DirectoryOf(request.store_fname)), &size, worker);
  if (!from.valid()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Fd directory, stage_->OpenDirectory(DirectoryOf(request.store_fname)));
  auto created = stage_->CreateFile(directory.get(), name);
  if (absl::IsAlreadyExists(created.status())) {
    Count(size, worker, &CopyResult::present);
    return absl::OkStatus();
  }
  if (!created.ok()) return created.status();
  const Fd& to = *created;
  if (TryReflink(from.get(), to.get(), &ways_)) {
    ++worker->counts.reflinked;
  } else {
    RETURN_IF_ERROR(CopyPieces(request, from.get(), to.get(), size));
  }
  if (!Stopped() && HashFile(to.get(), worker) != ChecksumOf(request)) {
    Problem(request, FileProblemKind::kDamaged, "the content is not what its checksum says", worker);
    if (!options_.keep_damaged) {
      unlinkat(directory.get(), name.c_str(), 0);
      return absl::OkStatus();
    }
  }
  worker->counts.bytes_copied += size;
  Count(size, worker, &CopyResult::copied);
  return absl::OkStatus();
}

template <typename Body>
void Copier::Parallel(const Body& body) {
  const absl::Status done = engine::SideBySide(workers_.size(), [&](size_t i) {
    body(&workers_[i]);
    return absl::OkStatus();
  });
  if (!done.ok()) Fail(done);
}

absl::StatusOr<CopyResult> Copier::Run() {
  CopyResult result;
  Prepare(&result);
  if (!options_.source.empty()) {
    source_ = Fd(open(options_.source.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!source_.valid()) return ErrnoStatus("opening the source's filestore", options_.source, errno);
  }
  const int workers =
      options_.workers > 0 ? options_.workers : static_cast<int>(std::thread::hardware_concurrency());
  workers_ = std::vector<Worker>(static_cast<size_t>(std::max(1, workers)));
  for (Worker& worker : workers_) worker.buffer = std::make_unique<char[]>(kSmallBytes);
  if (options_.counters != nullptr) options_.counters->steps_total.store(requests_.size());
  std::atomic<size_t> next{0};
  Parallel([&](Worker* worker) {
    while (!Stopped()) {
      const size_t group = next.fetch_add(1);
      if (group >= groups_.size()) return;
      if (absl::Status copied = CopyGroup(groups_[group], worker); !copied.ok()) Fail(copied);
    }
  });
  for (Worker& worker : workers_) {
    for (const FileRequest* request : worker.large) {
      if (Stopped()) break;
      if (absl::Status copied = CopyLarge(*request, &workers_[0]); !copied.ok()) Fail(copied);
    }
  }
  if (options_.cancel != nullptr && options_.cancel->cancelled()) return Cancelled();
  {
    MutexLock lock(mutex_);
    if (!status_.ok()) return Annotate(status_, "filestore");
  }
  for (Worker& worker : workers_) {
    result.bytes += worker.counts.bytes;
    result.copied += worker.counts.copied;
    result.bytes_copied += worker.counts.bytes_copied;
    result.reflinked += worker.counts.reflinked;
    result.linked += worker.counts.linked;
    result.present += worker.counts.present;
    for (FileProblem& problem : worker.counts.problems) result.problems.push_back(std::move(problem));
  }
  SortByAttachment(&result.problems);
  return result;
}

}  // namespace

absl::StatusOr<CopyResult> CopyFiles(std::vector<FileRequest> requests, const CopyOptions& options,
                                     FilestoreStage* stage) {
  return Copier(std::move(requests), options, stage).Run();
}

}  // namespace understudy::odoo
