#include "clone/schema.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "base/process.h"
#include "base/status.h"
#include "base/strings.h"
#include "clone/deferred.h"
#include "clone/programs.h"
#include "pg/quote.h"
#include "pg/sql_text.h"

namespace understudy::clone {
namespace {

// Entries a transaction: enough to make the commit's cost vanish, few enough for max_locks_per_transaction's
// default (64 × max_connections locks, some four per table).
constexpr size_t kEntriesPerTransaction = 400;

class RemoveAtEnd {
 public:
  explicit RemoveAtEnd(std::string path) : path_(std::move(path)) {}
  ~RemoveAtEnd() { ::unlink(path_.c_str()); }
  RemoveAtEnd(const RemoveAtEnd&) = delete;
  RemoveAtEnd& operator=(const RemoveAtEnd&) = delete;

 private:
  std::string path_;
};

absl::StatusOr<std::string> RunTool(ProcessOptions options, std::string_view name) {
  ASSIGN_OR_RETURN(const ProcessResult result, RunProcess(options));
  if (result.exit_code == 0) return result.output;
  const std::string_view first_line =
      Trim(std::string_view(result.errors).substr(0, result.errors.find('\n')));
  const std::string message = fmt::format("{} ended with code {}: {}", name, result.exit_code, first_line);
  // libpq's words when the server, or the way to it, went away.
  for (const std::string_view sign :
       {"terminating connection", "server closed the connection", "connection to server"}) {
    if (result.errors.find(sign) != std::string::npos) return Unreachable(message);
  }
  return Failed(message);
}

absl::StatusOr<std::string> Section(const Program& restore, const std::string& archive, const char* section,
                                    const CancelToken* cancel) {
  ProcessOptions options;
  options.argv = {restore.path, fmt::format("--section={}", section), "--no-owner", "--no-acl",
                  // pg_dump itself heeds it only in plain dumps.
                  "--no-tablespaces", "-f", "-", archive};
  options.cancel = cancel;
  return RunTool(options, "pg_restore");
}

// "-- Name: x; Type: INDEX; Schema: public; Owner: -" → entry without SQL. The fields are found from the
// right: a name may hold anything.
bool ParseHeader(std::string_view line, SchemaEntry* entry) {
  constexpr std::string_view kName = "-- Name: ", kType = "; Type: ", kSchema = "; Schema: ",
                             kOwner = "; Owner: ";
  if (!line.starts_with(kName)) return false;
  const size_t owner = line.rfind(kOwner);
  if (owner == std::string_view::npos) return false;
  line = line.substr(0, owner);
  const size_t schema = line.rfind(kSchema);
  if (schema == std::string_view::npos) return false;
  entry->schema = std::string(line.substr(schema + kSchema.size()));
  line = line.substr(0, schema);
  const size_t type = line.rfind(kType);
  if (type == std::string_view::npos) return false;
  entry->type = std::string(line.substr(type + kType.size()));
  entry->name = std::string(line.substr(kName.size(), type - kName.size()));
  entry->sql.clear();
  return true;
}

}  // namespace

std::string AlterSql(const ExtensionFunction& f) {
  return fmt::format("ALTER FUNCTION {} {} PARALLEL {} {} {}LEAKPROOF;", f.signature,
                     f.volatility == 'i' ? "IMMUTABLE" : (f.volatility == 's' ? "STABLE" : "VOLATILE"),
                     f.parallel == 's' ? "SAFE" : (f.parallel == 'r' ? "RESTRICTED" : "UNSAFE"),
                     f.strict ? "STRICT" : "CALLED ON NULL INPUT", f.leakproof ? "" : "NOT ");
}

namespace {

// Returns those that were altered.
absl::StatusOr<std::vector<ExtensionFunction>> AlterExtensionFunctions(
    pg::Connection& staging, const std::vector<ExtensionFunction>& source) {
  ASSIGN_OR_RETURN(const std::vector<ExtensionFunction> here, ReadExtensionFunctions(staging));
  std::map<std::string, const ExtensionFunction*> by_signature;
  for (const ExtensionFunction& f : here) by_signature[f.signature] = &f;
  std::vector<ExtensionFunction> altered;
  std::string sql;
  for (const ExtensionFunction& f : source) {
    const auto found = by_signature.find(f.signature);
    if (found == by_signature.end()) continue;
    const ExtensionFunction& other = *found->second;
    if (f.volatility != other.volatility || f.parallel != other.parallel || f.strict != other.strict ||
        f.leakproof != other.leakproof) {
      sql += AlterSql(f);
      altered.push_back(f);
    }
  }
  if (!sql.empty()) RETURN_IF_ERROR(Annotate(staging.Run(sql), "altering functions of extensions"));
  return altered;
}

// Runs entries [begin, end) as one transaction; when it fails, one by one, so that the error names its entry.
absl::Status ApplyEntries(pg::Connection& staging, const std::vector<SchemaEntry>& entries, size_t begin,
                          size_t end) {
  std::string sql;
  for (size_t i = begin; i < end; ++i) sql += entries[i].sql;
  if (staging.Run(sql).ok()) return absl::OkStatus();
  for (size_t i = begin; i < end; ++i) {
    RETURN_IF_ERROR(Annotate(staging.Run(entries[i].sql),
                             fmt::format("creating {} {}", Lower(entries[i].type), entries[i].name)));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<SchemaEntry> SplitScript(std::string_view script) {
  std::vector<SchemaEntry> entries;
  size_t line_start = 0, copied = 0;
  for (size_t i = 0; i < script.size();) {
    const pg::SqlSpan span = pg::NextSqlToken(script, i);
    const std::string_view text = script.substr(i, span.end - i);
    SchemaEntry entry;
    const bool own_line = span.token == pg::SqlToken::kLineComment && i == line_start;
    if (own_line && ParseHeader(text, &entry)) {
      if (!entries.empty()) entries.back().sql += script.substr(copied, i - copied);
      entries.push_back(std::move(entry));
      copied = span.end;
    } else if (own_line) {
      if (!entries.empty()) entries.back().sql += script.substr(copied, i - copied);
      copied = span.end;
    } else if (text == "\\" && i == line_start) {
      // psql's \restrict and \unrestrict, which newer minor releases write around a script.
      const size_t end = std::min(script.find('\n', i), script.size());
      if (!entries.empty()) entries.back().sql += script.substr(copied, i - copied);
      copied = end;
      i = end;
      continue;
    }
    if (text == "\n") line_start = span.end;
    i = span.end;
  }
  if (!entries.empty()) entries.back().sql += script.substr(copied);
  return entries;
}

absl::StatusOr<Schema> DumpSchema(pg::Snapshot& snapshot, const std::string& dbname,
                                  const SchemaDumpOptions& options) {
  const int source_major = snapshot.connection().server_version() / 10000;
  ASSIGN_OR_RETURN(const Program dump, FindProgram("pg_dump", source_major));
  ASSIGN_OR_RETURN(const Program restore, FindProgram("pg_restore", dump.major));
  ASSIGN_OR_RETURN(const pg::ServiceFile service,
                   pg::ServiceFile::Create(snapshot.connection().raw(), options.private_directory, dbname));
  const std::string archive = options.private_directory + "/schema.dump";
  const RemoveAtEnd remove(archive);
  ProcessOptions run;
  run.argv = {dump.path, "--schema-only", "--format=custom", "--compress=0", "--no-owner", "--no-acl",
              "--no-publications", "--no-subscriptions", "--no-security-labels", "--no-password",
              fmt::format("--snapshot={}", snapshot.id()),
              // As pg::OpenSource: behind a DDL that waits, production's own users would wait for us.
              fmt::format("--lock-wait-timeout={}", pg::kSourceLockTimeout), "--file=" + archive,
              "--dbname=service=understudy"};
  run.environment = {service.Environment()};
  run.cancel = options.cancel;
  const absl::Status dumped = RunTool(run, "pg_dump").status();
  // pg_dump can't tell a snapshot whose holder was lost from one that never was.
  if (!dumped.ok()) RETURN_IF_ERROR(snapshot.Holds());
  RETURN_IF_ERROR(dumped);
  Schema schema;
  ASSIGN_OR_RETURN(const std::string pre, Section(restore, archive, "pre-data", options.cancel));
  ASSIGN_OR_RETURN(const std::string post, Section(restore, archive, "post-data", options.cancel));
  schema.pre_data = SplitScript(pre);
  schema.user_mappings =
      std::erase_if(schema.pre_data, [](const SchemaEntry& entry) { return entry.type == "USER MAPPING"; });
  schema.post_data = SplitScript(post);
  DeferToRows(&schema);
  return schema;
}

absl::Status PrepareStagingSession(pg::Connection& connection, const std::string& encoding) {
  return Annotate(
      connection.Run(fmt::format("SET client_encoding = {};"
                                 "SET search_path = '';"
                                 "SET check_function_bodies = off;"
                                 "SET standard_conforming_strings = on;"
                                 "SET xmloption = content;"
                                 "SET DateStyle = ISO;"
                                 "SET IntervalStyle = postgres;"
                                 // What the reading end writes (pg::OpenSource) must be read back as it was.
                                 "SET TimeZone = 'UTC';"
                                 "SET lc_monetary = 'C';"
                                 "SET array_nulls = on;"
                                 "SET row_security = off;"
                                 "SET statement_timeout = 0;"
                                 "SET lock_timeout = 0;"
                                 "SET client_min_messages = error;"
                                 // Nobody uses the database yet; publishing is what waits for the disk.
                                 "SET synchronous_commit = off;"
                                 "SET vacuum_cost_delay = 0;"
                                 "SET maintenance_work_mem = '256MB';",
                                 pg::QuoteLiteral(encoding)) +
                     pg::kNoTimeLimits),
      "preparing the session");
}

absl::StatusOr<std::vector<ExtensionFunction>> ApplyPreData(
    pg::Connection& staging, const Schema& schema, const std::vector<ExtensionFunction>& source_functions) {
  const std::vector<SchemaEntry>& entries = schema.pre_data;
  size_t extensions_end = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].type == "EXTENSION") extensions_end = i + 1;
  }
  RETURN_IF_ERROR(ApplyEntries(staging, entries, 0, extensions_end));
  std::vector<ExtensionFunction> altered;
  if (extensions_end > 0) {
    ASSIGN_OR_RETURN(altered, AlterExtensionFunctions(staging, source_functions));
  }
  for (size_t begin = extensions_end; begin < entries.size(); begin += kEntriesPerTransaction) {
    RETURN_IF_ERROR(
        ApplyEntries(staging, entries, begin, std::min(begin + kEntriesPerTransaction, entries.size())));
  }
  return altered;
}

}  // namespace understudy::clone
