#include "clone/hidden_database.h"

#include <fmt/format.h>

#include <ctime>
#include <thread>

#include "base/status.h"
#include "base/strings.h"
#include "pg/pooler.h"
#include "pg/quote.h"
#include "pg/snapshot.h"

namespace understudy::clone {
namespace {

// PostgreSQL's NAMEDATALEN - 1.
constexpr size_t kMaxName = 63;
// RENAME gives up after five seconds if sessions stay; we end them again and try this often.
constexpr int kPublishAttempts = 6;
constexpr int kTerminateEveryMs = 50;
// A server that is restarted is back within seconds or not soon.
constexpr int kAskAttempts = 15;
constexpr int kAskEveryMs = 1000;

std::string HiddenPrefix() { return "_understudy_"; }

// The staging's name as the end of another name, cut to fit behind `used` characters.
std::string Suffix(const std::string& name, size_t used) {
  return name.size() + used <= kMaxName ? name : name.substr(0, kMaxName - used);
}

std::string TerminateSql(const std::string& database) {
  return fmt::format(
      "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
      " WHERE datname = {} AND pid <> pg_catalog.pg_backend_pid()",
      pg::QuoteLiteral(database));
}

std::string UtcStamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%d%H%M%S", &parts);
  return text;
}

// Settings that name libraries or roles of production's server, or belong to us, are not carried over.
bool CarriedOver(std::string_view setting) {
  return !setting.ends_with("_preload_libraries") && setting != "role" &&
         setting != "session_authorization" && !setting.starts_with("understudy.");
}

std::string SettingsSql(const std::string& database, const DatabaseProperties& source) {
  const std::string name = pg::QuoteIdentifier(database);
  std::string sql;
  for (const auto& [setting, value] : source.settings) {
    if (!CarriedOver(setting)) continue;
    std::string quoted;
    for (const std::string_view part : Split(setting, '.')) {
      quoted += (quoted.empty() ? "" : ".") + pg::QuoteIdentifier(part);
    }
    // Lists (search_path) are stored as they were written, quotes included.
    const bool list = setting == "search_path" || setting == "DateStyle" || setting == "temp_tablespaces";
    sql += fmt::format("ALTER DATABASE {} SET {} = {};", name, quoted,
                       list && !value.empty() ? value : pg::QuoteLiteral(value));
  }
  if (!source.comment.empty()) {
    sql += fmt::format("COMMENT ON DATABASE {} IS {};", name, pg::QuoteLiteral(source.comment));
  }
  return sql;
}

// A session, for another one to find: a process id alone may come back as somebody else's.
absl::StatusOr<std::string> ConditionOf(pg::Connection& session) {
  ASSIGN_OR_RETURN(const pg::Result self,
                   session.Exec("SELECT pid, backend_start FROM pg_catalog.pg_stat_activity"
                                " WHERE pid = pg_catalog.pg_backend_pid()"));
  return fmt::format("pid = {} AND backend_start = {}", self.String(0, 0),
                     pg::QuoteLiteral(self.String(0, 1)));
}

// Whether the database with the oid `hidden` has become staging, asked anew; an error if nobody answers. What
// the session of `renamer` has not done by then it never does.
absl::StatusOr<bool> HasBecomeStaging(const StagingServer& server, uint32_t hidden,
                                      const std::string& renamer) {
  StagingServer asked(server);
  asked.cancel = nullptr;  // it must be known after a cancellation, too
  absl::Status status;
  for (int attempt = 0; attempt < kAskAttempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(kAskEveryMs));
    absl::StatusOr<std::unique_ptr<pg::Connection>> session = asked.OpenMaintenance();
    status = session.status();
    if (!session.ok()) continue;
    const absl::StatusOr<pg::Result> ended = (*session)->Exec(
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE " + renamer);
    status = ended.status();
    if (!ended.ok()) continue;
    if (ended->rows() > 0) {
      status = Unreachable("its session does not end");
      continue;
    }
    const absl::StatusOr<PublishedState> now = LookAtPublished(**session, server.name);
    if (now.ok()) return now->exists && now->oid == hidden;
    status = now.status();
  }
  return status;
}

// Ends the sessions of `database` from a second connection until `renamer` has its answer.
absl::Status RenameWhileTerminating(const StagingServer& server, pg::Connection& renamer,
                                    const std::string& sql, const std::string& database) {
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> terminator, server.OpenMaintenance());
  RETURN_IF_ERROR(terminator->Run(TerminateSql(database)));
  RETURN_IF_ERROR(renamer.SendQuery(sql));
  for (;;) {
    if (PQconsumeInput(renamer.raw()) == 0) return renamer.ConnectionError();
    if (PQisBusy(renamer.raw()) == 0) break;
    // Without it the renames may still succeed, and must not be left before their answer.
    terminator->Run(TerminateSql(database)).IgnoreError();
    std::this_thread::sleep_for(std::chrono::milliseconds(kTerminateEveryMs));
  }
  absl::Status status;
  for (;;) {
    ASSIGN_OR_RETURN(std::unique_ptr<pg::Result> result, renamer.NextResult());
    if (result == nullptr) return status;
    if (result->status() == PGRES_FATAL_ERROR && status.ok()) status = pg::Connection::ErrorOf(result->raw());
  }
}

// Databases <name>_previous_<stamp> of ours, newest first: by oid, which grows, and not by the time in their
// names, which a clock that was set back turns round.
absl::StatusOr<std::vector<std::string>> PreviousOnes(pg::Connection& maintenance, const std::string& name) {
  ASSIGN_OR_RETURN(
      const pg::Result rows,
      maintenance.Exec(fmt::format(
          "SELECT d.datname FROM pg_catalog.pg_database d JOIN pg_catalog.pg_db_role_setting s"
          " ON s.setdatabase = d.oid AND s.setrole = 0"
          " WHERE pg_catalog.starts_with(d.datname, {}) AND EXISTS (SELECT 1 FROM"
          " pg_catalog.unnest(s.setconfig) u WHERE u LIKE 'understudy.run=%') ORDER BY d.oid DESC",
          pg::QuoteLiteral(Suffix(name, 27) + "_previous_"))));
  std::vector<std::string> names;
  for (int i = 0; i < rows.rows(); ++i) names.push_back(rows.String(i, 0));
  return names;
}

// <name>_previous_<time>; two refreshes within a second must not want the same name.
absl::StatusOr<std::string> NameForPrevious(pg::Connection& maintenance, const std::string& name) {
  const std::string base = fmt::format("{}_previous_{}", Suffix(name, 27), UtcStamp());
  std::string candidate = base;
  for (int serial = 2;; ++serial) {
    ASSIGN_OR_RETURN(const PublishedState taken, LookAtPublished(maintenance, candidate));
    if (!taken.exists) return candidate;
    candidate = fmt::format("{}_{}", base, serial);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<pg::Connection>> StagingServer::Open(const std::string& database) const {
  pg::ConnOptions target(options);
  target["dbname"] = database;
  return pg::Connection::Open(target, cancel);
}

absl::StatusOr<std::unique_ptr<pg::Connection>> StagingServer::OpenMaintenance() const {
  absl::StatusOr<std::unique_ptr<pg::Connection>> connection = Open("postgres");
  if (!connection.ok()) {
    absl::StatusOr<std::unique_ptr<pg::Connection>> second = Open("template1");
    if (second.ok()) connection = std::move(second);
  }
  if (!connection.ok()) return connection.status();
  pg::ConnOptions maintenance(options);
  maintenance["dbname"] = PQdb((*connection)->raw());
  RETURN_IF_ERROR(pg::RefuseTransactionPooling(**connection, maintenance, cancel));
  RETURN_IF_ERROR((*connection)
                      ->Run(std::string("SET client_min_messages = error; SET statement_timeout = 0;") +
                            pg::kNoTimeLimits));
  return connection;
}

absl::StatusOr<PublishedState> LookAtPublished(pg::Connection& maintenance, const std::string& name) {
  ASSIGN_OR_RETURN(
      const pg::Result row,
      maintenance.Exec(fmt::format(
          "SELECT d.oid, pg_catalog.pg_get_userbyid(d.datdba), EXISTS (SELECT 1 FROM"
          " pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) u WHERE s.setdatabase = d.oid AND"
          " s.setrole = 0 AND u LIKE 'understudy.run=%') FROM pg_catalog.pg_database d WHERE d.datname = {}",
          pg::QuoteLiteral(name))));
  PublishedState state;
  if (row.rows() == 0) return state;
  state.exists = true;
  state.oid = static_cast<uint32_t>(row.Int(0, 0));
  state.owner = row.String(0, 1);
  state.ours = row.Bool(0, 2);
  return state;
}

absl::Status DropDatabase(pg::Connection& maintenance, const std::string& name) {
  ASSIGN_OR_RETURN(const PublishedState state, LookAtPublished(maintenance, name));
  if (!state.exists) return absl::OkStatus();
  // One whose dropping was cut short (a full disk) can't be altered any more, only dropped again.
  ASSIGN_OR_RETURN(const pg::Result templates,
                   maintenance.Exec(fmt::format("SELECT 1 FROM pg_catalog.pg_database WHERE datname = {} AND "
                                                "datistemplate",
                                                pg::QuoteLiteral(name))));
  if (templates.rows() > 0) {
    RETURN_IF_ERROR(Annotate(
        maintenance.Run(fmt::format("ALTER DATABASE {} IS_TEMPLATE false", pg::QuoteIdentifier(name))),
        name));
  }
  RETURN_IF_ERROR(maintenance.Run(TerminateSql(name)));
  return Annotate(
      maintenance.Run(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", pg::QuoteIdentifier(name))),
      fmt::format("dropping {}", name));
}

absl::Status TakeOverHidden(pg::Connection& maintenance, const std::string& hidden,
                            const std::string& staging_name, const std::string& old_run,
                            const std::string& new_run) {
  ASSIGN_OR_RETURN(
      const pg::Result found,
      maintenance.Exec(fmt::format(
          "SELECT 1 FROM pg_catalog.pg_database d JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = "
          "d.oid"
          " AND s.setrole = 0 WHERE d.datname = {} AND s.setconfig @> ARRAY['understudy.run=' || {},"
          " 'understudy.staging=' || {}]::text[]",
          pg::QuoteLiteral(hidden), pg::QuoteLiteral(old_run), pg::QuoteLiteral(staging_name))));
  if (found.rows() == 0) {
    return Refused("what the failed run kept is gone from the staging server; run without --resume");
  }
  RETURN_IF_ERROR(maintenance.Run(TerminateSql(hidden)));
  return maintenance.Run(fmt::format("ALTER DATABASE {} SET \"understudy\".\"run\" = {}",
                                     pg::QuoteIdentifier(hidden), pg::QuoteLiteral(new_run)));
}

absl::StatusOr<int> DropLeftovers(pg::Connection& maintenance, const std::string& staging_name,
                                  const std::string& keep) {
  // The mark holds the staging's whole name: the database's own name may be cut. A run that was lost before
  // it could set a mark left one without any setting; then its name is what tells.
  ASSIGN_OR_RETURN(
      const pg::Result rows,
      maintenance.Exec(fmt::format(
          "SELECT d.datname FROM pg_catalog.pg_database d WHERE pg_catalog.starts_with(d.datname, {0})"
          " AND (EXISTS (SELECT 1 FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) u"
          " WHERE s.setdatabase = d.oid AND s.setrole = 0 AND u = 'understudy.staging=' || {1})"
          " OR (pg_catalog.regexp_replace(d.datname, "
          "'^_understudy_[0-9]{{8}}T[0-9]{{6}}Z-[0-9a-f]+(_schema|_restored)?_',"
          " '') = {1} AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase ="
          " d.oid AND s.setrole = 0)))",
          pg::QuoteLiteral(HiddenPrefix()), pg::QuoteLiteral(staging_name))));
  int dropped = 0;
  for (int i = 0; i < rows.rows(); ++i) {
    if (rows.Get(i, 0) == keep) continue;
    RETURN_IF_ERROR(DropDatabase(maintenance, rows.String(i, 0)));
    ++dropped;
  }
  return dropped;
}

std::string HiddenName(const std::string& staging_name, const std::string& run_id) {
  const std::string prefix = HiddenPrefix() + run_id + "_";
  return prefix + Suffix(staging_name, prefix.size());
}

absl::StatusOr<std::string> CreateHidden(pg::Connection& maintenance, const DatabaseProperties& source,
                                         const std::string& staging_name, const std::string& run_id,
                                         const std::string& owner) {
  const std::string name = HiddenName(staging_name, run_id);
  const std::string quoted = pg::QuoteIdentifier(name);
  std::string sql = fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
                                quoted, pg::QuoteLiteral(source.encoding), pg::QuoteLiteral(source.collate),
                                pg::QuoteLiteral(source.ctype));
  if (source.provider == "i") {
    sql += fmt::format(" LOCALE_PROVIDER icu ICU_LOCALE {}", pg::QuoteLiteral(source.icu_locale));
  }
  if (!owner.empty()) sql += " OWNER " + pg::QuoteIdentifier(owner);
  // PUBLIC may connect to every new database: nobody may until that is revoked.
  sql += " IS_TEMPLATE true ALLOW_CONNECTIONS false";
  RETURN_IF_ERROR(Annotate(maintenance.Run(sql), "creating the hidden database"));
  const absl::Status marked =
      maintenance.Run(fmt::format("REVOKE ALL ON DATABASE {0} FROM PUBLIC;"
                                  "ALTER DATABASE {0} SET \"understudy\".\"run\" = {1};"
                                  "ALTER DATABASE {0} SET \"understudy\".\"staging\" = {2};"
                                  "ALTER DATABASE {0} ALLOW_CONNECTIONS true",
                                  quoted, pg::QuoteLiteral(run_id), pg::QuoteLiteral(staging_name)));
  if (!marked.ok()) DropDatabase(maintenance, name).IgnoreError();
  RETURN_IF_ERROR(Annotate(marked, "marking the hidden database"));
  return name;
}

absl::StatusOr<PublishResult> Publish(const StagingServer& server, const std::string& hidden,
                                      const DatabaseProperties& source) {
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> maintenance, server.OpenMaintenance());
  // The sessions that built the copy did not wait for the disk. The commit of the renames does, and it
  // flushes the log up to itself: what is published is durable with everything in it.
  RETURN_IF_ERROR(maintenance->Run("SET synchronous_commit = on"));
  PublishResult result;
  const std::string quoted = pg::QuoteIdentifier(hidden);
  RETURN_IF_ERROR(maintenance->Run(SettingsSql(hidden, source)));
  ASSIGN_OR_RETURN(const PublishedState ours, LookAtPublished(*maintenance, hidden));
  ASSIGN_OR_RETURN(const std::string session, ConditionOf(*maintenance));
  absl::Status renamed;
  for (int attempt = 0; attempt < kPublishAttempts; ++attempt) {
    ASSIGN_OR_RETURN(const PublishedState old, LookAtPublished(*maintenance, server.name));
    std::string sql = "BEGIN;";
    if (old.exists) {
      ASSIGN_OR_RETURN(result.previous, NameForPrevious(*maintenance, server.name));
      sql += fmt::format("ALTER DATABASE {} RENAME TO {};", pg::QuoteIdentifier(server.name),
                         pg::QuoteIdentifier(result.previous));
    }
    sql += fmt::format(
        "ALTER DATABASE {0} IS_TEMPLATE false;"
        "GRANT CONNECT, TEMPORARY ON DATABASE {0} TO PUBLIC;"
        "ALTER DATABASE {0} RESET \"understudy\".\"staging\";"
        "ALTER DATABASE {0} RENAME TO {1}; COMMIT",
        quoted, pg::QuoteIdentifier(server.name));
    renamed = RenameWhileTerminating(server, *maintenance, sql, old.exists ? server.name : hidden);
    if (renamed.ok()) break;
    maintenance->Run("ROLLBACK").IgnoreError();
    // 55006: the database is being accessed by other users. Anything else won't pass by waiting.
    if (SqlStateOf(renamed) != "55006") break;
  }
  if (!renamed.ok() && maintenance->broken()) {
    const absl::StatusOr<bool> done = HasBecomeStaging(server, ours.oid, session);
    result.lost = done.status();
    if (!done.ok() || *done) return result;
  }
  RETURN_IF_ERROR(Annotate(renamed, "publishing"));
  return result;
}

absl::StatusOr<std::vector<std::string>> DropOlder(const StagingServer& server, int keep_previous) {
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> maintenance, server.OpenMaintenance());
  ASSIGN_OR_RETURN(const std::vector<std::string> previous, PreviousOnes(*maintenance, server.name));
  std::vector<std::string> dropped;
  for (size_t i = static_cast<size_t>(keep_previous); i < previous.size(); ++i) {
    RETURN_IF_ERROR(DropDatabase(*maintenance, previous[i]));
    dropped.push_back(previous[i]);
  }
  return dropped;
}

}  // namespace understudy::clone
