#include "clone/catalog.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/status.h"
#include "pg/quote.h"

namespace understudy::clone {
namespace {

// Members of extensions only where the extension says that the value is the user's (extconfig), as with
// tables.
constexpr const char* kSequencesSql =
    "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
    "c.relnamespace"
    " WHERE c.relkind = 'S' AND c.relpersistence <> 't'"
    "   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(temp|toast)'"
    "   AND (NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = "
    "'pg_catalog.pg_class'::regclass"
    "                     AND d.objid = c.oid AND d.deptype = 'e')"
    "        OR EXISTS (SELECT 1 FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)))"
    " ORDER BY 1, 2";
// A UNION ALL of so many arms is still planned in milliseconds.
constexpr size_t kSequencesPerQuery = 200;

// Materialised views, those that others read first: the depth over pg_depend through rewrite rules.
constexpr const char* kMatviewsSql =
    "WITH RECURSIVE mv AS ("
    "  SELECT c.oid, n.nspname, c.relname, c.relispopulated FROM pg_catalog.pg_class c"
    "    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm'),"
    " edge AS ("
    "  SELECT DISTINCT r.ev_class AS child, d.refobjid AS parent FROM pg_catalog.pg_rewrite r"
    "    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid"
    "     AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class),"
    " walk(oid, ancestor, depth) AS ("
    "  SELECT mv.oid, mv.oid, 0 FROM mv UNION"
    "  SELECT w.oid, e.parent, w.depth + 1 FROM walk w JOIN edge e ON e.child = w.ancestor WHERE w.depth < "
    "64)"
    " SELECT mv.nspname, mv.relname, mv.relispopulated FROM mv ORDER BY"
    "  (SELECT pg_catalog.max(w.depth) FROM walk w JOIN pg_catalog.pg_class c ON c.oid = w.ancestor"
    "    WHERE w.oid = mv.oid AND c.relkind = 'm'), mv.oid";

constexpr const char* kExtensionFunctionsSql =
    "SELECT e.extname, p.oid::regprocedure::text, p.provolatile, p.proparallel, p.proisstrict, p.proleakproof"
    "  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid"
    "  JOIN pg_catalog.pg_proc p ON p.oid = d.objid"
    " WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.refclassid = 'pg_catalog.pg_extension'::regclass"
    "   AND d.deptype = 'e' ORDER BY 1, 2";

constexpr const char* kDatabaseSql =
    "SELECT d.oid, d.datname, pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,"
    "       COALESCE(pg_catalog.to_jsonb(d)->>'datlocprovider', 'c'),"
    "       COALESCE(pg_catalog.to_jsonb(d)->>'datlocale', pg_catalog.to_jsonb(d)->>'daticulocale', ''),"
    "       pg_catalog.pg_get_userbyid(d.datdba),"
    "       COALESCE(pg_catalog.shobj_description(d.oid, 'pg_database'), '')"
    "  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

constexpr const char* kSettingsSql =
    "SELECT pg_catalog.unnest(s.setconfig) FROM pg_catalog.pg_db_role_setting s"
    "  JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase"
    " WHERE d.datname = pg_catalog.current_database() AND s.setrole = 0";

absl::Status ReadMatviews(pg::Connection& connection, Catalog* catalog) {
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(kMatviewsSql));
  for (int i = 0; i < rows.rows(); ++i) {
    catalog->matviews.push_back({rows.String(i, 0), rows.String(i, 1), rows.Bool(i, 2)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Sequence>> ReadSequences(pg::Connection& connection) {
  ASSIGN_OR_RETURN(const pg::Result names, connection.Exec(kSequencesSql));
  std::vector<Sequence> sequences;
  for (int i = 0; i < names.rows(); ++i) sequences.push_back({names.String(i, 0), names.String(i, 1)});
  for (size_t begin = 0; begin < sequences.size(); begin += kSequencesPerQuery) {
    const size_t end = std::min(begin + kSequencesPerQuery, sequences.size());
    std::string sql;
    for (size_t i = begin; i < end; ++i) {
      sql += fmt::format("{}SELECT {}, last_value, is_called FROM {}", i == begin ? "" : " UNION ALL ", i,
                         pg::QuoteRelation(sequences[i].schema, sequences[i].name));
    }
    ASSIGN_OR_RETURN(const pg::Result values, connection.Exec(sql));
    for (int row = 0; row < values.rows(); ++row) {
      Sequence& sequence = sequences[static_cast<size_t>(values.Int(row, 0))];
      sequence.last_value = values.Int(row, 1);
      sequence.is_called = values.Bool(row, 2);
    }
  }
  return sequences;
}

absl::StatusOr<std::vector<ExtensionFunction>> ReadExtensionFunctions(pg::Connection& connection) {
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(kExtensionFunctionsSql));
  std::vector<ExtensionFunction> functions;
  for (int i = 0; i < rows.rows(); ++i) {
    functions.push_back({rows.String(i, 0), rows.String(i, 1), rows.Get(i, 2)[0], rows.Get(i, 3)[0],
                         rows.Bool(i, 4), rows.Bool(i, 5)});
  }
  return functions;
}

absl::StatusOr<DatabaseProperties> ReadDatabaseProperties(pg::Connection& connection) {
  ASSIGN_OR_RETURN(const pg::Result row, connection.Exec(kDatabaseSql));
  if (row.rows() != 1) return Failed("pg_database has no row for the current database");
  DatabaseProperties properties;
  properties.oid = static_cast<uint32_t>(row.Int(0, 0));
  properties.name = row.String(0, 1);
  properties.encoding = row.String(0, 2);
  properties.collate = row.String(0, 3);
  properties.ctype = row.String(0, 4);
  properties.provider = row.String(0, 5);
  properties.icu_locale = row.String(0, 6);
  properties.owner = row.String(0, 7);
  properties.comment = row.String(0, 8);
  ASSIGN_OR_RETURN(const pg::Result settings, connection.Exec(kSettingsSql));
  for (int i = 0; i < settings.rows(); ++i) {
    const std::string setting = settings.String(i, 0);
    const size_t equals = setting.find('=');
    if (equals != std::string::npos) {
      properties.settings.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
    }
  }
  return properties;
}

absl::StatusOr<Catalog> ReadCatalog(pg::Connection& connection) {
  Catalog catalog;
  catalog.facts.server_version = connection.server_version();
  std::map<uint32_t, rules::Type> types;
  RETURN_IF_ERROR(Annotate(ReadTypes(connection, &types), "reading the types"));
  RETURN_IF_ERROR(Annotate(ReadRelations(connection, types, &catalog), "reading the tables"));
  RETURN_IF_ERROR(Annotate(ReadOdoo(connection, &catalog), "reading Odoo's own tables"));
  RETURN_IF_ERROR(Annotate(ReadMatviews(connection, &catalog), "reading the materialised views"));
  ASSIGN_OR_RETURN(catalog.extension_functions, ReadExtensionFunctions(connection));
  ASSIGN_OR_RETURN(catalog.database, ReadDatabaseProperties(connection));
  ASSIGN_OR_RETURN(const pg::Result objects,
                   connection.Exec("SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata"));
  catalog.large_objects = static_cast<uint64_t>(objects.Int(0, 0));
  return catalog;
}

}  // namespace understudy::clone
