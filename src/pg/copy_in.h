// COPY … FROM STDIN as a CopySink.
//
// DESIGN: the SQL may be several statements in one string ("BEGIN; TRUNCATE …; COPY …; COMMIT"): one round
// trip a table; a SELECT before the COPY gives answer(). The socket is non-blocking: a full one makes Write
// wait (back-pressure), and what the server says meanwhile (an error) is read, so that neither side can wait
// for the other for ever. Ownership: uses the connection until Finish or Abort. Threads: one thread at a
// time.
#ifndef UNDERSTUDY_PG_COPY_IN_H_
#define UNDERSTUDY_PG_COPY_IN_H_

#include <memory>
#include <string>

#include "copyformat/copy_stream.h"
#include "pg/connection.h"

namespace understudy::pg {

class CopyIn : public copyformat::CopySink {
 public:
  static absl::StatusOr<std::unique_ptr<CopyIn>> Start(Connection& connection, const std::string& sql,
                                                       copyformat::Format format);
  ~CopyIn() override;
  absl::Status Write(const copyformat::Batch& batch) override;
  absl::StatusOr<uint64_t> Finish() override;
  void Abort(std::string_view reason) override;
  // The first value of the last statement before the COPY that gave rows.
  const std::string& answer() const { return answer_; }

 private:
  CopyIn(Connection& connection, copyformat::Format format) : connection_(connection), format_(format) {}
  absl::Status Put(std::string_view bytes);
  absl::Status Flush();
  absl::StatusOr<uint64_t> Drain();

  Connection& connection_;
  const copyformat::Format format_;
  bool header_sent_ = false;
  bool done_ = false;
  std::string answer_;
};

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_COPY_IN_H_
