// COPY … TO STDOUT as a CopySource.
//
// Several COPYs may be one string of statements, a chain: one round trip. Then SendQuery, and one Next for
// each. Ownership: uses the connection until Read returned false or failed. Threads: one thread at a time.
#ifndef UNDERSTUDY_PG_COPY_OUT_H_
#define UNDERSTUDY_PG_COPY_OUT_H_

#include <memory>
#include <string>

#include "copyformat/copy_stream.h"
#include "copyformat/packer.h"
#include "pg/connection.h"

namespace understudy::pg {

class CopyOut : public copyformat::CopySource {
 public:
  // `sql` is a COPY … TO STDOUT whose format is `format`.
  static absl::StatusOr<std::unique_ptr<CopyOut>> Start(Connection& connection, const std::string& sql,
                                                        copyformat::Format format);
  // The next COPY of a chain that was sent; `last`: none follows it.
  static absl::StatusOr<std::unique_ptr<CopyOut>> Next(Connection& connection, copyformat::Format format,
                                                       bool last);
  absl::StatusOr<bool> Read(copyformat::Batch* batch) override;

 private:
  CopyOut(Connection& connection, copyformat::Format format, bool last)
      : connection_(connection), packer_(format), last_(last) {}
  absl::StatusOr<bool> NextMessage(std::string_view* message);
  absl::Status End();

  Connection& connection_;
  copyformat::RowPacker packer_;
  const bool last_;
  struct FreeDeleter {
    void operator()(char* memory) const { PQfreemem(memory); }
  };
  std::unique_ptr<char, FreeDeleter> message_;
  bool ended_ = false;
};

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_COPY_OUT_H_
