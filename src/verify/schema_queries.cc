#include "verify/schema_queries.h"

#include <fmt/format.h>

namespace understudy::verify {
namespace {

// Objects of the user's: no system schema, no temporary one, no member of an extension.
std::string Mine(const char* catalogue, const char* oid, const char* schema) {
  return fmt::format(
      "{2} !~ '^pg_(toast|temp|catalog)' AND {2} <> 'information_schema' AND NOT EXISTS"
      " (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.{0}'::regclass AND e.objid = {1}"
      "   AND e.deptype = 'e')",
      catalogue, oid, schema);
}

std::string Comment(const char* catalogue, const char* oid, const char* sub = "0") {
  return fmt::format(
      "(SELECT d.description FROM pg_catalog.pg_description d WHERE d.classoid ="
      " 'pg_catalog.{}'::regclass AND d.objoid = {} AND d.objsubid = {}) AS comment",
      catalogue, oid, sub);
}

std::string Owner(const char* oid) { return fmt::format("pg_catalog.pg_get_userbyid({}) AS owner", oid); }

std::string Schemas() {
  return "SELECT 'schema ' || n.nspname, " + Owner("n.nspowner") + ", n.nspacl::text AS acl, " +
         Comment("pg_namespace", "n.oid") + " FROM pg_catalog.pg_namespace n WHERE " +
         Mine("pg_namespace", "n.oid", "n.nspname");
}

std::string Relations() {
  return "SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialised view ' WHEN 'S' THEN"
         " 'sequence ' WHEN 'f' THEN 'foreign table ' WHEN 'c' THEN 'composite type ' ELSE 'table ' END"
         " || n.nspname || '.' || c.relname,"
         " c.relkind AS kind, c.relpersistence AS persistence,"
         " (SELECT pg_catalog.string_agg(o, ', ' ORDER BY o) FROM pg_catalog.unnest(c.reloptions) o)"
         "   AS \"storage parameters\","
         " CASE WHEN c.relkind IN ('r', 'm') THEN (SELECT a.amname FROM pg_catalog.pg_am a WHERE a.oid ="
         "   c.relam) END AS \"access method\","
         " (SELECT t.spcname FROM pg_catalog.pg_tablespace t WHERE t.oid = c.reltablespace) AS tablespace,"
         " NULLIF(c.relreplident, CASE WHEN c.relkind IN ('r', 'p', 'm') THEN 'd' ELSE 'n' END)"
         "   AS \"replica identity\","
         " CASE WHEN c.relrowsecurity THEN 'on' END AS \"row security\","
         " CASE WHEN c.relforcerowsecurity THEN 'on' END AS \"forced row security\","
         " pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS \"partition bound\","
         " CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS \"partition key\","
         " (SELECT pg_catalog.string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)"
         "   FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) AS parents,"
         " CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,"
         " CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'no' END AS populated,"
         " CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END AS \"type of rows\", " +
         Owner("c.relowner") + ", c.relacl::text AS acl, " + Comment("pg_class", "c.oid") +
         " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
         " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND c.relpersistence <> 't' AND " +
         Mine("pg_class", "c.oid", "n.nspname");
}

std::string Columns() {
  return "SELECT 'column ' || n.nspname || '.' || c.relname || '.' || a.attname,"
         " pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,"
         " CASE WHEN NOT heir THEN pg_catalog.row_number() OVER columns END AS position,"
         " CASE WHEN heir THEN pg_catalog.row_number() OVER columns END AS \"position among inherited ones\","
         " CASE WHEN a.attnotnull THEN 'yes' END AS \"not null\","
         " pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS \"default\","
         " NULLIF(a.attidentity, '') AS identity, NULLIF(a.attgenerated, '') AS generated,"
         " CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END"
         "   AS collation,"
         " NULLIF(a.attstorage, t.typstorage) AS storage,"
         " NULLIF(pg_catalog.to_jsonb(a)->>'attcompression', '') AS compression,"
         " NULLIF(COALESCE(a.attstattarget, -1), -1) AS \"statistics target\","
         // Some servers keep bookkeeping of their own here ("pg_attver=…").
         " CASE WHEN a.attoptions IS NOT NULL THEN (SELECT pg_catalog.string_agg(o, ', ' ORDER BY o) FROM"
         "   pg_catalog.unnest(a.attoptions) o WHERE o NOT LIKE 'pg\\_%') END AS options,"
         " CASE WHEN NOT a.attislocal THEN 'yes' END AS inherited,"
         " a.attacl::text AS acl, ds.description AS comment"
         " FROM pg_catalog.pg_attribute a"
         " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
         " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
         " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
         " CROSS JOIN LATERAL (SELECT NOT c.relispartition AND EXISTS (SELECT 1 FROM pg_catalog.pg_inherits i"
         "   WHERE i.inhrelid = c.oid) AS heir) h"
         " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
         " LEFT JOIN pg_catalog.pg_description ds ON ds.classoid = 'pg_catalog.pg_class'::regclass"
         "   AND ds.objoid = a.attrelid AND ds.objsubid = a.attnum"
         " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')"
         " AND c.relpersistence <> 't' AND " +
         Mine("pg_class", "c.oid", "n.nspname") + " WINDOW columns AS (PARTITION BY c.oid ORDER BY a.attnum)";
}

std::string Constraints() {
  return "SELECT 'constraint ' || n.nspname || '.' || COALESCE(c.relname, t.typname) || '.' || k.conname,"
         " pg_catalog.pg_get_constraintdef(k.oid) AS definition,"
         " CASE WHEN NOT k.convalidated THEN 'no' END AS validated,"
         " CASE WHEN NOT k.conislocal THEN 'yes' END AS inherited, " +
         Comment("pg_constraint", "k.oid") +
         " FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace"
         " LEFT JOIN pg_catalog.pg_class c ON c.oid = k.conrelid"
         " LEFT JOIN pg_catalog.pg_type t ON t.oid = k.contypid"
         // NOT NULL has rows of its own from version 18 on; the column says it in all versions.
         " WHERE k.contype NOT IN ('t', 'n') AND (c.oid IS NULL OR " +
         Mine("pg_class", "c.oid", "n.nspname") + ") AND (t.oid IS NULL OR " +
         Mine("pg_type", "t.oid", "n.nspname") + ")";
}

std::string Indexes() {
  return "SELECT 'index ' || n.nspname || '.' || x.relname,"
         " pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,"
         " CASE WHEN i.indisprimary THEN 'yes' END AS \"primary\","
         " CASE WHEN NOT i.indisvalid THEN 'no' END AS valid,"
         " CASE WHEN i.indisclustered THEN 'yes' END AS clustered,"
         " CASE WHEN i.indisreplident THEN 'yes' END AS \"replica identity\","
         " (SELECT t.spcname FROM pg_catalog.pg_tablespace t WHERE t.oid = x.reltablespace) AS tablespace,"
         " (SELECT pg_catalog.string_agg(a.attnum || ':' || a.attstattarget, ',' ORDER BY a.attnum)"
         "   FROM pg_catalog.pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0)"
         "   AS \"statistics targets\", " +
         Comment("pg_class", "x.oid") +
         " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
         " JOIN pg_catalog.pg_class c ON c.oid = i.indrelid"
         " JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace WHERE c.relpersistence <> 't' AND " +
         Mine("pg_class", "c.oid", "n.nspname");
}

std::string Triggers() {
  return "SELECT 'trigger ' || n.nspname || '.' || c.relname || '.' || t.tgname,"
         " pg_catalog.pg_get_triggerdef(t.oid) AS definition, t.tgenabled AS enabled, " +
         Comment("pg_trigger", "t.oid") +
         " FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid"
         " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND " +
         Mine("pg_class", "c.oid", "n.nspname") +
         " UNION ALL SELECT 'event trigger ' || e.evtname, e.evtevent || ' ' ||"
         " COALESCE(e.evttags::text, '') || ' ' || e.evtfoid::regprocedure::text, e.evtenabled, " +
         Comment("pg_event_trigger", "e.oid") +
         " FROM pg_catalog.pg_event_trigger e WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE"
         "  d.classid = 'pg_catalog.pg_event_trigger'::regclass AND d.objid = e.oid AND d.deptype = 'e')";
}

std::string Rules() {
  return "SELECT 'rule ' || n.nspname || '.' || c.relname || '.' || r.rulename,"
         " pg_catalog.pg_get_ruledef(r.oid) AS definition, r.ev_enabled::text AS enabled, " +
         Comment("pg_rewrite", "r.oid") +
         " FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class"
         " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND " +
         Mine("pg_class", "c.oid", "n.nspname");
}

// Its roles stand one to a line.
std::string Policies() {
  return "SELECT 'policy ' || n.nspname || '.' || c.relname || '.' || p.polname,"
         " p.polcmd::text || ' ' || CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END ||"
         " ' using ' || COALESCE(pg_catalog.pg_get_expr(p.polqual, p.polrelid), '') || ' check ' ||"
         " COALESCE(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), '') AS definition,"
         " (SELECT pg_catalog.string_agg(r, E'\\n' ORDER BY r) FROM (SELECT"
         "   COALESCE(pg_catalog.pg_get_userbyid(NULLIF(o, 0)), 'public')::text COLLATE \"C\" AS r"
         "   FROM pg_catalog.unnest(p.polroles) o) q) AS roles, " +
         Comment("pg_policy", "p.oid") +
         " FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid"
         " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE " +
         Mine("pg_class", "c.oid", "n.nspname");
}

// Of the server: what tells whether a policy could be made for them.
std::string Roles() { return "SELECT 'role ' || rolname FROM pg_catalog.pg_roles"; }

std::string Functions() {
  return "SELECT CASE p.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END"
         " || p.oid::regprocedure::text,"
         " CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) ELSE"
         "  (SELECT pg_catalog.concat_ws(' ', g.aggkind, g.aggtransfn, g.aggfinalfn, g.aggcombinefn,"
         "    g.aggserialfn, g.aggdeserialfn, g.aggsortop::regoperator, g.aggtranstype::regtype,"
         "    g.agginitval) FROM pg_catalog.pg_aggregate g WHERE g.aggfnoid = p.oid) END AS definition, " +
         Owner("p.proowner") + ", p.proacl::text AS acl, " + Comment("pg_proc", "p.oid") +
         " FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE " +
         Mine("pg_proc", "p.oid", "n.nspname");
}

// What ALTER FUNCTION can change on a member of an extension.
std::string ExtensionFunctions() {
  return "SELECT 'function ' || p.oid::regprocedure::text || ' of extension ' || e.extname,"
         " p.provolatile AS volatility, p.proparallel AS parallel, p.proisstrict AS strict,"
         " p.proleakproof AS leakproof, p.procost AS cost, p.proconfig::text AS settings"
         " FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid"
         " JOIN pg_catalog.pg_proc p ON p.oid = d.objid"
         " WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.refclassid ="
         " 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'";
}

std::string Types() {
  return "SELECT CASE t.typtype WHEN 'e' THEN 'enum ' WHEN 'd' THEN 'domain ' WHEN 'r' THEN 'range type '"
         " ELSE 'type ' END || n.nspname || '.' || t.typname,"
         " (SELECT pg_catalog.string_agg(v.enumlabel, ', ' ORDER BY v.enumsortorder)"
         "   FROM pg_catalog.pg_enum v WHERE v.enumtypid = t.oid) AS labels,"
         " CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS type,"
         " CASE WHEN t.typnotnull THEN 'yes' END AS \"not null\", t.typdefault AS \"default\","
         " CASE WHEN t.typtype = 'd' AND t.typcollation <> 0 THEN t.typcollation::regcollation::text END"
         "   AS collation,"
         " (SELECT r.rngsubtype::regtype::text FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid)"
         "   AS subtype,"
         " CASE WHEN t.typtype = 'b' THEN pg_catalog.concat_ws(' ', t.typinput, t.typoutput, t.typlen,"
         "   t.typcategory) END AS definition, " +
         Owner("t.typowner") + ", t.typacl::text AS acl, " + Comment("pg_type", "t.oid") +
         " FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace"
         " WHERE t.typtype IN ('e', 'd', 'r', 'b') AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type y"
         "   WHERE y.typarray = t.oid) AND " +
         Mine("pg_type", "t.oid", "n.nspname");
}

std::string Collations() {
  return "SELECT 'collation ' || n.nspname || '.' || c.collname, c.collprovider AS provider,"
         " COALESCE(pg_catalog.to_jsonb(c)->>'colllocale', pg_catalog.to_jsonb(c)->>'colliculocale',"
         "   c.collcollate) AS locale, c.collctype AS ctype,"
         " CASE WHEN NOT c.collisdeterministic THEN 'no' END AS deterministic,"
         " c.collversion AS version, pg_catalog.to_jsonb(c)->>'collicurules' AS rules, " +
         Owner("c.collowner") + ", " + Comment("pg_collation", "c.oid") +
         " FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace WHERE " +
         Mine("pg_collation", "c.oid", "n.nspname");
}

std::string Extensions() {
  return "SELECT 'extension ' || e.extname, e.extversion AS version, n.nspname AS schema, " +
         Owner("e.extowner") +
         " FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace";
}

std::string Sequences() {
  return "SELECT 'sequence ' || n.nspname || '.' || c.relname, s.seqtypid::regtype AS type,"
         " s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum,"
         " s.seqcache AS cache, CASE WHEN s.seqcycle THEN 'yes' END AS cycle,"
         " (SELECT d.refobjid::regclass::text || '.' || a.attname FROM pg_catalog.pg_depend d"
         "   JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
         "   WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND"
         "   d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0"
         "   LIMIT 1) AS \"owned by\""
         " FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid"
         " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence <> 't' AND " +
         Mine("pg_class", "c.oid", "n.nspname");
}

std::string Statistics() {
  return "SELECT 'statistics ' || n.nspname || '.' || s.stxname,"
         " pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,"
         " NULLIF(COALESCE((pg_catalog.to_jsonb(s)->>'stxstattarget')::int, -1), -1)"
         "   AS \"statistics target\", " +
         Owner("s.stxowner") + ", " + Comment("pg_statistic_ext", "s.oid") +
         " FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace"
         " WHERE " +
         Mine("pg_statistic_ext", "s.oid", "n.nspname");
}

// One row a setting, so that a difference has a name; values of settings may be secrets, and stay here.
std::string Database() {
  return "SELECT 'database', pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,"
         " d.datcollate AS \"lc_collate\", d.datctype AS \"lc_ctype\","
         " COALESCE(pg_catalog.to_jsonb(d)->>'datlocprovider', 'c') AS \"locale provider\","
         " COALESCE(pg_catalog.to_jsonb(d)->>'datlocale', pg_catalog.to_jsonb(d)->>'daticulocale') AS locale,"
         " pg_catalog.to_jsonb(d)->>'datcollversion' AS \"collation version\","
         " NULLIF(d.datconnlimit, -1) AS \"connection limit\","
         " pg_catalog.shobj_description(d.oid, 'pg_database') AS comment, " +
         Owner("d.datdba") +
         ", d.datacl::text AS acl FROM pg_catalog.pg_database d"
         " WHERE d.datname = pg_catalog.current_database()";
}

std::string Settings() {
  return "SELECT CASE WHEN s.setrole = 0 THEN 'setting ' ELSE 'setting of role ' ||"
         " pg_catalog.pg_get_userbyid(s.setrole) || ' ' END || pg_catalog.split_part(u, '=', 1),"
         " pg_catalog.substr(u, pg_catalog.strpos(u, '=') + 1) AS value"
         " FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase,"
         " pg_catalog.unnest(s.setconfig) u WHERE d.datname = pg_catalog.current_database()";
}

// Rare objects: that they exist, and what has no secrets.
std::string Others() {
  return "SELECT 'language ' || l.lanname, NULL AS definition FROM pg_catalog.pg_language l"
         " WHERE l.oid >= 16384 AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.classid ="
         "  'pg_catalog.pg_language'::regclass AND e.objid = l.oid AND e.deptype = 'e')"
         " UNION ALL SELECT 'cast ' || c.castsource::regtype || ' as ' || c.casttarget::regtype,"
         "  pg_catalog.concat_ws(' ', c.castfunc::regprocedure, c.castcontext, c.castmethod)"
         "  FROM pg_catalog.pg_cast c WHERE c.oid >= 16384 AND NOT EXISTS (SELECT 1 FROM"
         "  pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_cast'::regclass AND e.objid = c.oid AND"
         "  e.deptype = 'e')"
         " UNION ALL SELECT 'operator ' || o.oid::regoperator, pg_catalog.concat_ws(' ', o.oprcode,"
         "  o.oprrest, o.oprjoin) FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid ="
         "  o.oprnamespace WHERE " +
         Mine("pg_operator", "o.oid", "n.nspname") +
         " UNION ALL SELECT 'operator class ' || n.nspname || '.' || o.opcname || ' using ' || a.amname,"
         "  pg_catalog.concat_ws(' ', o.opcintype::regtype, o.opcdefault) FROM pg_catalog.pg_opclass o"
         "  JOIN pg_catalog.pg_am a ON a.oid = o.opcmethod JOIN pg_catalog.pg_namespace n ON n.oid ="
         "  o.opcnamespace WHERE " +
         Mine("pg_opclass", "o.oid", "n.nspname") +
         " UNION ALL SELECT 'text search configuration ' || n.nspname || '.' || t.cfgname,"
         "  (SELECT pg_catalog.string_agg(m.maptokentype || ':' || m.mapdict::regdictionary, ',' ORDER BY"
         "  m.maptokentype, m.mapseqno) FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = t.oid)"
         "  FROM pg_catalog.pg_ts_config t JOIN pg_catalog.pg_namespace n ON n.oid = t.cfgnamespace WHERE " +
         Mine("pg_ts_config", "t.oid", "n.nspname") +
         " UNION ALL SELECT 'text search dictionary ' || n.nspname || '.' || t.dictname, t.dictinitoption"
         "  FROM pg_catalog.pg_ts_dict t JOIN pg_catalog.pg_namespace n ON n.oid = t.dictnamespace WHERE " +
         Mine("pg_ts_dict", "t.oid", "n.nspname") +
         " UNION ALL SELECT 'foreign server ' || s.srvname, w.fdwname FROM pg_catalog.pg_foreign_server s"
         "  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw"
         // The view, not the table, which only a superuser may read.
         " UNION ALL SELECT 'user mapping ' || m.usename || ' on ' || m.srvname, NULL"
         "  FROM pg_catalog.pg_user_mappings m"
         " UNION ALL SELECT 'publication ' || p.pubname, NULL FROM pg_catalog.pg_publication p"
         " UNION ALL SELECT 'default privileges of ' || pg_catalog.pg_get_userbyid(a.defaclrole),"
         "  NULL FROM pg_catalog.pg_default_acl a";
}

}  // namespace

std::vector<std::string> SchemaQueries() {
  return {Schemas(),   Relations(),  Columns(),   Constraints(),        Indexes(), Triggers(),   Rules(),
          Policies(),  Roles(),      Functions(), ExtensionFunctions(), Types(),   Collations(), Extensions(),
          Sequences(), Statistics(), Database(),  Settings(),           Others()};
}

}  // namespace understudy::verify
