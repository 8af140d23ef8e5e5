// Staging as a file: the hidden database is built, proved and neutralised on a server as always, then dumped
// into the backup and dropped, instead of being published.
#include "refresh/backup_sink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/status.h"
#include "clone/programs.h"
#include "clone/schema.h"
#include "dump/plain_reader.h"
#include "dump/process_source.h"
#include "dump/sink_file.h"
#include "dump/sql_cursor.h"
#include "refresh/filestore_work.h"
#include "refresh/restore_proof.h"

namespace understudy::refresh {
namespace {

// What production altered in functions of extensions is in no dump, and indexes that use them can't be built
// without it (Odoo's own: unaccent made IMMUTABLE).
std::string AlteredFunctions(const RunContext& context, std::string_view extension) {
  std::string sql;
  for (const clone::ExtensionFunction& function : context.altered_functions) {
    if (function.extension == extension) sql += clone::AlterSql(function) + "\n";
  }
  return sql;
}

// The extension that a statement creates; empty: none.
std::string CreatedExtension(std::string_view statement) {
  dump::SqlCursor cursor(statement);
  if (!cursor.Take("CREATE") || !cursor.Take("EXTENSION")) return {};
  if (cursor.Take("IF") && cursor.Take("NOT")) cursor.Take("EXISTS");
  return cursor.IsName() ? cursor.TakeName() : std::string();
}

absl::Status WriteRows(dump::PlainReader& reader, dump::SinkFile& sink, Counters& counters) {
  copyformat::Batch batch;
  for (;;) {
    ASSIGN_OR_RETURN(const bool some, reader.ReadRows(&batch));
    if (!some) return sink.Write("\\.\n");
    RETURN_IF_ERROR(sink.Write(batch.bytes.view()));
    counters.rows += batch.rows;
    counters.bytes += batch.bytes.size();
  }
}

absl::Status DumpHidden(RunContext& context, dump::SinkFile& sink, Counters& counters) {
  ASSIGN_OR_RETURN(const auto session, context.OpenHidden(&context.cancel));
  ASSIGN_OR_RETURN(const clone::Program program,
                   clone::FindProgram("pg_dump", session->server_version() / 10000));
  ASSIGN_OR_RETURN(const pg::ServiceFile service,
                   pg::ServiceFile::Create(session->raw(), context.private_directory, context.hidden));
  ASSIGN_OR_RETURN(const auto source,
                   dump::ProcessSource::Start({program.path, "--no-owner", "--no-acl", "--no-password",
                                               "--dbname=service=understudy"},
                                              &context.cancel, {service.Environment()}));
  dump::PlainReader reader(*source);
  for (dump::Unit unit;;) {
    ASSIGN_OR_RETURN(const bool more, reader.Next(&unit));
    RETURN_IF_ERROR(sink.Write(unit.text));
    if (!more) return absl::OkStatus();
    if (unit.statement.kind == dump::StatementKind::kCopy) {
      RETURN_IF_ERROR(WriteRows(reader, sink, counters));
    } else if (unit.statement.kind == dump::StatementKind::kSchema) {
      const std::string extension = CreatedExtension(unit.text);
      if (!extension.empty()) RETURN_IF_ERROR(sink.Write(AlteredFunctions(context, extension)));
    }
  }
}

// Odoo's own restore reads nothing of it, its list of backups does.
std::string Manifest(const RunContext& context) {
  const rules::Facts& facts = context.catalog.facts;
  const auto quoted = [](std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    return out + "\"";
  };
  std::string modules;
  for (const auto& [name, version] : facts.modules) {
    modules += fmt::format("{}\n        {}: {}", modules.empty() ? "" : ",", quoted(name), quoted(version));
  }
  return fmt::format(
      "{{\n    \"odoo_dump\": \"1\",\n    \"db_name\": {},\n    \"version\": {},\n    \"major_version\": "
      "{},\n"
      "    \"pg_version\": \"{}.{}\",\n    \"modules\": {{{}\n    }}\n}}\n",
      quoted(context.catalog.database.name), quoted(facts.odoo_version), quoted(facts.odoo_version),
      facts.server_version / 10000, facts.server_version % 10000, modules);
}

// One file of the filestore; it may be larger than memory.
absl::Status AddFile(const std::string& path, const std::string& member, dump::SinkFile& sink,
                     Counters& counters) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info {};
  if (!file.valid() || ::fstat(file.get(), &info) != 0) return ErrnoStatus("opening", path, errno);
  RETURN_IF_ERROR(sink.Begin(member, info.st_size));
  dump::FdSource source(file.get(), path, nullptr);
  std::vector<char> piece(copyformat::kBatchBytes);
  for (;;) {
    ASSIGN_OR_RETURN(const size_t n, source.Read(piece.data(), piece.size()));
    if (n == 0) return absl::OkStatus();
    RETURN_IF_ERROR(sink.Write({piece.data(), n}));
    counters.bytes += n;
  }
}

absl::Status AddFiles(const RunContext& context, dump::SinkFile& sink, Counters& counters) {
  if (context.filestore == nullptr || context.filestore->stage == nullptr) return absl::OkStatus();
  const std::string& root = context.filestore->stage->path();
  std::vector<std::string> names;
  std::error_code error;
  for (auto entry = std::filesystem::recursive_directory_iterator(root, error);
       !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    if (!entry->is_regular_file(error)) continue;
    names.push_back(entry->path().lexically_relative(root).string());
    counters.bytes_total += entry->file_size(error);
  }
  if (error) return Failed(fmt::format("reading {}: {}", root, error.message()));
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (context.cancel.cancelled()) return Cancelled();
    RETURN_IF_ERROR(AddFile(fmt::format("{}/{}", root, name), "filestore/" + name, sink, counters));
  }
  return absl::OkStatus();
}

}  // namespace

bool ToFile(const RunContext& context) { return !context.options.config.staging.backup.empty(); }

absl::Status WriteBackup(RunContext& context) {
  const StagingConfig& config = context.options.config.staging;
  dump::SinkFile& sink = *context.sink;
  {
    StageScope stage(context, "write backup");
    RETURN_IF_ERROR(sink.Begin("dump.sql", -1));
    RETURN_IF_ERROR(Annotate(DumpHidden(context, sink, stage.counters()), "staging"));
    if (dump::IsZipName(config.backup)) {
      RETURN_IF_ERROR(AddFiles(context, sink, stage.counters()));
      const std::string manifest = Manifest(context);
      RETURN_IF_ERROR(sink.Begin("manifest.json", static_cast<int64_t>(manifest.size())));
      RETURN_IF_ERROR(sink.Write(manifest));
    }
    RETURN_IF_ERROR(sink.Close());
  }
  RETURN_IF_ERROR(ProveByRestoring(context));
  if (context.cancel.cancelled()) return Cancelled();
  if (dump::IsZipName(config.backup)) return sink.Commit();
  // The files that the rows name, where odoo.filestore.staging says; if the file can't follow, they go back.
  RETURN_IF_ERROR(PublishFilestore(context));
  absl::Status committed = sink.Commit();
  if (committed.ok()) return committed;
  const absl::Status undone = UndoFilestore(context);
  if (!undone.ok()) context.Warn(WarningKind::kFilestoreNotUndone, MessageOf(undone));
  return committed;
}

}  // namespace understudy::refresh
