// A private PostgreSQL for a test program: its own cluster in a temporary directory, gone at the end.
//
// DESIGN
//   Start() runs initdb and the server (as `postgres` or `nobody` when we are root, since PostgreSQL refuses
//   root) with a Unix socket inside the directory and, if asked, a TCP port on 127.0.0.1. Durability is off.
//   A guardian process holds the read end of a pipe whose write end only we have: when we end, in whatever
//   way, it stops the server and removes the directory. So a crashed test leaves nothing behind.
//   Ownership: the object owns server and directory. Threads: thread-compatible; every call opens its own
//   connection, so calls on one object from several threads are safe after Start().
#ifndef UNDERSTUDY_TESTS_SUPPORT_POSTGRES_H_
#define UNDERSTUDY_TESTS_SUPPORT_POSTGRES_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace understudy {

class TestPostgres {
 public:
  struct Options {
    bool tcp = false;                   // listen on 127.0.0.1 too
    std::vector<std::string> settings;  // "name=value" of postgresql.conf
    std::string encoding = "UTF8";
    std::string locale = "C.UTF-8";
  };
  using Rows = std::vector<std::vector<std::optional<std::string>>>;

  // The directory of initdb, postgres, pg_dump…: the newest of /usr/lib/postgresql, or PATH's (empty).
  static std::string BinDirectory();

  static absl::StatusOr<std::unique_ptr<TestPostgres>> Start(const Options& options);
  static absl::StatusOr<std::unique_ptr<TestPostgres>> Start() { return Start(Options()); }
  // One server for all tests of a program, started on first use. Ends the program if it can't be had.
  static TestPostgres& Shared();

  ~TestPostgres();
  TestPostgres(const TestPostgres&) = delete;
  TestPostgres& operator=(const TestPostgres&) = delete;

  // libpq keywords to connect as the superuser `postgres`.
  std::string Conninfo(std::string_view database = "postgres") const;
  std::string TcpConninfo(std::string_view database = "postgres") const;  // only with Options::tcp

  absl::Status CreateDatabase(std::string_view name, std::string_view options = "");
  // A new, empty database under a name nobody used before: "t1", "t2", …
  absl::StatusOr<std::string> FreshDatabase();

  // Any number of statements, results dropped. Messages are PostgreSQL's, in full: this is a test's server.
  absl::Status Run(std::string_view database, const std::string& sql) const;
  // One statement that returns rows; NULL is nullopt.
  absl::StatusOr<Rows> Query(std::string_view database, const std::string& sql) const;
  // One value; an error if there is not exactly one row with one column. NULL is "NULL".
  absl::StatusOr<std::string> Scalar(std::string_view database, const std::string& sql) const;

  // Stops the server (immediate: as if it crashed; what was not flushed is lost, so a test of durability sets
  // synchronous_commit=on) and starts it again on the same data.
  absl::Status Stop(bool immediate = false);
  absl::Status StartAgain();

  const std::string& directory() const { return directory_; }
  int port() const { return port_; }
  pid_t postmaster_pid() const;  // 0 when stopped

 private:
  TestPostgres() = default;

  absl::Status MakeDirectory();
  absl::Status StartGuardian();
  absl::Status InitDatabase(const Options& options);
  absl::Status WriteSettings(const Options& options) const;
  // Runs a program of PostgreSQL's as the server's user.
  absl::Status RunTool(std::vector<std::string> argv) const;

  std::string directory_;
  std::string server_user_;  // empty: our own
  int port_ = 5432;          // also names the socket file
  int guardian_pipe_ = -1;
  pid_t guardian_ = -1;
  int fresh_ = 0;
};

}  // namespace understudy

#endif  // UNDERSTUDY_TESTS_SUPPORT_POSTGRES_H_
