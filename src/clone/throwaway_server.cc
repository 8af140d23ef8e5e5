#include "clone/throwaway_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/status.h"
#include "base/strings.h"
#include "clone/programs.h"
#include "engine/guarded.h"
#include "pg/connection.h"

namespace understudy::clone {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "understudy-server-";
// The name of a Unix socket may have 107 bytes; PostgreSQL appends this to the directory.
constexpr size_t kMostDirectoryBytes = 107 - std::string_view("/.s.PGSQL.5432").size();
// A server on an empty directory is there within a second; a busy machine may take its time.
constexpr std::chrono::seconds kStartTimeout{60};
constexpr std::chrono::milliseconds kStartPoll{20};
constexpr int kOldestUseful = 12;

// Nothing of what it holds must outlive it; hundreds of tables are dumped and restored in one transaction.
constexpr const char* kSettings[] = {
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "shared_buffers=256MB",
    "max_locks_per_transaction=1024",
    "max_connections=200",
    "jit=off",
    "autovacuum=off",
    "log_min_messages=fatal",
    "log_min_error_statement=panic",
    "logging_collector=off",
};

// PostgreSQL's programs of the newest version that is installed with a server.
absl::StatusOr<std::string> ServerPrograms() {
  std::string newest;
  for (int major = kOldestUseful;;) {
    const absl::StatusOr<Program> program = FindProgram("initdb", major);
    if (!program.ok()) break;
    newest = fs::path(program->path).parent_path().string();
    major = program->major + 1;
  }
  if (newest.empty()) {
    return Failed(
        "no PostgreSQL server is installed here to build the backup in; install one (on Debian: apt install "
        "postgresql), or name one with staging.server");
  }
  return newest;
}

std::string BaseDirectory() {
  const char* given = std::getenv("TMPDIR");
  const std::string base = given != nullptr ? given : "/var/tmp";
  return base.size() + kPrefix.size() + 7 <= kMostDirectoryBytes ? base : "/var/tmp";
}

// Directories of runs that were killed: whoever lives holds the lock in its own.
void RemoveStale(const std::string& base) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(base, ignored)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    struct stat info {};
    const Fd lock(::open((entry.path() / "lock").c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (!lock.valid() || ::fstat(lock.get(), &info) != 0 || info.st_uid != ::geteuid()) continue;
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) fs::remove_all(entry.path(), ignored);
  }
}

absl::Status FirstLine(std::string_view what, const ProcessResult& result) {
  const std::string_view errors = Trim(result.errors.empty() ? result.output : result.errors);
  return Failed(
      fmt::format("{} ended with code {}: {}", what, result.exit_code, errors.substr(0, errors.find('\n'))));
}

}  // namespace

absl::Status ThrowawayServer::MakeDirectory() {
  const std::string base = BaseDirectory();
  RemoveStale(base);
  std::string name = fmt::format("{}/{}XXXXXX", base, kPrefix);
  if (::mkdtemp(name.data()) == nullptr) return ErrnoStatus("making directory", name, errno);
  directory_ = name;
  // Locked before it has the name that RemoveStale looks for.
  const std::string fresh = directory_ + "/lock.new";
  lock_ = Fd(::open(fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!lock_.valid() || ::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0 ||
      ::rename(fresh.c_str(), (directory_ + "/lock").c_str()) != 0) {
    return ErrnoStatus("locking", directory_, errno);
  }
  if (::geteuid() != 0) return absl::OkStatus();
  for (const char* candidate : {"postgres", "nobody"}) {
    const passwd* user = ::getpwnam(candidate);
    if (user == nullptr) continue;
    user_ = candidate;
    if (::chown(directory_.c_str(), user->pw_uid, user->pw_gid) == 0) return absl::OkStatus();
    return ErrnoStatus("changing the owner of", directory_, errno);
  }
  return Failed("PostgreSQL does not run as root, and there is neither a user postgres nor nobody");
}

std::vector<std::string> ThrowawayServer::AsServer(std::vector<std::string> argv) const {
  // Our own directory may be closed to that user.
  std::vector<std::string> all = {"env", "--chdir=/", "setpriv", "--pdeathsig=QUIT"};
  if (!user_.empty()) {
    const passwd* user = ::getpwnam(user_.c_str());
    all.push_back("--reuid=" + user_);
    all.push_back(fmt::format("--regid={}", user != nullptr ? user->pw_gid : 0));
    all.emplace_back("--clear-groups");
  }
  all.emplace_back("--");
  all.insert(all.end(), argv.begin(), argv.end());
  return all;
}

absl::Status ThrowawayServer::Initialise(const std::string& programs) {
  ProcessOptions run;
  run.argv =
      AsServer({programs + "/initdb", "--no-sync", "--auth=trust", "--username=understudy", "--encoding=UTF8",
                "--locale=C.UTF-8", "--no-instructions", "--pgdata=" + directory_ + "/data"});
  run.environment = {"LC_ALL=C"};
  ASSIGN_OR_RETURN(const ProcessResult result, RunProcess(run));
  return result.exit_code == 0 ? absl::OkStatus() : FirstLine("initdb", result);
}

absl::Status ThrowawayServer::Launch(const std::string& programs, const CancelToken* cancel) {
  options_ = {{"host", directory_}, {"port", "5432"}, {"user", "understudy"}, {"dbname", "postgres"}};
  const auto serve = [this, programs] {
    ProcessOptions run;
    run.argv = AsServer({programs + "/postgres", "-D", directory_ + "/data", "-k", directory_, "-p", "5432"});
    for (const char* setting : kSettings) {
      run.argv.emplace_back("-c");
      run.argv.emplace_back(setting);
    }
    run.environment = {"LC_ALL=C", "TZ=UTC"};
    run.on_output = [](std::string_view) { return absl::OkStatus(); };
    result_ = engine::Guarded([&] { return RunProcess(run); });
    ended_ = true;
  };
  RETURN_IF_ERROR(engine::StartThread(serve, &thread_));
  const auto deadline = std::chrono::steady_clock::now() + kStartTimeout;
  for (;;) {
    if (cancel != nullptr && cancel->cancelled()) return Cancelled();
    if (ended_) {
      thread_.join();
      RETURN_IF_ERROR(result_.status());
      return FirstLine("postgres", *result_);
    }
    const auto session = pg::Connection::Open(options_, cancel);
    if (session.ok()) return absl::OkStatus();
    if (std::chrono::steady_clock::now() > deadline) return session.status();
    std::this_thread::sleep_for(kStartPoll);
  }
}

absl::StatusOr<std::unique_ptr<ThrowawayServer>> ThrowawayServer::Start(const CancelToken* cancel) {
  ASSIGN_OR_RETURN(const std::string programs, ServerPrograms());
  std::unique_ptr<ThrowawayServer> server(new ThrowawayServer());
  constexpr std::string_view kWhat = "the throw-away PostgreSQL server";
  RETURN_IF_ERROR(Annotate(server->MakeDirectory(), kWhat));
  RETURN_IF_ERROR(Annotate(server->Initialise(programs), kWhat));
  RETURN_IF_ERROR(Annotate(server->Launch(programs, cancel), kWhat));
  return server;
}

ThrowawayServer::~ThrowawayServer() {
  if (thread_.joinable()) {
    // What it holds is thrown away: it need not write it down first (QUIT is PostgreSQL's immediate
    // shutdown).
    std::ifstream file(directory_ + "/data/postmaster.pid");
    pid_t pid = 0;
    if (!ended_ && file >> pid && pid > 1) ::kill(pid, SIGQUIT);
    thread_.join();
  }
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

}  // namespace understudy::clone
