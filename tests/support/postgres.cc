#include "support/postgres.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/process.h"
#include "base/status.h"

extern char** environ;

namespace understudy {
namespace {

namespace fs = std::filesystem;

// Waits for the pipe to close, ends the server as a crash would, removes the directory. $1 is the directory.
// The last lines cover a server that was just starting when we ended.
constexpr char kGuardian[] = R"(
trap '' INT HUP TERM
cat >/dev/null
[ -d "$1" ] || exit 0
pid=$(sed -n 1p "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid" 2>/dev/null
  i=0
  # A server that has ended counts as running until somebody waits for it, which can take seconds.
  while kill -0 "$pid" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null && [ $i -lt 500 ]; do
    sleep 0.02
    i=$((i + 1))
  done
fi
rm -rf "$1"
)";

absl::Status FromErrno(std::string_view what) {
  return Failed(fmt::format("{}: {}", what, std::strerror(errno)));
}

// A port that is free now; another process may take it before the server does, and then Start() fails.
absl::StatusOr<int> FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return FromErrno("socket");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool ok = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
                  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(fd);
  if (!ok) return FromErrno("bind");
  return ntohs(address.sin_port);
}

struct Connection {
  explicit Connection(const std::string& conninfo) : pg(PQconnectdb(conninfo.c_str())) {
    PQsetNoticeProcessor(
        pg, [](void*, const char*) {}, nullptr);
  }
  ~Connection() { PQfinish(pg); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  PGconn* pg;
};

absl::Status ConnectionError(PGconn* pg) {
  std::string message = PQerrorMessage(pg);
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return Failed(std::move(message));
}

}  // namespace

std::string TestPostgres::BinDirectory() {
  int newest = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", error)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newest && fs::exists(entry.path() / "bin/initdb")) newest = version;
  }
  return newest > 0 ? fmt::format("/usr/lib/postgresql/{}/bin", newest) : "";
}

absl::StatusOr<std::unique_ptr<TestPostgres>> TestPostgres::Start(const Options& options) {
  std::unique_ptr<TestPostgres> server(new TestPostgres());
  if (options.tcp) {
    ASSIGN_OR_RETURN(server->port_, FreePort());
  }
  RETURN_IF_ERROR(server->MakeDirectory());
  RETURN_IF_ERROR(server->StartGuardian());
  RETURN_IF_ERROR(server->InitDatabase(options));
  RETURN_IF_ERROR(server->WriteSettings(options));
  RETURN_IF_ERROR(server->StartAgain());
  return server;
}

TestPostgres& TestPostgres::Shared() {
  static const std::unique_ptr<TestPostgres> server = [] {
    absl::StatusOr<std::unique_ptr<TestPostgres>> started = Start();
    if (!started.ok()) {
      std::fprintf(stderr, "no PostgreSQL for the tests: %s\n", MessageOf(started.status()).c_str());
      std::exit(1);
    }
    return *std::move(started);
  }();
  return *server;
}

TestPostgres::~TestPostgres() {
  if (guardian_pipe_ >= 0) close(guardian_pipe_);  // the guardian does the rest
  if (guardian_ > 0) {
    int status = 0;
    waitpid(guardian_, &status, 0);
  }
}

absl::Status TestPostgres::MakeDirectory() {
  // Not $TMPDIR: the path of a Unix socket may have no more than 107 bytes.
  const char* space = std::getenv("UNDERSTUDY_TEST_SPACE");  // tools/test: memory, if there is room
  std::string path = fmt::format("{}/understudy-test-XXXXXX", space != nullptr ? space : "/tmp");
  if (mkdtemp(path.data()) == nullptr) return FromErrno("mkdtemp");
  directory_ = path;
  if (geteuid() != 0) return absl::OkStatus();
  for (const char* name : {"postgres", "nobody"}) {
    const passwd* user = getpwnam(name);
    if (user == nullptr) continue;
    server_user_ = name;
    if (chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) return FromErrno("chown");
    return absl::OkStatus();
  }
  return Failed("running as root, and there is neither a user postgres nor nobody");
}

absl::Status TestPostgres::StartGuardian() {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return FromErrno("pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[0], STDIN_FILENO);
  // CTest waits until nobody holds the test's output any more.
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  const char* argv[] = {"sh", "-c", kGuardian, "guardian", directory_.c_str(), nullptr};
  const int error =
      posix_spawn(&guardian_, "/bin/sh", &actions, &attributes, const_cast<char**>(argv), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[0]);
  guardian_pipe_ = pipe_ends[1];
  if (error != 0) {
    errno = error;
    guardian_ = -1;
    return FromErrno("guardian");
  }
  return absl::OkStatus();
}

absl::Status TestPostgres::RunTool(std::vector<std::string> argv) const {
  const std::string bin = BinDirectory();
  const std::string name = argv[0];
  if (!bin.empty()) argv[0] = bin + "/" + name;
  if (!server_user_.empty()) {
    const std::vector<std::string> as_user = {"setpriv", "--reuid=" + server_user_, "--regid=" + server_user_,
                                              "--clear-groups", "--"};
    const bool nobody = server_user_ == "nobody";  // whose group is nogroup
    argv.insert(argv.begin(), as_user.begin(), as_user.end());
    if (nobody) argv[2] = "--regid=nogroup";
  }
  ProcessOptions process;
  process.argv = std::move(argv);
  process.environment = {"LC_ALL=C", "TZ=UTC"};
  ASSIGN_OR_RETURN(const ProcessResult result, RunProcess(process));
  if (result.exit_code != 0) {
    std::ifstream log(directory_ + "/log");
    const std::string text((std::istreambuf_iterator<char>(log)), std::istreambuf_iterator<char>());
    return Failed(
        fmt::format("{} ended with {}: {}{}{}", name, result.exit_code, result.errors, result.output, text));
  }
  return absl::OkStatus();
}

absl::Status TestPostgres::InitDatabase(const Options& options) {
  return RunTool({"initdb", "--no-sync", "--auth=trust", "--username=postgres", "--no-instructions",
                  "--encoding=" + options.encoding, "--locale=" + options.locale,
                  "--pgdata=" + directory_ + "/data"});
}

absl::Status TestPostgres::WriteSettings(const Options& options) const {
  std::ofstream file(directory_ + "/data/postgresql.conf", std::ios::app);
  file << "unix_socket_directories = '" << directory_ << "'\n"
       << "listen_addresses = '" << (options.tcp ? "127.0.0.1" : "") << "'\n"
       << "port = " << port_ << "\n"
       << "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\nmax_wal_size = 2GB\n"
       << "shared_buffers = 64MB\nmax_connections = 120\nmax_locks_per_transaction = 256\n"
       << "max_prepared_transactions = 4\nlog_statement = none\n";
  for (const std::string& setting : options.settings) file << setting << "\n";
  file.close();
  return file ? absl::OkStatus() : Failed("can't write postgresql.conf");
}

absl::Status TestPostgres::StartAgain() {
  return RunTool({"pg_ctl", "start", "--wait", "--silent", "--timeout=60", "--pgdata=" + directory_ + "/data",
                  "--log=" + directory_ + "/log"});
}

absl::Status TestPostgres::Stop(bool immediate) {
  return RunTool({"pg_ctl", "stop", "--wait", "--silent", immediate ? "--mode=immediate" : "--mode=fast",
                  "--pgdata=" + directory_ + "/data"});
}

pid_t TestPostgres::postmaster_pid() const {
  std::ifstream file(directory_ + "/data/postmaster.pid");
  pid_t pid = 0;
  file >> pid;
  return file ? pid : 0;
}

std::string TestPostgres::Conninfo(std::string_view database) const {
  return fmt::format("host={} port={} user=postgres dbname={}", directory_, port_, database);
}

std::string TestPostgres::TcpConninfo(std::string_view database) const {
  return fmt::format("host=127.0.0.1 port={} user=postgres dbname={}", port_, database);
}

absl::Status TestPostgres::CreateDatabase(std::string_view name, std::string_view options) {
  return Run("postgres", fmt::format("CREATE DATABASE \"{}\" {}", name, options));
}

absl::StatusOr<std::string> TestPostgres::FreshDatabase() {
  const std::string name = fmt::format("t{}", ++fresh_);
  RETURN_IF_ERROR(CreateDatabase(name, "TEMPLATE template0"));
  return name;
}

absl::Status TestPostgres::Run(std::string_view database, const std::string& sql) const {
  Connection connection(Conninfo(database));
  if (PQstatus(connection.pg) != CONNECTION_OK) return ConnectionError(connection.pg);
  PGresult* result = PQexec(connection.pg, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  PQclear(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return absl::OkStatus();
  return ConnectionError(connection.pg);
}

absl::StatusOr<TestPostgres::Rows> TestPostgres::Query(std::string_view database,
                                                       const std::string& sql) const {
  Connection connection(Conninfo(database));
  if (PQstatus(connection.pg) != CONNECTION_OK) return ConnectionError(connection.pg);
  PGresult* result = PQexec(connection.pg, sql.c_str());
  if (PQresultStatus(result) != PGRES_TUPLES_OK) {
    PQclear(result);
    return ConnectionError(connection.pg);
  }
  Rows rows(static_cast<size_t>(PQntuples(result)));
  for (int row = 0; row < PQntuples(result); ++row) {
    for (int column = 0; column < PQnfields(result); ++column) {
      if (PQgetisnull(result, row, column) != 0) {
        rows[row].push_back(std::nullopt);
      } else {
        rows[row].emplace_back(
            std::string(PQgetvalue(result, row, column), PQgetlength(result, row, column)));
      }
    }
  }
  PQclear(result);
  return rows;
}

absl::StatusOr<std::string> TestPostgres::Scalar(std::string_view database, const std::string& sql) const {
  ASSIGN_OR_RETURN(const Rows rows, Query(database, sql));
  if (rows.size() != 1 || rows[0].size() != 1) {
    return Failed(fmt::format("wanted one value, got {} row(s): {}", rows.size(), sql));
  }
  return rows[0][0].value_or("NULL");
}

}  // namespace understudy
