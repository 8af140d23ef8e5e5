#include "drift/environment.h"

#include <algorithm>

#include "base/status.h"

namespace understudy::drift {
namespace {

// Settings that change what a statement returns, how long it takes, or whether it is let through.
constexpr const char* kSettingsSql =
    "SELECT 'setting.' || s.name, s.reset_val || COALESCE(' ' || NULLIF(s.unit, ''), '')"
    "  FROM pg_catalog.pg_settings s WHERE s.name LIKE 'enable\\_%' OR s.name IN ("
    "'DateStyle', 'IntervalStyle', 'TimeZone', 'lc_messages', 'lc_monetary', 'lc_numeric', 'lc_time',"
    "'default_text_search_config', 'search_path', 'extra_float_digits', 'bytea_output',"
    "'standard_conforming_strings', 'default_transaction_isolation', 'default_transaction_read_only',"
    "'row_security', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout',"
    "'transaction_timeout', 'deadlock_timeout', 'work_mem', 'hash_mem_multiplier', 'maintenance_work_mem',"
    "'shared_buffers', 'effective_cache_size', 'temp_buffers', 'random_page_cost', 'seq_page_cost',"
    "'cpu_tuple_cost', 'effective_io_concurrency', 'default_statistics_target', 'jit', 'jit_above_cost',"
    "'max_parallel_workers', 'max_parallel_workers_per_gather', 'max_parallel_maintenance_workers',"
    "'max_worker_processes', 'from_collapse_limit', 'join_collapse_limit', 'geqo', 'plan_cache_mode',"
    "'fsync', 'synchronous_commit', 'full_page_writes', 'wal_level', 'autovacuum', 'data_checksums',"
    "'max_connections', 'max_locks_per_transaction', 'max_prepared_transactions', 'block_size',"
    "'default_toast_compression', 'shared_preload_libraries', 'session_preload_libraries')";

constexpr const char* kServerSql =
    "SELECT 'postgresql', pg_catalog.current_setting('server_version')"
    " UNION ALL SELECT 'extension.' || e.extname, e.extversion FROM pg_catalog.pg_extension e"
    " UNION ALL SELECT x.key, x.value FROM pg_catalog.pg_database d, LATERAL (VALUES"
    "   ('encoding', pg_catalog.pg_encoding_to_char(d.encoding)::text), ('lc_collate', d.datcollate::text),"
    "   ('lc_ctype', d.datctype::text),"
    "   ('locale.provider', COALESCE(pg_catalog.to_jsonb(d)->>'datlocprovider', 'c')),"
    "   ('locale', COALESCE(pg_catalog.to_jsonb(d)->>'datlocale', pg_catalog.to_jsonb(d)->>'daticulocale')),"
    "   ('collation.database', pg_catalog.to_jsonb(d)->>'datcollversion')) AS x(key, value)"
    "   WHERE d.datname = pg_catalog.current_database() AND x.value IS NOT NULL"
    // The libraries' own version, even if no object of the database names it.
    " UNION ALL SELECT 'collation.' || c.collname, pg_catalog.pg_collation_actual_version(c.oid)"
    "   FROM pg_catalog.pg_collation c WHERE c.collname IN ('und-x-icu', 'en-x-icu', 'ucs_basic', 'C.utf8')"
    "   AND c.collnamespace = 'pg_catalog'::regnamespace"
    "   AND pg_catalog.pg_collation_actual_version(c.oid) IS NOT NULL";

constexpr const char* kHasModulesSql =
    "SELECT pg_catalog.count(*) = 3 FROM pg_catalog.pg_attribute a WHERE a.attname IN ('name', 'state',"
    " 'latest_version') AND NOT a.attisdropped AND a.attrelid ="
    " pg_catalog.to_regclass('public.ir_module_module')";
constexpr const char* kModulesSql =
    "SELECT 'module.' || name, COALESCE(latest_version, '') || CASE state WHEN 'installed' THEN '' ELSE"
    " ' (' || state || ')' END FROM public.ir_module_module"
    " WHERE state IN ('installed', 'to upgrade', 'to remove')";

absl::Status AddRows(pg::Connection& connection, const char* sql, EnvironmentFacts* facts) {
  absl::StatusOr<pg::Result> rows = connection.Exec(sql);
  if (!rows.ok()) return Annotate(rows.status(), "reading the environment");
  for (int i = 0; i < rows->rows(); ++i) (*facts)[rows->String(i, 0)] = rows->String(i, 1);
  return absl::OkStatus();
}

// "17.0.1.3" → "17.0"
std::string Series(std::string_view version) {
  const size_t first = version.find('.');
  if (first == std::string_view::npos) return std::string(version);
  return std::string(version.substr(0, version.find('.', first + 1)));
}

struct Class {
  std::string_view prefix;  // of the key
  std::string_view sentence;
};

// The first that fits.
constexpr Class kClasses[] = {
    {"postgresql",
     "Another version plans, sorts and reports errors in its own way: timings and the order of rows without "
     "ORDER BY may differ."},
    {"odoo", "Staging runs another Odoo series: code, views and data of the two are not the same."},
    {"module.",
     "The module's code or data are not those of production: a change that works here may fail there."},
    {"extension.", "Functions and operators of the extension may give other results or be missing."},
    {"collation.",
     "Text may sort and compare in another order, and an index on text built by one is not valid for the "
     "other."},
    {"encoding", "Texts are stored in another encoding: lengths and some characters may differ."},
    {"lc_collate",
     "Text sorts in another order: ORDER BY, ranges and unique indexes may behave differently."},
    {"lc_ctype", "Upper and lower case and classes of letters differ: ILIKE and regular expressions too."},
    {"locale", "Text sorts and compares by other rules."},
    {"setting.enable_", "The planner may choose other plans: timings are not comparable."},
    {"setting.statement_timeout", "A statement that one end cancels may pass on the other."},
    {"setting.lock_timeout", "A wait for a lock that one end gives up may succeed on the other."},
    {"setting.idle_in", "Sessions that one end cuts may live on the other."},
    {"setting.transaction_timeout", "A transaction that one end cuts may pass on the other."},
    {"setting.deadlock_timeout", "Deadlocks are noticed sooner or later than on production."},
    {"setting.DateStyle", "Dates are written and read in another form by sessions that don't set it."},
    {"setting.IntervalStyle", "Intervals are written in another form."},
    {"setting.TimeZone", "Times without a zone mean another moment: reports and jobs may shift by hours."},
    {"setting.lc_", "Numbers, amounts, dates or messages are written in another form."},
    {"setting.default_text", "Full-text search may find other words."},
    {"setting.search_path", "Names without a schema may mean other objects."},
    {"setting.default_transaction", "Concurrent changes may be seen, refused or retried differently."},
    {"setting.row_security", "Policies may hide other rows."},
    {"setting.fsync", "Writes have another cost and another safety: timings of writes are not comparable."},
    {"setting.synchronous", "Commits wait for other things: timings of writes are not comparable."},
    {"setting.full_page", "Writes have another cost: timings of writes are not comparable."},
    {"setting.wal_level", "Writes log more or less: timings of bulk writes are not comparable."},
    {"setting.autovacuum", "Statistics and dead rows are cared for differently: plans may drift apart."},
    {"setting.max_connections",
     "Staging takes more or fewer connections: load tests will find another limit."},
    {"setting.max_locks", "Large transactions may run out of locks on one end only."},
    {"setting.max_prepared", "Prepared transactions may be refused on one end only."},
    {"setting.block_size", "Pages have another size: sizes and plans are not comparable."},
    {"setting.default_toast", "Long values are compressed differently: sizes and timings differ."},
    {"setting.shared_preload", "Another set of server extensions is at work."},
    {"setting.session_preload", "Another set of server extensions is at work."},
    {"setting.data_checksums", "Reads and writes have another cost."},
    {"setting.bytea_output", "Binary values are written in another form by sessions that don't set it."},
    {"setting.extra_float", "Floating-point values may be written with fewer digits."},
    {"setting.standard_conforming", "Backslashes in text literals mean something else."},
    {"setting.", "The planner's choices and the memory of a query differ: timings are not comparable."},
};

}  // namespace

absl::StatusOr<EnvironmentFacts> ReadEnvironment(pg::Connection& connection) {
  EnvironmentFacts facts;
  RETURN_IF_ERROR(AddRows(connection, kServerSql, &facts));
  RETURN_IF_ERROR(AddRows(connection, kSettingsSql, &facts));
  absl::StatusOr<pg::Result> odoo = connection.Exec(kHasModulesSql);
  if (!odoo.ok()) return Annotate(odoo.status(), "reading the environment");
  if (odoo->rows() > 0 && odoo->Bool(0, 0)) {
    RETURN_IF_ERROR(AddRows(connection, kModulesSql, &facts));
    const auto base = facts.find("module.base");
    if (base != facts.end()) facts["odoo"] = Series(base->second);
  }
  return facts;
}

std::string Explain(std::string_view key) {
  for (const Class& known : kClasses) {
    if (key.starts_with(known.prefix)) return std::string(known.sentence);
  }
  return "What this may do is not known.";
}

record::Environment CompareEnvironments(const EnvironmentFacts& source, const EnvironmentFacts& staging) {
  record::Environment environment{source, staging, {}};
  const auto explain = [&environment](const EnvironmentFacts& one, const EnvironmentFacts& other) {
    for (const auto& [key, value] : one) {
      const auto found = other.find(key);
      if (found == other.end() || found->second != value) environment.explanations[key] = Explain(key);
    }
  };
  explain(source, staging);
  explain(staging, source);
  return environment;
}

}  // namespace understudy::drift
