#include "pg/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <charconv>
#include <cstdlib>

#include "base/status.h"
#include "base/strings.h"
#include "pg/connect_failure.h"
#include "pg/standby.h"

namespace understudy::pg {
namespace {

// A server that does not answer within this many seconds is unreachable; the user's own value wins.
constexpr const char* kConnectTimeoutSeconds = "15";

// A peer that vanished without a word is noticed after a minute, not after the kernel's two hours.
constexpr const char* kKeepaliveIdleSeconds = "30";
constexpr const char* kTcpUserTimeoutMs = "60000";

std::string_view Field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

void DropNotice(void*, const PGresult*) {}

// Classes of SQLSTATE that mean the server or the way to it is gone; a standby takes a session's snapshot
// away.
bool IsUnreachable(std::string_view sqlstate) {
  return sqlstate.starts_with("08") || sqlstate == "40001" || sqlstate == "57P01" || sqlstate == "57P02" ||
         sqlstate == "57P03";
}

}  // namespace

std::string SafeMessage(std::string_view sqlstate, std::string_view primary) {
  if (!sqlstate.starts_with("22") && !sqlstate.starts_with("XX") && !sqlstate.starts_with("P0")) {
    return std::string(primary);
  }
  const size_t first = primary.find('"');
  if (first == std::string_view::npos) return std::string(primary);
  const size_t last = primary.rfind('"');
  return fmt::format("{}\"…\"{}", primary.substr(0, first), primary.substr(last + 1));
}

int64_t Result::Int(int row, int column) const {
  const std::string_view text = Get(row, column);
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double Result::Double(int row, int column) const {
  return std::strtod(PQgetvalue(result_.get(), row, column), nullptr);
}

uint64_t Result::affected() const { return std::strtoull(PQcmdTuples(result_.get()), nullptr, 10); }

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const ConnOptions& options,
                                                             const CancelToken* cancel) {
  ConnOptions effective(options);
  effective.try_emplace("connect_timeout", kConnectTimeoutSeconds);
  effective.try_emplace("application_name", "understudy");
  effective.try_emplace("keepalives_idle", kKeepaliveIdleSeconds);
  effective.try_emplace("tcp_user_timeout", kTcpUserTimeoutMs);
  std::vector<const char*> keys, values;
  for (const auto& [key, value] : effective) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  PGconn* raw = PQconnectdbParams(keys.data(), values.data(), /*expand_dbname=*/0);
  if (raw == nullptr) return Failed("connecting: out of memory");
  std::unique_ptr<Connection> connection(new Connection(raw, Describe(options), cancel));
  if (PQstatus(raw) != CONNECTION_OK && ServerAnswered(PQerrorMessage(raw))) {
    // Asked once more for the code of the answer: its words are in the server's language.
    PQsetErrorVerbosity(raw, PQERRORS_VERBOSE);
    PQreset(raw);
  }
  if (PQstatus(raw) != CONNECTION_OK) return Unreachable(ConnectFailureOf(raw, options));
  PQsetErrorVerbosity(raw, PQERRORS_TERSE);
  PQsetErrorContextVisibility(raw, PQSHOW_CONTEXT_NEVER);
  PQsetNoticeReceiver(raw, DropNotice, nullptr);
  return connection;
}

Connection::~Connection() { PQfinish(connection_); }

absl::Status Connection::ConnectionError() const {
  std::string text(Trim(PQerrorMessage(connection_)));
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  // libpq gives up the connection if it has no room for the next row: nothing is wrong with server or
  // network.
  if (text.find(" memory") != std::string::npos) {
    return absl::ResourceExhaustedError(fmt::format("{}: out of memory for a row ({})", description_, text));
  }
  return Unreachable(fmt::format("{}: {}", description_, text));
}

absl::Status Connection::ErrorOf(const PGresult* result) {
  const std::string sqlstate(Field(result, PG_DIAG_SQLSTATE));
  std::string_view primary = Field(result, PG_DIAG_MESSAGE_PRIMARY);
  // Without the fields of a server error the text is libpq's own (a lost connection).
  if (primary.empty()) primary = Trim(PQresultErrorMessage(result));
  std::string message = SafeMessage(sqlstate, primary);
  if (!sqlstate.empty()) message += fmt::format(" ({})", sqlstate);
  // Our sessions that read are REPEATABLE READ READ ONLY: they can meet this on a standby alone.
  if (sqlstate == "40001") message += kStandbyConflict;
  if (sqlstate == "57014") return WithSqlState(absl::CancelledError(message), sqlstate);
  if (sqlstate.empty() || IsUnreachable(sqlstate)) return WithSqlState(Unreachable(message), sqlstate);
  return WithSqlState(Failed(message), sqlstate);
}

std::string Connection::Parameter(const char* name) const {
  const char* value = PQparameterStatus(connection_, name);
  return value == nullptr ? "" : value;
}

void Connection::CancelRunning() {
  PGcancel* handle = PQgetCancel(connection_);
  if (handle == nullptr) return;
  char ignored[256];
  PQcancel(handle, ignored, sizeof ignored);
  PQfreeCancel(handle);
}

absl::Status Connection::Wait(bool write) {
  if (cancel_ != nullptr && cancel_->cancelled() && !cancel_sent_) {
    cancel_sent_ = true;
    CancelRunning();
    return Cancelled();
  }
  pollfd fd{PQsocket(connection_), static_cast<short>(POLLIN | (write ? POLLOUT : 0)), 0};
  if (fd.fd < 0) return ConnectionError();
  ::poll(&fd, 1, kPollMs);
  return absl::OkStatus();
}

absl::Status Connection::SendQuery(const std::string& sql) {
  if (PQsendQuery(connection_, sql.c_str()) == 0) return ConnectionError();
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Result>> Connection::NextResult() {
  // In non-blocking mode the query may still be in our buffer.
  while (PQflush(connection_) == 1) RETURN_IF_ERROR(Wait(/*write=*/true));
  while (PQisBusy(connection_) != 0) {
    RETURN_IF_ERROR(Wait(/*write=*/false));
    if (PQconsumeInput(connection_) == 0) return ConnectionError();
  }
  PGresult* result = PQgetResult(connection_);
  if (result == nullptr) return std::unique_ptr<Result>();
  return std::make_unique<Result>(result);
}

absl::StatusOr<Result> Connection::Collect() {
  std::unique_ptr<Result> kept;
  absl::Status error;
  for (;;) {
    ASSIGN_OR_RETURN(std::unique_ptr<Result> next, NextResult());
    if (next == nullptr) break;
    switch (next->status()) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
      case PGRES_EMPTY_QUERY:
        if (kept == nullptr || next->columns() > 0 || kept->columns() == 0) kept = std::move(next);
        break;
      case PGRES_COPY_IN:
      case PGRES_COPY_OUT:
      case PGRES_COPY_BOTH:
        return Failed("a COPY was started where none was expected");
      default:
        if (error.ok()) error = ErrorOf(next->result_.get());
        if (broken()) return error;
    }
  }
  RETURN_IF_ERROR(error);
  if (kept == nullptr) return Failed("the server sent no result");
  return std::move(*kept);
}

absl::StatusOr<Result> Connection::Exec(const std::string& sql) {
  RETURN_IF_ERROR(SendQuery(sql));
  return Collect();
}

absl::StatusOr<Result> Connection::ExecParams(const std::string& sql,
                                              const std::vector<const char*>& parameters) {
  if (PQsendQueryParams(connection_, sql.c_str(), static_cast<int>(parameters.size()), nullptr,
                        parameters.data(), nullptr, nullptr, /*resultFormat=*/0) == 0) {
    return ConnectionError();
  }
  return Collect();
}

absl::Status Connection::Run(const std::string& sql) { return Exec(sql).status(); }

}  // namespace understudy::pg
