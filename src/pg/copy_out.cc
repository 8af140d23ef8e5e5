#include "pg/copy_out.h"

#include "base/status.h"
#include "pg/copy_binary.h"

namespace understudy::pg {

using copyformat::Batch;
using copyformat::Format;
using copyformat::kBatchBytes;

absl::StatusOr<std::unique_ptr<CopyOut>> CopyOut::Start(Connection& connection, const std::string& sql,
                                                        Format format) {
  RETURN_IF_ERROR(connection.SendQuery(sql));
  ASSIGN_OR_RETURN(std::unique_ptr<Result> result, connection.NextResult());
  if (result == nullptr) return Failed("COPY TO: the server sent no result");
  if (result->status() != PGRES_COPY_OUT) {
    absl::Status error = Connection::ErrorOf(result->raw());
    // Leaves the connection idle, so that the caller may go on using it.
    while (result != nullptr) {
      ASSIGN_OR_RETURN(result, connection.NextResult());
    }
    return Annotate(error, "COPY TO");
  }
  return std::unique_ptr<CopyOut>(new CopyOut(connection, format));
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
  for (;;) {
    ASSIGN_OR_RETURN(std::unique_ptr<Result> result, connection_.NextResult());
    if (result == nullptr) return Annotate(status, "COPY TO");
    if (result->status() != PGRES_COMMAND_OK && status.ok()) {
      status = Connection::ErrorOf(result->raw());
    } else if (status.ok() && result->affected() != rows_) {
      status = Failed("the server counted other rows than it sent");
    }
  }
}

absl::Status CopyOut::Append(std::string_view message, Batch* batch) {
  if (format_ == Format::kBinary) {
    if (at_start_) {
      if (!message.starts_with(kBinaryHeader)) return Failed("COPY TO: not PostgreSQL's binary format");
      message.remove_prefix(kBinaryHeader.size());
      at_start_ = false;
    }
    if (message.empty() || message == kBinaryTrailer) return absl::OkStatus();
  }
  batch->bytes.Append(message);
  ++batch->rows;
  ++rows_;
  return absl::OkStatus();
}

absl::StatusOr<bool> CopyOut::Read(Batch* batch) {
  batch->Clear();
  batch->first_row = rows_;
  while (!ended_ && batch->bytes.size() < kBatchBytes) {
    std::string_view message;
    ASSIGN_OR_RETURN(const bool more, NextMessage(&message));
    if (!more) {
      RETURN_IF_ERROR(End());
      break;
    }
    RETURN_IF_ERROR(Append(message, batch));
  }
  return batch->rows > 0;
}

}  // namespace understudy::pg
