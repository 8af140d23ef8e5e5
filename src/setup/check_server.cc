// The checks that ask the two servers.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/statvfs.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "base/strings.h"
#include "clone/catalog.h"
#include "clone/programs.h"
#include "setup/checklist.h"

namespace understudy::setup {
namespace {

constexpr int kVersionsPerMajor = 10000;               // PQserverVersion: 150020
constexpr int kProbeRows = 32, kProbeBytes = 1 << 20;  // 32 MB, a second on a slow line
constexpr double kSlow = 10e6;                         // bytes a second: a terabyte takes more than a day
constexpr double kRoomToSpare = 1.1;  // indexes are packed anew, WAL and temporary files come on top

// Free bytes where `path` is or would be; -1 if it can't be told.
int64_t FreeBytes(const std::string& path) {
  std::filesystem::path at(path);
  std::error_code error;
  while (!at.empty() && at.has_relative_path() && !std::filesystem::exists(at, error)) at = at.parent_path();
  struct statvfs facts {};
  if (::statvfs(at.c_str(), &facts) != 0) return -1;
  return static_cast<int64_t>(facts.f_bavail * facts.f_frsize);
}

void CheckRoom(Checklist& list, const std::string& what, const std::string& path, uint64_t bytes) {
  const int64_t free = FreeBytes(path);
  const auto need = static_cast<int64_t>(static_cast<double>(bytes) * kRoomToSpare);
  if (free < 0) {
    list.Warning(record::WarningKind::kDiskUnknown, "disk",
                 fmt::format("{}: {} cannot be looked at; about {} are needed", what, path,
                             HumanBytes(static_cast<uint64_t>(need))));
  } else if (free < need) {
    list.Blocking("disk", fmt::format("{}: {} has {} free and about {} are needed; make room or use another "
                                      "disk",
                                      what, path, HumanBytes(static_cast<uint64_t>(free)),
                                      HumanBytes(static_cast<uint64_t>(need))));
  } else {
    list.Ok("disk", fmt::format("{}: {} free, about {} needed", what, HumanBytes(static_cast<uint64_t>(free)),
                                HumanBytes(static_cast<uint64_t>(need))));
  }
}

bool IsLocal(pg::Connection& connection) {
  const std::string host = PQhost(connection.raw());
  return host.empty() || host[0] == '/' || host == "localhost" || host == "127.0.0.1" || host == "::1";
}

}  // namespace

absl::Status CheckTableRights(Checklist& list) {
  ASSIGN_OR_RETURN(
      const pg::Result rows,
      list.source->Exec(
          "SELECT count(*), min(c.oid::regclass::text), current_user FROM pg_catalog.pg_class c"
          " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          " WHERE c.relkind IN ('r', 'p', 'm', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> "
          "'information_schema'"
          " AND c.relpersistence = 'p' AND NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND"
          " CASE c.relkind WHEN 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT')"
          " ELSE pg_catalog.has_table_privilege(c.oid, 'SELECT') END)"));
  if (rows.Int(0, 0) > 0) {
    list.Blocking("rights",
                  fmt::format("source: role {0} may not read {1} of the relations ({2} is one); run GRANT "
                              "pg_read_all_data TO {0} there",
                              rows.String(0, 2), rows.Int(0, 0), rows.String(0, 1)));
  } else {
    list.Ok("rights", fmt::format("source: role {} may read every table", rows.String(0, 2)));
  }
  ASSIGN_OR_RETURN(const pg::Result policies,
                   list.source->Exec("SELECT count(*), min(oid::regclass::text), current_user"
                                     " FROM pg_catalog.pg_class WHERE pg_catalog.row_security_active(oid)"
                                     " AND relkind IN ('r', 'p')"));
  if (policies.Int(0, 0) > 0) {
    list.Blocking("rights",
                  fmt::format("source: row security hides rows of {0} from role {1}; run ALTER ROLE "
                              "{1} BYPASSRLS there",
                              policies.String(0, 1), policies.String(0, 2)));
  }
  return absl::OkStatus();
}

absl::Status CheckVersions(Checklist& list) {
  const int source = list.source->server_version() / kVersionsPerMajor;
  for (const char* name : {"pg_dump", "pg_restore"}) {
    const auto program = clone::FindProgram(name, source);
    if (!program.ok()) {
      list.Blocking("programs", MessageOf(program.status()));
    } else {
      list.Ok("programs", fmt::format("{} {}: {}", name, program->major, program->path));
    }
  }
  if (list.context.maintenance == nullptr) return absl::OkStatus();
  const int staging = list.context.maintenance->server_version() / kVersionsPerMajor;
  if (staging < source) {
    list.Warning(
        record::WarningKind::kServerVersions, "versions",
        fmt::format("staging's PostgreSQL {} is older than production's {}: what is new may not load; "
                    "install version {} there",
                    staging, source, source));
  } else if (staging > source) {
    list.Warning(record::WarningKind::kServerVersions, "versions",
                 fmt::format("staging's PostgreSQL {} is newer than production's {}: plans and "
                             "behaviour may differ; install version {} there",
                             staging, source, source));
  } else {
    list.Ok("versions", fmt::format("both ends have PostgreSQL {}", source));
  }
  return absl::OkStatus();
}

absl::Status CheckExtensions(Checklist& list) {
  ASSIGN_OR_RETURN(
      const pg::Result there,
      list.context.maintenance->Exec("SELECT DISTINCT name, bool_or(trusted) OVER (PARTITION BY name)"
                                     " FROM pg_catalog.pg_available_extension_versions"));
  ASSIGN_OR_RETURN(const pg::Result super,
                   list.context.maintenance->Exec(
                       "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"));
  std::map<std::string, bool> available;
  for (int i = 0; i < there.rows(); ++i) available[there.String(i, 0)] = there.Bool(i, 1);
  ASSIGN_OR_RETURN(const pg::Result wanted,
                   list.source->Exec("SELECT extname FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'"
                                     " ORDER BY 1"));
  size_t bad = 0;
  std::vector<std::string> names;
  for (int i = 0; i < wanted.rows(); ++i) {
    const std::string name = wanted.String(i, 0);
    names.push_back(name);
    const auto found = available.find(name);
    if (found == available.end()) {
      ++bad;
      list.Blocking("extensions", fmt::format("extension {} is not on staging's server; install the package "
                                              "that has it (postgresql-contrib has Odoo's own)",
                                              name));
    } else if (!found->second && !super.Bool(0, 0)) {
      ++bad;
      list.Blocking(
          "extensions",
          fmt::format("extension {} may only be created by a superuser; let staging's role be one, or "
                      "create it in template0's copy by hand",
                      name));
    }
  }
  if (bad == 0) {
    list.Ok("extensions", names.empty() ? "production has none"
                                        : fmt::format("staging's server has {}", fmt::join(names, ", ")));
  }
  return absl::OkStatus();
}

absl::Status CheckCollation(Checklist& list) {
  ASSIGN_OR_RETURN(const clone::DatabaseProperties source, clone::ReadDatabaseProperties(*list.source));
  const bool built_in = source.collate == "C" || source.collate == "POSIX";
  const bool icu = source.provider == "i";
  const std::string query = fmt::format(
      "SELECT max(pg_catalog.pg_collation_actual_version(oid)), count(*) FROM pg_catalog.pg_collation WHERE "
      "{}",
      icu ? "collprovider = 'i'" : "collprovider = 'c' AND replace(lower(collcollate), '-', '') = $1");
  std::string key = Lower(source.collate);
  std::erase(key, '-');
  const std::vector<const char*> parameters =
      icu ? std::vector<const char*>() : std::vector<const char*>{key.c_str()};
  ASSIGN_OR_RETURN(const pg::Result theirs, list.source->ExecParams(query, parameters));
  ASSIGN_OR_RETURN(const pg::Result ours, list.context.maintenance->ExecParams(query, parameters));
  if (!built_in && ours.Int(0, 1) == 0) {
    list.Blocking("collation", fmt::format("staging's server does not have the locale {}; run locale-gen {} "
                                           "there and restart PostgreSQL",
                                           source.collate, source.collate));
  } else if (theirs.Get(0, 0) != ours.Get(0, 0)) {
    list.Warning(record::WarningKind::kCollationVersion, "collation",
                 fmt::format("{} is of version {} in production and {} on staging: texts may sort "
                             "differently; use the same operating system release",
                             source.collate, theirs.String(0, 0), ours.String(0, 0)));
  } else {
    list.Ok("collation", fmt::format("{}, {}, the same on both ends", source.encoding, source.collate));
  }
  return absl::OkStatus();
}

absl::Status CheckDisk(Checklist& list) {
  pg::Connection& staging = *list.context.maintenance;
  const uint64_t bytes = list.record.source.bytes;
  const auto directory = staging.Exec("SELECT pg_catalog.current_setting('data_directory')");
  if (!directory.ok() || !IsLocal(staging)) {
    list.Warning(record::WarningKind::kDiskUnknown, "disk",
                 fmt::format("staging's server is not seen from here; it needs about {} free",
                             HumanBytes(static_cast<uint64_t>(static_cast<double>(bytes) * kRoomToSpare))));
  } else {
    CheckRoom(list, "staging's server", directory->String(0, 0), bytes);
  }
  const auto& odoo = list.config().odoo;
  if (!odoo.has_value() || odoo->filestore_staging.empty() || list.source == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const pg::Result table,
                   list.source->Exec("SELECT pg_catalog.to_regclass('public.ir_attachment') IS NOT NULL"));
  if (!table.Bool(0, 0) || odoo->filestore_staging.find(":/") != std::string::npos) return absl::OkStatus();
  ASSIGN_OR_RETURN(const pg::Result files,
                   list.source->Exec("SELECT coalesce(sum(size), 0) FROM (SELECT max(file_size) AS size FROM"
                                     " public.ir_attachment WHERE store_fname IS NOT NULL GROUP BY"
                                     " store_fname) f"));
  CheckRoom(list, "staging's filestore", odoo->filestore_staging, static_cast<uint64_t>(files.Int(0, 0)));
  return absl::OkStatus();
}

absl::Status CheckSpeed(Checklist& list) {
  const auto start = std::chrono::steady_clock::now();
  RETURN_IF_ERROR(list.source->Run("SELECT 1"));
  const auto asked = std::chrono::steady_clock::now();
  RETURN_IF_ERROR(list.source
                      ->Exec(fmt::format("SELECT pg_catalog.repeat('x', {}) FROM"
                                         " pg_catalog.generate_series(1, {})",
                                         kProbeBytes, kProbeRows))
                      .status());
  const std::chrono::duration<double> trip = asked - start;
  const std::chrono::duration<double> read = std::chrono::steady_clock::now() - asked;
  const double rate = double{kProbeBytes} * kProbeRows / read.count();
  const std::string text = fmt::format("the source answers in {:.1f} ms and sends {}/s on one connection",
                                       trip.count() * 1e3, HumanBytes(static_cast<uint64_t>(rate)));
  if (rate < kSlow) {
    list.Warning(record::WarningKind::kNetworkSlow, "network",
                 fmt::format("{}: its {} will take {} or more; run closer to it", text,
                             HumanBytes(list.record.source.bytes),
                             HumanSeconds(static_cast<double>(list.record.source.bytes) / rate)));
  } else {
    list.Ok("network", text);
  }
  return absl::OkStatus();
}

}  // namespace understudy::setup
