// Two states: between statements, and inside a block of rows. Both work on one buffer that is filled from the
// source by chunks; what is consumed is moved out when the next chunk comes. Looking for a statement's end
// keeps its place, so a statement that grows over many chunks is scanned once.
#include "dump/plain_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/status.h"
#include "base/strings.h"
#include "copyformat/line_index.h"
#include "dump/sql_cursor.h"
#include "pg/quote.h"

namespace understudy::dump {
namespace {

using copyformat::WholeLines;

constexpr size_t kChunkBytes = copyformat::kBatchBytes;
// Rows are looked for in this much at once, so that a buffer that a giant row blew up is not one batch.
constexpr size_t kWindowBytes = 2 * kChunkBytes;
constexpr std::string_view kHeader = "-- PostgreSQL database dump";
constexpr std::string_view kTrailer = "-- PostgreSQL database dump complete";

// Encodings in which a byte below 0x80 can be part of another character: quotes and tabs could not be told.
constexpr std::string_view kUnsafeEncodings[] = {"SJIS", "BIG5",  "GBK",           "GB18030",
                                                 "UHC",  "JOHAB", "SHIFT_JIS_2004"};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

// The whole rows at the beginning of `view`; of a row that is larger than the window, that row alone.
WholeLines FindRows(std::string_view view) {
  const WholeLines lines = copyformat::FindWholeLines(view.data(), std::min(view.size(), kWindowBytes));
  if (lines.bytes > 0 || lines.stop != WholeLines::Stop::kEnd || view.size() <= kWindowBytes) return lines;
  const size_t newline = view.find('\n', kWindowBytes);
  if (newline == std::string_view::npos) return lines;
  return copyformat::FindWholeLines(view.data(), newline + 1);
}

// Do a table's rows begin inside the statement? A quote that is lost or too many turns all that follows
// inside out, and rows of tables look like the end of a comment or of a function.
bool HoldsRows(std::string_view statement) {
  if (statement.find("\n-- Data for Name: ") != std::string_view::npos) return true;
  for (size_t at = statement.find("\nCOPY "); at != std::string_view::npos;
       at = statement.find("\nCOPY ", at + 1)) {
    const std::string_view line = statement.substr(at + 1, statement.find('\n', at + 1) - at - 1);
    if (line.find(" FROM stdin;") != std::string_view::npos) return true;
  }
  return false;
}

// Rows whose lines end in CR LF, as rows.
void AppendWithoutCr(std::string_view rows, copyformat::ByteBuffer* out) {
  while (!rows.empty()) {
    const size_t newline = rows.find('\n');
    std::string_view line = rows.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out->Append(line);
    out->PushBack('\n');
    rows.remove_prefix(newline + 1);
  }
}

}  // namespace

// The words that decide whether a semicolon ends a statement: psql's rules (psqlscan.l).
struct PlainReader::Scan {
  size_t at = 0;  // begin of the next token
  bool started = false;
  size_t begin = 0;              // of the first token, once it started
  bool creates_routine = false;  // CREATE [OR REPLACE] FUNCTION or PROCEDURE
  int words = 0;
  int parentheses = 0;
  int bodies = 0;  // BEGIN … END, CASE … END inside one
};

absl::Status PlainReader::Error(std::string_view what) const {
  return Failed(fmt::format("{}: {}", Place(), what));
}

std::string PlainReader::Place() const {
  std::string place = fmt::format("byte {}", offset());
  if (in_rows_) place += fmt::format(", {}, row {}", pg::RelationName(copy_.schema, copy_.name), rows_ + 1);
  return place;
}

absl::StatusOr<bool> PlainReader::Fill() {
  if (source_ended_) return false;
  if (pos_ > 0) {
    // A chunk is read only when the rest is less than a statement or a row, so moving it is cheap.
    std::memmove(buffer_.data(), buffer_.data() + pos_, buffer_.size() - pos_);
    buffer_.Truncate(buffer_.size() - pos_);
    consumed_ += pos_;
    pos_ = 0;
  }
  // What is left is looked through again after each Fill, so at least as much is added: a row of many chunks
  // costs its size once, not once per chunk.
  const size_t enough = std::max<size_t>(1, buffer_.size());
  for (size_t added = 0; added < enough && !source_ended_;) {
    const size_t want = std::max(kChunkBytes, enough - added);
    absl::StatusOr<size_t> got = source_.Read(buffer_.Reserve(want), want);
    if (!got.ok()) return Annotate(got.status(), Place());
    buffer_.Commit(*got);
    added += *got;
    source_ended_ = *got == 0;
  }
  return !source_ended_;
}

absl::Status PlainReader::SkipMark() {
  begun_ = true;
  while (buffer_.size() < kChunkBytes) {
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) break;
  }
  const std::string_view start = buffer_.view();
  if (start.starts_with("\xEF\xBB\xBF")) pos_ = 3;
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
    return Error("the dump is UTF-16, as PowerShell's \">\" writes it; take it again with pg_dump --file");
  }
  if (start.starts_with("PGDMP")) {
    return Error(
        "this is a dump in pg_dump's custom format, not a plain one; put \"pg_restore -f -\" before it");
  }
  if (start.find('\0') != std::string_view::npos) {
    return Error("this is no text; is the dump compressed, or in another format?");
  }
  headed_ = start.substr(0, 4096).find(kHeader) != std::string_view::npos;
  return absl::OkStatus();
}

// Advances `scan` over whole tokens of `text`; true when the statement's end is behind `scan->at`.
bool PlainReader::ScanStatement(Scan* scan, std::string_view text) const {
  while (scan->at < text.size()) {
    const char c = text[scan->at];
    if (IsBlank(c)) {
      ++scan->at;
      continue;
    }
    if (c == '\\' && !scan->started) {
      const size_t newline = text.find('\n', scan->at);
      if (newline == std::string_view::npos && !source_ended_) return false;
      scan->at = std::min(newline, text.size() - 1) + 1;
      return true;
    }
    const pg::SqlSpan span = pg::NextSqlToken(text, scan->at);
    // What reaches the end of what is there may go on behind it; so may "-" before a second one.
    if (!source_ended_ && span.end + 1 >= text.size()) return false;
    const std::string_view token = text.substr(scan->at, span.end - scan->at);
    const size_t begin = scan->at;
    scan->at = span.end;
    if (span.token == pg::SqlToken::kLineComment || span.token == pg::SqlToken::kBlockComment) continue;
    if (!scan->started) scan->begin = begin;
    scan->started = true;
    if (token == ";" && scan->parentheses <= 0 && scan->bodies == 0) {
      // The line's end belongs to the statement: rows begin on the next one.
      if (text.substr(scan->at).starts_with("\r\n"))
        scan->at += 2;
      else if (text.substr(scan->at).starts_with("\n"))
        scan->at += 1;
      return true;
    }
    if (token == "(") ++scan->parentheses;
    if (token == ")") --scan->parentheses;
    if (span.token != pg::SqlToken::kWord) continue;
    // Words that matter are among the first few (CREATE OR REPLACE PROCEDURE) or inside a routine's body.
    if (++scan->words > 4 && !scan->creates_routine) continue;
    const std::string word = Lower(token);
    if (scan->words <= 4 && (word == "function" || word == "procedure")) scan->creates_routine = true;
    if (!scan->creates_routine) continue;
    if (word == "begin" || (word == "case" && scan->bodies > 0)) ++scan->bodies;
    if (word == "end" && scan->bodies > 0) --scan->bodies;
  }
  return false;
}

// The bytes of the next statement; false if only blanks and comments are left.
absl::StatusOr<bool> PlainReader::FindStatement(size_t* begin, size_t* size) {
  Scan scan;
  for (;;) {
    const std::string_view text = buffer_.view().substr(pos_);
    if (ScanStatement(&scan, text)) {
      *begin = scan.begin;
      *size = scan.at;
      return true;
    }
    if (text.size() > kMaxStatementBytes) return Error("a statement of more than 64 MiB");
    if (source_ended_) {
      *size = text.size();
      if (scan.started) return Error("the dump ends inside a statement: it is truncated");
      return false;
    }
    RETURN_IF_ERROR(Fill().status());
  }
}

absl::Status PlainReader::AtEnd(std::string_view rest) {
  if (rest.find(kTrailer) != std::string_view::npos) completed_ = true;
  if (headed_ && !completed_) {
    return Error("the dump ends without \"PostgreSQL database dump complete\": it is truncated");
  }
  return absl::OkStatus();
}

absl::Status PlainReader::NoteSession(std::string_view text) {
  SqlCursor cursor(text);
  const bool select = cursor.Take("SELECT");
  if (select) {
    // SELECT pg_catalog.set_config('search_path', '', false)
    while (!cursor.AtEnd() && cursor.token() != pg::SqlToken::kLiteral) cursor.Next();
    if (cursor.TakeLiteral() != "search_path") return absl::OkStatus();
    cursor.Take(",");
    const std::string path = cursor.TakeLiteral();
    if (!path.empty()) search_path_ = std::string(Trim(Split(path, ',')[0]));
    return absl::OkStatus();
  }
  if (!cursor.Take("SET")) return absl::OkStatus();
  if (cursor.Take("CLIENT_ENCODING")) {
    cursor.Next();  // "=" or TO
    encoding_ = cursor.TakeLiteral();
    std::string upper = encoding_;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    for (const std::string_view unsafe : kUnsafeEncodings) {
      if (upper == unsafe) return Error("the dump's encoding can't be read safely; take it with -E UTF8");
    }
  } else if (cursor.Take("SEARCH_PATH")) {
    cursor.Next();
    if (cursor.IsName()) search_path_ = cursor.TakeName();
  }
  return absl::OkStatus();
}

absl::Status PlainReader::Note(const Unit& unit) {
  if (completed_ && unit.statement.kind != StatementKind::kMeta &&
      unit.statement.kind != StatementKind::kConnect) {
    return Error("statements behind the dump's end; was something appended?");
  }
  if (unit.text.size() < 4096 && unit.text.find(kTrailer) != std::string_view::npos) completed_ = true;
  switch (unit.statement.kind) {
    case StatementKind::kSession:
      return NoteSession(unit.text);
    case StatementKind::kConnect: {
      if (blocks_ > 0)
        return Error("a second database begins here (pg_dumpall); dump one database at a time");
      SqlCursor cursor(unit.text);
      cursor.Next();
      cursor.Next();
      connected_ = cursor.IsName() ? cursor.TakeName() : "";
      return absl::OkStatus();
    }
    case StatementKind::kCopy:
      copy_ = unit.statement.copy;
      crlf_ = unit.text.ends_with("\r\n");
      if (!unit.text.ends_with("\n")) return Error("no line ends behind COPY … FROM stdin");
      rows_ = 0;
      ++blocks_;
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

absl::StatusOr<bool> PlainReader::Next(Unit* unit) {
  if (!begun_) RETURN_IF_ERROR(SkipMark());
  if (in_rows_) {
    copyformat::Batch skipped;
    for (bool more = true; more;) {
      ASSIGN_OR_RETURN(more, ReadRows(&skipped));
    }
  }
  size_t begin = 0, size = 0;
  ASSIGN_OR_RETURN(const bool found, FindStatement(&begin, &size));
  unit->text = buffer_.view().substr(pos_, size);
  if (!found) {
    RETURN_IF_ERROR(AtEnd(unit->text));
    unit->statement = Statement();
    pos_ += size;
    return false;
  }
  absl::StatusOr<Statement> statement = Classify(unit->text, search_path_);
  if (!statement.ok()) return Annotate(statement.status(), Place());
  if (HoldsRows(unit->text.substr(begin))) {
    return Error(
        "a statement in which rows begin: the file is damaged before this place; it is not passed on");
  }
  unit->statement = std::move(*statement);
  RETURN_IF_ERROR(Note(*unit));
  in_rows_ = unit->statement.kind == StatementKind::kCopy;
  // The text stays in the buffer until the next Fill.
  pos_ += size;
  return true;
}

// At the beginning of a row: is it the `\.` line? Then it is consumed.
absl::StatusOr<bool> PlainReader::EndOfRows(std::string_view view) {
  if (!view.starts_with("\\.")) return false;
  size_t end = 2;
  if (view.substr(end).starts_with("\r")) ++end;
  if (end == view.size() && source_ended_) {
    // No newline behind it: the dump ends here, and what follows will say that it is truncated.
  } else if (end < view.size() && view[end] == '\n') {
    ++end;
  } else {
    return Error("a row that begins with an end-of-data mark: the dump is damaged");
  }
  in_rows_ = false;
  pos_ += end;
  return true;
}

// Moves the whole rows at pos_ into `batch`. Where they are nearly all that the buffer holds, the buffer
// itself changes hands and only the rest is copied.
void PlainReader::TakeRows(const WholeLines& lines, copyformat::Batch* batch) {
  const std::string_view rest = buffer_.view().substr(pos_ + lines.bytes);
  batch->rows = lines.rows;
  rows_ += lines.rows;
  if (crlf_) {
    AppendWithoutCr(buffer_.view().substr(pos_, lines.bytes), &batch->bytes);
    pos_ += lines.bytes;
  } else if (pos_ > 0 || rest.size() > lines.bytes) {
    batch->bytes.Append(buffer_.view().substr(pos_, lines.bytes));
    pos_ += lines.bytes;
  } else {
    std::swap(batch->bytes, buffer_);
    buffer_.Clear();
    buffer_.Append(rest);
    batch->bytes.Truncate(lines.bytes);
    consumed_ += lines.bytes;
  }
}

absl::StatusOr<bool> PlainReader::ReadRows(copyformat::Batch* batch) {
  batch->Clear();
  batch->first_row = rows_;
  if (!in_rows_) return false;
  for (;;) {
    const std::string_view view = buffer_.view().substr(pos_);
    // Three bytes tell the mark from a row; "\.\r\n" takes four.
    if (view.size() >= 4 || source_ended_) {
      ASSIGN_OR_RETURN(const bool ended, EndOfRows(view));
      if (ended) return false;
      const WholeLines lines = FindRows(view);
      if (lines.bytes > 0) {
        TakeRows(lines, batch);
        return true;
      }
      if (lines.stop == WholeLines::Stop::kEscapedNewline) {
        return Error("a newline behind a backslash, which pg_dump does not write");
      }
    }
    if (source_ended_) return Error("the dump ends inside a block of rows: it is truncated");
    if (view.size() > kMaxRowBytes) return Error("a row of more than 1.5 GiB");
    RETURN_IF_ERROR(Fill().status());
  }
}

}  // namespace understudy::dump
