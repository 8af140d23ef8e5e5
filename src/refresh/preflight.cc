// Refuses early: everything that can be known before anything is written.
#include "refresh/preflight.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "base/file.h"
#include "base/status.h"
#include "copyformat/batch.h"
#include "dump/sink_file.h"
#include "pg/quote.h"
#include "pg/snapshot.h"
#include "refresh/backup_sink.h"
#include "refresh/backup_source.h"
#include "refresh/checkpoint.h"
#include "refresh/context.h"

namespace understudy::refresh {
namespace {

// Two lanes are the least that overlap reading and loading; more than this many sessions on one server
// gain nothing (measured rates: a target core takes 45–190 MB/s).
constexpr int kMaxDefaultLanes = 32;

struct ServerIdentity {
  std::string system_identifier;
  std::string version;
};

absl::StatusOr<ServerIdentity> Identify(pg::Connection& connection) {
  ASSIGN_OR_RETURN(const pg::Result row,
                   connection.Exec("SELECT (SELECT system_identifier FROM pg_catalog.pg_control_system()),"
                                   " pg_catalog.current_setting('server_version')"));
  return ServerIdentity{row.String(0, 0), row.String(0, 1)};
}

}  // namespace

absl::Status ReadSource(RunContext& context, SourceIdentity* identity_out) {
  if (!context.options.config.source.backup.empty()) {
    const std::string& path = context.options.config.source.backup;
    std::error_code error;
    if (!std::filesystem::exists(path, error))
      return Unreachable(fmt::format("no backup at {}; correct source.backup", path));
    const auto bytes = std::filesystem::is_directory(path) ? 0 : std::filesystem::file_size(path, error);
    context.record.source = {"backup", path, std::filesystem::path(path).filename().string(),
                             "",       "",   error ? 0 : bytes};
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(context.source, pg::ParseConninfo(context.options.config.source.database));
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> source, pg::OpenSource(context.source, &context.cancel));
  ASSIGN_OR_RETURN(const ServerIdentity identity, Identify(*source));
  ASSIGN_OR_RETURN(const clone::DatabaseProperties properties, clone::ReadDatabaseProperties(*source));
  ASSIGN_OR_RETURN(const pg::Result size,
                   source->Exec("SELECT pg_catalog.pg_database_size(pg_catalog.current_database())"));
  *identity_out = {properties.oid, identity.system_identifier};
  record::End& end = context.record.source;
  end = {"database",       pg::Describe(context.source), properties.name,
         identity.version, identity.system_identifier,   static_cast<uint64_t>(size.Int(0, 0))};
  return absl::OkStatus();
}

absl::Status CheckRights(pg::Connection& maintenance) {
  ASSIGN_OR_RETURN(const pg::Result row,
                   maintenance.Exec("SELECT rolsuper OR rolcreatedb, rolname, pg_catalog.pg_is_in_recovery()"
                                    " FROM pg_catalog.pg_roles WHERE rolname = current_user"));
  if (row.rows() == 1 && row.Bool(0, 2)) {
    return Refused("staging: the server is a standby, which takes no writes; name its primary");
  }
  if (row.rows() == 1 && row.Bool(0, 0)) return absl::OkStatus();
  return WithExit(
      Failed(fmt::format("staging: role {0} may not create databases; run ALTER ROLE {0} CREATEDB there",
                         row.rows() == 1 ? row.String(0, 1) : "?")),
      ExitClass::kRefused);
}

// The server where the copy is built.
absl::StatusOr<pg::ConnOptions> ServerOf(RunContext& context) {
  const StagingConfig& config = context.options.config.staging;
  if (!ToFile(context)) return pg::ParseConninfo(config.database);
  if (!config.server.empty()) return pg::ParseConninfo(config.server);
  ASSIGN_OR_RETURN(context.throwaway, clone::ThrowawayServer::Start(&context.cancel));
  return context.throwaway->options();
}

absl::Status OpenStaging(RunContext& context) {
  clone::StagingServer& staging = context.staging;
  const StagingConfig& config = context.options.config.staging;
  if (ToFile(context)) {
    ASSIGN_OR_RETURN(context.sink, dump::SinkFile::Create(config.backup));
  }
  ASSIGN_OR_RETURN(staging.options, ServerOf(context));
  staging.cancel = &context.cancel;
  // A name of its own: two files that are made at the same time on one server don't meet.
  staging.name = ToFile(context) ? "understudy_" + std::filesystem::path(config.backup).filename().string()
                                 : staging.options["dbname"];
  if (staging.name.empty()) {
    return UsageError("staging.database names no database; add dbname=… (the name to publish under)");
  }
  ASSIGN_OR_RETURN(context.maintenance, staging.OpenMaintenance());
  return absl::OkStatus();
}

absl::Status CheckStagingIsOurs(RunContext& context, const SourceIdentity& source) {
  ASSIGN_OR_RETURN(const ServerIdentity identity, Identify(*context.maintenance));
  ASSIGN_OR_RETURN(context.published, clone::LookAtPublished(*context.maintenance, context.staging.name));
  record::End& end = context.record.staging;
  const bool file = ToFile(context);
  end = {file ? "backup" : "database",
         file ? context.options.config.staging.backup : pg::Describe(context.staging.options),
         context.staging.name,
         identity.version,
         identity.system_identifier,
         0};
  if (context.published.exists && identity.system_identifier == source.system_identifier &&
      context.published.oid == source.oid) {
    return Refused(fmt::format("source and staging are the same database ({}); staging must be another one",
                               context.staging.name));
  }
  if (context.published.exists && !context.published.ours && !context.options.adopt) {
    return Refused(
        fmt::format("staging database {} exists and was not made by Understudy; choose another name, or "
                    "pass --adopt to replace it (it is kept as {}_previous_…)",
                    context.staging.name, context.staging.name));
  }
  return absl::OkStatus();
}

namespace {

// One run at a time for one staging, whichever machine it is started on: the session that holds the lock
// lives as long as the run.
absl::Status LockStaging(RunContext& context) {
  const std::string name = "understudy/" + context.staging.name;
  const auto key = static_cast<int64_t>(XXH3_64bits(name.data(), name.size()));
  ASSIGN_OR_RETURN(const pg::Result row,
                   context.maintenance->Exec(fmt::format("SELECT pg_catalog.pg_try_advisory_lock({})", key)));
  if (row.Bool(0, 0)) return absl::OkStatus();
  return Refused(
      fmt::format("another run is refreshing {} now; wait for it or stop it", context.staging.name));
}

// The caller holds the state lock, so a private directory that is there belongs to a run that was killed.
absl::Status MakePrivateDirectory(RunContext& context) {
  const std::string state = context.options.config.state;
  RETURN_IF_ERROR(MakeDirectories(state));
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(state, ignored)) {
    if (entry.path().filename().string().starts_with("private."))
      std::filesystem::remove_all(entry.path(), ignored);
  }
  context.private_directory = fmt::format("{}/private.{}", state, context.options.run_id);
  if (::mkdir(context.private_directory.c_str(), 0700) != 0) {
    return ErrnoStatus("making directory", context.private_directory, errno);
  }
  return absl::OkStatus();
}

}  // namespace

int LanesOfRefresh(uint32_t jobs) {
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  return jobs != 0 ? static_cast<int>(jobs) : std::clamp(cores, 2, kMaxDefaultLanes);
}

absl::Status Preflight(RunContext& context) {
  StageScope stage(context, "preflight");
  RETURN_IF_ERROR(context.watches());
  context.lanes = LanesOfRefresh(context.options.config.jobs);
  SourceIdentity source;
  context.record.limits.lanes = static_cast<uint32_t>(context.lanes);
  context.record.limits.workers = static_cast<uint32_t>(context.lanes);
  context.record.limits.batch_bytes = copyformat::kBatchBytes;
  RETURN_IF_ERROR(Annotate(ReadSource(context, &source), "source"));
  RETURN_IF_ERROR(Annotate(OpenStaging(context), "staging"));
  RETURN_IF_ERROR(CheckRights(*context.maintenance));
  RETURN_IF_ERROR(LockStaging(context));
  RETURN_IF_ERROR(CheckStagingIsOurs(context, source));
  RETURN_IF_ERROR(LoadCheckpoint(context));
  const std::string kept = context.resumed.has_value() ? context.resumed->options["hidden"] : "";
  ASSIGN_OR_RETURN(const int leftovers,
                   clone::DropLeftovers(*context.maintenance, context.staging.name, kept));
  if (leftovers > 0) {
    context.listener.Info(fmt::format("dropped {} hidden database{} that an earlier run left", leftovers,
                                      leftovers == 1 ? "" : "s"));
  }
  return MakePrivateDirectory(context);
}

}  // namespace understudy::refresh
