// COPY … FROM STDIN as a CopySink.
//
// DESIGN: the SQL may be several statements in one string ("BEGIN; TRUNCATE …; COPY …; COMMIT"): one round
// trip a table; a SELECT before the COPY gives answer(). Or it is a chain of COPYs: then SendQuery, and one
// Next for each. The socket is non-blocking:
// a full one makes Write wait (back-pressure), and what the server says meanwhile (an error) is read, so that
// neither side can wait for the other for ever. Ownership: uses the connection until Finish or Abort.
// Threads: one thread at a time.
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
  // The next COPY of a chain that was sent; `last`: none follows it. Rows of a chain are there for others
  // when the last one is finished.
  static absl::StatusOr<std::unique_ptr<CopyIn>> Next(Connection& connection, copyformat::Format format,
                                                      bool last);
  ~CopyIn() override;
  absl::Status Write(const copyformat::Batch& batch) override;
  absl::StatusOr<uint64_t> Finish() override;
  void Abort(std::string_view reason) override;
  // The first value of the last statement before the COPY that gave rows.
  const std::string& answer() const { return answer_; }

 private:
  CopyIn(Connection& connection, copyformat::Format format, bool last)
      : connection_(connection), format_(format), last_(last) {}
  absl::Status Put(std::string_view bytes);
  absl::Status Flush();
  // Takes the results that are left, of this COPY or (`all`) of everything that was sent.
  absl::StatusOr<uint64_t> Drain(bool all);

  Connection& connection_;
  const copyformat::Format format_;
  const bool last_;
  bool header_sent_ = false;
  bool done_ = false;
  std::string answer_;
};

}  // namespace understudy::pg

#endif  // UNDERSTUDY_PG_COPY_IN_H_
