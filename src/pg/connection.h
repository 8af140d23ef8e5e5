// A PostgreSQL connection and its results, with errors as Status.
//
// DESIGN
//   Thin RAII over libpq. Statements run asynchronously underneath, so that a CancelToken ends a wait within
//   kPollMs and cancels the statement on the server. Errors carry the SQLSTATE (payload) and the primary
//   message alone: DETAIL, HINT, CONTEXT and, for data exceptions (class 22), everything in quotes is cut,
//   because PostgreSQL quotes data there (invariant 1). Notices are dropped for the same reason.
// Ownership: Result owns its PGresult; views from Get() live as long as it. Connection must outlive streams
//   started on it (copy_out.h, copy_in.h).
// Threads: one thread at a time.
#ifndef UNDERSTUDY_PG_CONNECTION_H_
#define UNDERSTUDY_PG_CONNECTION_H_

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cancel.h"
#include "pg/conninfo.h"

namespace understudy::pg {

// How long a wait on the server lasts before the cancel token is looked at again.
inline constexpr int kPollMs = 100;

class Result {
 public:
  explicit Result(PGresult* result) : result_(result) {}

  int rows() const { return PQntuples(result_.get()); }
  int columns() const { return PQnfields(result_.get()); }
  bool IsNull(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  std::string_view Get(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<size_t>(PQgetlength(result_.get(), row, column))};
  }
  std::string String(int row, int column) const { return std::string(Get(row, column)); }
  int64_t Int(int row, int column) const;
  double Double(int row, int column) const;
  bool Bool(int row, int column) const { return Get(row, column) == "t"; }
  std::string_view ColumnName(int column) const { return PQfname(result_.get(), column); }
  // Rows that the command says it touched ("UPDATE 3"), 0 if it says none.
  uint64_t affected() const;
  const PGresult* raw() const { return result_.get(); }
  ExecStatusType status() const { return PQresultStatus(result_.get()); }

 private:
  friend class Connection;
  struct Deleter {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Deleter> result_;
};

class Connection {
 public:
  // Opens a connection with our session defaults (application_name, terse errors, UTF-8 only if the server's
  // encoding says so). Failure is Unreachable (exit 7) and names host and database, never the password.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const ConnOptions& options,
                                                          const CancelToken* cancel);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs one or more statements (simple protocol: several form one transaction). The last result that has
  // rows, else the last; the first error ends it.
  absl::StatusOr<Result> Exec(const std::string& sql);
  // One statement with parameters ($1 …); a null pointer is NULL.
  absl::StatusOr<Result> ExecParams(const std::string& sql, const std::vector<const char*>& parameters);
  // Exec for statements whose result is not wanted.
  absl::Status Run(const std::string& sql);

  // Building blocks for COPY. SendQuery starts; NextResult waits for the next result, null at the end.
  absl::Status SendQuery(const std::string& sql);
  absl::StatusOr<std::unique_ptr<Result>> NextResult();
  // Waits until the socket is readable (or, if `write`, writable or readable) or kPollMs passed; an error if
  // cancelled (after asking the server to cancel).
  absl::Status Wait(bool write);

  // The connection is broken, as opposed to a statement that failed.
  bool broken() const { return PQstatus(connection_) != CONNECTION_OK; }
  int server_version() const { return PQserverVersion(connection_); }
  std::string Parameter(const char* name) const;
  int backend_pid() const { return PQbackendPID(connection_); }
  const std::string& description() const { return description_; }
  PGconn* raw() { return connection_; }
  // The error libpq holds for the connection itself, as a Status (Unreachable).
  absl::Status ConnectionError() const;
  // An error result as a Status.
  static absl::Status ErrorOf(const PGresult* result);
  // Asks the server to stop what this connection runs; safe from any thread.
  void CancelRunning();

 private:
  Connection(PGconn* connection, std::string description, const CancelToken* cancel)
      : connection_(connection), description_(std::move(description)), cancel_(cancel) {}
  absl::StatusOr<Result> Collect();

  PGconn* connection_;
  std::string description_;
  const CancelToken* cancel_;
  bool cancel_sent_ = false;
};

// The primary message as it may be shown: for data exceptions every quoted part is replaced by "…".
std::string SafeMessage(std::string_view sqlstate, std::string_view primary);

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_CONNECTION_H_
