// Staging as a file: the hidden database is built, proved and neutralised on a server as always, then dumped
// into the backup and dropped, instead of being published.
#include "refresh/backup_sink.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/process.h"
#include "base/status.h"
#include "base/strings.h"
#include "clone/programs.h"
#include "dump/sink_file.h"
#include "refresh/filestore_work.h"

namespace understudy::refresh {
namespace {

absl::Status DumpHidden(RunContext& context, dump::SinkFile& sink) {
  ASSIGN_OR_RETURN(const auto session, context.OpenHidden(&context.cancel));
  ASSIGN_OR_RETURN(const clone::Program program,
                   clone::FindProgram("pg_dump", session->server_version() / 10000));
  ASSIGN_OR_RETURN(const pg::ServiceFile service,
                   pg::ServiceFile::Create(session->raw(), context.private_directory, context.hidden));
  ProcessOptions run;
  run.argv = {program.path, "--no-owner", "--no-acl", "--no-password", "--dbname=service=understudy"};
  run.environment = {service.Environment()};
  run.cancel = &context.cancel;
  run.on_output = [&](std::string_view piece) { return sink.Write(piece); };
  ASSIGN_OR_RETURN(const ProcessResult result, RunProcess(run));
  if (result.exit_code == 0) return absl::OkStatus();
  const std::string_view errors = result.errors;
  return Failed(fmt::format("pg_dump ended with code {}: {}", result.exit_code,
                            Trim(errors.substr(0, errors.find('\n')))));
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

absl::Status AddFiles(const RunContext& context, dump::SinkFile& sink) {
  if (context.filestore == nullptr || context.filestore->stage == nullptr) return absl::OkStatus();
  const std::string& root = context.filestore->stage->path();
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.is_regular_file()) names.push_back(std::filesystem::relative(entry.path(), root).string());
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const std::string content, ReadFile(root + "/" + name));
    RETURN_IF_ERROR(sink.Begin("filestore/" + name, static_cast<int64_t>(content.size())));
    RETURN_IF_ERROR(sink.Write(content));
  }
  return absl::OkStatus();
}

}  // namespace

bool ToFile(const RunContext& context) { return !context.options.config.staging.backup.empty(); }

absl::Status WriteBackup(RunContext& context) {
  const std::string& path = context.options.config.staging.backup;
  ASSIGN_OR_RETURN(const auto sink, dump::SinkFile::Create(path));
  RETURN_IF_ERROR(sink->Begin("dump.sql", -1));
  RETURN_IF_ERROR(Annotate(DumpHidden(context, *sink), "staging"));
  if (dump::IsZipName(path)) {
    RETURN_IF_ERROR(AddFiles(context, *sink));
    const std::string manifest = Manifest(context);
    RETURN_IF_ERROR(sink->Begin("manifest.json", static_cast<int64_t>(manifest.size())));
    RETURN_IF_ERROR(sink->Write(manifest));
  }
  if (context.cancel.cancelled()) return Cancelled();
  return sink->Commit();
}

}  // namespace understudy::refresh
