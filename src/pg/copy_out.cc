#include "pg/copy_out.h"

#include "base/status.h"

namespace understudy::pg {

using copyformat::Batch;
using copyformat::Format;

absl::StatusOr<std::unique_ptr<CopyOut>> CopyOut::Start(Connection& connection, const std::string& sql,
                                                        Format format) {
  RETURN_IF_ERROR(connection.SendQuery(sql));
  return Next(connection, format, /*last=*/true);
}

absl::StatusOr<std::unique_ptr<CopyOut>> CopyOut::Next(Connection& connection, Format format, bool last) {
  std::unique_ptr<Result> result;
  do {  // BEGIN and COMMIT around it
    ASSIGN_OR_RETURN(result, connection.NextResult());
    if (result == nullptr) return Failed("COPY TO: the server sent no result");
  } while (result->status() == PGRES_COMMAND_OK);
  if (result->status() != PGRES_COPY_OUT) {
    absl::Status error = Connection::ErrorOf(result->raw());
    // Leaves the connection idle, so that the caller may go on using it.
    while (result != nullptr) {
      ASSIGN_OR_RETURN(result, connection.NextResult());
    }
    return Annotate(error, "COPY TO");
  }
  return std::unique_ptr<CopyOut>(new CopyOut(connection, format, last));
}

absl::StatusOr<bool> CopyOut::NextMessage(std::string_view* message) {
  for (;;) {
    char* bytes = nullptr;
    const int length = PQgetCopyData(connection_.raw(), &bytes, /*async=*/1);
    message_.reset(bytes);
    if (length > 0) {
      *message = {bytes, static_cast<size_t>(length)};
      return true;
    }
    if (length == -1) return false;
    if (length == -2) return connection_.ConnectionError();
    RETURN_IF_ERROR(connection_.Wait(/*write=*/false));
    if (PQconsumeInput(connection_.raw()) == 0) return connection_.ConnectionError();
  }
}

absl::Status CopyOut::End() {
  ended_ = true;
  absl::Status status;
  bool counted = false;  // the first result is the COPY's
  for (;;) {
    ASSIGN_OR_RETURN(std::unique_ptr<Result> result, connection_.NextResult());
    if (result == nullptr) return Annotate(status, "COPY TO");
    if (result->status() != PGRES_COMMAND_OK && status.ok()) {
      status = Connection::ErrorOf(result->raw());
    } else if (status.ok() && !counted && result->affected() != packer_.rows()) {
      status = Failed("the server counted other rows than it sent");
    }
    counted = true;
    if (!last_ && status.ok()) return status;
  }
}

absl::StatusOr<bool> CopyOut::Read(Batch* batch) {
  batch->Clear();
  packer_.Begin(batch);
  while (!ended_ && !copyformat::RowPacker::Full(*batch)) {
    std::string_view message;
    ASSIGN_OR_RETURN(const bool more, NextMessage(&message));
    if (!more) {
      RETURN_IF_ERROR(End());
      RETURN_IF_ERROR(packer_.Finish());
      break;
    }
    RETURN_IF_ERROR(packer_.Append(message, batch));
  }
  return batch->rows > 0;
}

}  // namespace understudy::pg
