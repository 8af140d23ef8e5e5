#include "pg/batch.h"

#include <utility>

#include "base/status.h"

namespace understudy::pg {
namespace {

// Leaves pipeline mode again, whatever happened.
class Pipeline {
 public:
  explicit Pipeline(Connection& connection) : raw_(connection.raw()) {
    PQsetnonblocking(raw_, 1);
    entered_ = PQenterPipelineMode(raw_) == 1;
  }
  ~Pipeline() {
    PQexitPipelineMode(raw_);
    PQsetnonblocking(raw_, 0);
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  bool entered() const { return entered_; }

 private:
  PGconn* raw_;
  bool entered_ = false;
};

// The one result of the next statement.
absl::Status Take(Connection& connection, std::vector<Result>* results) {
  absl::Status error;
  for (;;) {
    ASSIGN_OR_RETURN(std::unique_ptr<Result> result, connection.NextResult());
    if (result == nullptr) return error;
    switch (result->status()) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
      case PGRES_EMPTY_QUERY:
        results->push_back(std::move(*result));
        break;
      case PGRES_PIPELINE_ABORTED:
        break;
      default:
        if (error.ok()) error = Connection::ErrorOf(result->raw());
        if (connection.broken()) return error;
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<Result>> ExecBatch(Connection& connection,
                                              std::span<const std::string> statements) {
  const Pipeline pipeline(connection);
  if (!pipeline.entered()) return connection.ConnectionError();
  for (const std::string& statement : statements) {
    if (PQsendQueryParams(connection.raw(), statement.c_str(), 0, nullptr, nullptr, nullptr, nullptr,
                          /*resultFormat=*/0) == 0) {
      return connection.ConnectionError();
    }
  }
  if (PQpipelineSync(connection.raw()) == 0) return connection.ConnectionError();
  std::vector<Result> results;
  absl::Status error;
  for (size_t i = 0; i < statements.size(); ++i) {
    const absl::Status status = Take(connection, &results);
    if (!status.ok() && error.ok()) error = status;
    if (connection.broken() || absl::IsCancelled(error)) return error;
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Result> sync, connection.NextResult());
  if (sync == nullptr || sync->status() != PGRES_PIPELINE_SYNC) {
    return Failed("the server did not end the batch of statements");
  }
  RETURN_IF_ERROR(error);
  return results;
}

}  // namespace understudy::pg
