#include "pg/copy_in.h"

#include <string>

#include "base/status.h"
#include "copyformat/binary_format.h"

namespace understudy::pg {
namespace {

// libpq copies what it is given; pieces of this size keep its buffer small even for a giant row.
constexpr size_t kPutBytes = 256 << 10;

}  // namespace

using copyformat::Batch;
using copyformat::Format;
using copyformat::kBinaryHeader;
using copyformat::kBinaryTrailer;

absl::StatusOr<std::unique_ptr<CopyIn>> CopyIn::Start(Connection& connection, const std::string& sql,
                                                      Format format) {
  RETURN_IF_ERROR(connection.SendQuery(sql));
  return Next(connection, format, /*last=*/true);
}

absl::StatusOr<std::unique_ptr<CopyIn>> CopyIn::Next(Connection& connection, Format format, bool last) {
  PQsetnonblocking(connection.raw(), 1);
  std::unique_ptr<CopyIn> stream(new CopyIn(connection, format, last));
  for (;;) {
    absl::StatusOr<std::unique_ptr<Result>> result = connection.NextResult();
    if (!result.ok() || *result == nullptr) {
      stream->done_ = true;
      return result.ok() ? Failed("COPY FROM: the statement started no COPY") : result.status();
    }
    if ((*result)->status() == PGRES_COPY_IN) return stream;
    if ((*result)->status() != PGRES_COMMAND_OK && (*result)->status() != PGRES_TUPLES_OK) {
      absl::Status error = Connection::ErrorOf((*result)->raw());
      stream->Drain(/*all=*/true).status().IgnoreError();
      return Annotate(error, "COPY FROM");
    }
    if ((*result)->rows() > 0) stream->answer_ = (*result)->String(0, 0);
  }
}

CopyIn::~CopyIn() {
  if (!done_) Abort("abandoned");
  PQsetnonblocking(connection_.raw(), 0);
}

absl::Status CopyIn::Flush() {
  for (;;) {
    const int state = PQflush(connection_.raw());
    if (state == 0) return absl::OkStatus();
    if (state < 0) return connection_.ConnectionError();
    RETURN_IF_ERROR(connection_.Wait(/*write=*/true));
    if (PQconsumeInput(connection_.raw()) == 0) return connection_.ConnectionError();
  }
}

absl::Status CopyIn::Put(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPutBytes);
    const int queued = PQputCopyData(connection_.raw(), piece.data(), static_cast<int>(piece.size()));
    if (queued < 0) return connection_.ConnectionError();
    if (queued == 1) bytes.remove_prefix(piece.size());
    RETURN_IF_ERROR(Flush());
  }
  return absl::OkStatus();
}

absl::Status CopyIn::Write(const Batch& batch) {
  if (format_ == Format::kBinary && !header_sent_) {
    header_sent_ = true;
    RETURN_IF_ERROR(Put(kBinaryHeader));
  }
  return Put(batch.bytes.view());
}

absl::StatusOr<uint64_t> CopyIn::Drain(bool all) {
  done_ = true;
  absl::Status error;
  uint64_t rows = 0;
  for (;;) {
    ASSIGN_OR_RETURN(std::unique_ptr<Result> result, connection_.NextResult());
    if (result == nullptr) break;
    if (result->status() == PGRES_COMMAND_OK) {
      rows += result->affected();
      if (!all) return rows;
    } else if (error.ok() && result->status() != PGRES_COPY_IN) {
      error = Connection::ErrorOf(result->raw());
    }
    if (result->status() == PGRES_COPY_IN) PQputCopyEnd(connection_.raw(), "abandoned");
    if (connection_.broken()) break;
  }
  RETURN_IF_ERROR(Annotate(error, "COPY FROM"));
  return rows;
}

absl::StatusOr<uint64_t> CopyIn::Finish() {
  if (format_ == Format::kBinary) {
    if (!header_sent_) RETURN_IF_ERROR(Put(kBinaryHeader));
    header_sent_ = true;
    RETURN_IF_ERROR(Put(kBinaryTrailer));
  }
  while (PQputCopyEnd(connection_.raw(), nullptr) == 0) RETURN_IF_ERROR(Flush());
  RETURN_IF_ERROR(Flush());
  return Drain(/*all=*/last_);
}

void CopyIn::Abort(std::string_view reason) {
  if (done_) return;
  done_ = true;
  const std::string text(reason);
  PQputCopyEnd(connection_.raw(), text.c_str());
  if (Flush().ok()) Drain(/*all=*/true).status().IgnoreError();
}

}  // namespace understudy::pg
