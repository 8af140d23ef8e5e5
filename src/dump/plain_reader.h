// A plain dump (pg_dump's SQL script) as a sequence of statements and blocks of rows.
//
// DESIGN
//   Pull: Next() gives one statement with whatever comments and blanks stand before it, so that all units
//   together are the dump, byte for byte; at a COPY, ReadRows() then gives its rows in batches until the `\.`
//   line. SQL is followed as far as psql follows it: quotes, dollar quotes, comments, parentheses, BEGIN
//   ATOMIC bodies, commands that begin with a backslash. Names without a schema take the dump's search_path
//   (pg_dump before 10.3 sets one). A byte order mark is dropped; CR LF is read as LF between rows.
//   Memory: one statement (at most kMaxStatementBytes), or one row and a chunk.
//   What pg_dump cannot have written is an error at its place ("byte 1234, public.res_partner, row 56"):
//   an unknown statement, a statement in which rows begin, a lone `\.`, a backslash before a newline, an end
//   inside a statement or a block, no "dump complete" at the end of a dump that began as one. Messages never
//   hold a byte of the dump but names.
// Ownership: the source must outlive the reader; views live until the next call.
// Threads: one thread at a time.
#ifndef UNDERSTUDY_DUMP_PLAIN_READER_H_
#define UNDERSTUDY_DUMP_PLAIN_READER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "copyformat/batch.h"
#include "copyformat/line_index.h"
#include "dump/byte_source.h"
#include "dump/statement.h"

namespace understudy::dump {

// The longest view or function is far below; contents of large objects come in pieces of 32 KiB.
inline constexpr size_t kMaxStatementBytes = size_t{64} << 20;
// PostgreSQL's own limit for a row that COPY reads (MaxAllocSize), with its escapes.
inline constexpr size_t kMaxRowBytes = (size_t{1} << 30) + (size_t{1} << 29);

struct Unit {
  std::string_view text;  // all of it, comments and blanks before it included
  Statement statement;
};

class PlainReader {
 public:
  explicit PlainReader(ByteSource& source) : source_(source) {}

  // False at the end of the dump. If a COPY's rows were not read to their end, they are skipped.
  absl::StatusOr<bool> Next(Unit* unit);
  // After a COPY: clears `batch` and fills it with whole rows; false behind the last.
  absl::StatusOr<bool> ReadRows(copyformat::Batch* batch);
  // "byte 1234" or "byte 1234, public.t, row 5": for errors of whoever handles the rows.
  std::string Place() const;

  uint64_t offset() const { return consumed_ + pos_; }  // in the text, decompressed
  // What the dump says of itself; empty until it did.
  const std::string& encoding() const { return encoding_; }
  const std::string& connected_database() const { return connected_; }
  // The schema of names without one.
  const std::string& search_path() const { return search_path_; }

 private:
  struct Scan;  // how far the end of the current statement was looked for

  absl::StatusOr<bool> Fill();  // false at the end of the source
  absl::Status SkipMark();
  absl::StatusOr<bool> FindStatement(size_t* begin, size_t* size);
  bool ScanStatement(Scan* scan, std::string_view text) const;
  absl::Status Note(const Unit& unit);
  absl::Status NoteSession(std::string_view text);
  absl::Status AtEnd(std::string_view rest);
  absl::StatusOr<bool> EndOfRows(std::string_view view);
  void TakeRows(const copyformat::WholeLines& lines, copyformat::Batch* batch);
  absl::Status Error(std::string_view what) const;

  ByteSource& source_;
  copyformat::ByteBuffer buffer_;
  size_t pos_ = 0;         // in buffer_
  uint64_t consumed_ = 0;  // bytes of the dump before buffer_
  bool source_ended_ = false;
  bool begun_ = false;
  bool headed_ = false;     // it began as pg_dump's output does
  bool completed_ = false;  // "-- PostgreSQL database dump complete" was seen
  bool crlf_ = false;       // the current block's lines end in CR LF
  bool in_rows_ = false;
  uint64_t rows_ = 0;  // read of the current block
  uint64_t blocks_ = 0;
  CopyHeader copy_;
  std::string search_path_ = "public";
  std::string encoding_, connected_;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_PLAIN_READER_H_
