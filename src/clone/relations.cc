// Tables, their columns, keys and checks.
#include <fmt/format.h>

#include "base/status.h"
#include "base/strings.h"
#include "clone/catalog.h"

namespace understudy::clone {
namespace {

// Ordinary and partitioned tables outside the system's schemas. Members of extensions only where the
// extension says that rows of the table are the user's (extconfig).
constexpr const char* kRelationsSql =
    "SELECT c.oid, n.nspname, c.relname, c.relkind,"
    "       EXISTS (SELECT 1 FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid),"
    "       c.relpersistence = 'u',"
    "       CASE WHEN c.relkind = 'r' THEN pg_catalog.pg_relation_size(c.oid) ELSE 0 END,"
    "       CASE WHEN c.relkind = 'r' AND c.reltoastrelid <> 0"
    "            THEN pg_catalog.pg_relation_size(c.reltoastrelid) ELSE 0 END,"
    "       c.reltuples, pg_catalog.current_setting('block_size')::int,"
    "       (SELECT e.extcondition[pg_catalog.array_position(e.extconfig, c.oid)]"
    "          FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)),"
    "       COALESCE((SELECT i.inhparent FROM pg_catalog.pg_inherits i"
    "                  WHERE i.inhrelid = c.oid AND c.relispartition), 0)"
    "  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'"
    "   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ "
    "'^pg_(temp|toast_temp)'"
    "   AND (NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = "
    "'pg_catalog.pg_class'::regclass"
    "                     AND d.objid = c.oid AND d.deptype = 'e')"
    "        OR EXISTS (SELECT 1 FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)))"
    " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"";

// What domains add to their base type, on whatever step down they say it: a length, NOT NULL.
constexpr const char* kAttributesSql =
    "WITH RECURSIVE steps AS ("
    "  SELECT t.oid AS top, t.typbasetype, t.typtypmod, t.typnotnull FROM pg_catalog.pg_type t"
    "   WHERE t.typtype = 'd'"
    "  UNION ALL"
    "  SELECT s.top, t.typbasetype, t.typtypmod, t.typnotnull FROM steps s"
    "    JOIN pg_catalog.pg_type t ON t.oid = s.typbasetype WHERE t.typtype = 'd'),"
    " domains AS (SELECT top, max(typtypmod) AS length, bool_or(typnotnull) AS not_null FROM steps GROUP BY "
    "top)"
    "SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated <> '',"
    "       a.attidentity <> '', COALESCE(d.description, ''), COALESCE(t.length, a.atttypmod),"
    "       COALESCE(t.not_null, false)"
    "  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
    "  LEFT JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::regclass"
    "        AND d.objoid = a.attrelid AND d.objsubid = a.attnum"
    "  LEFT JOIN domains t ON t.top = a.atttypid"
    " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND c.oid >= 16384"
    " ORDER BY a.attrelid, a.attnum";

// Columns of an index: plain ones from indkey; those that expressions and the predicate read from pg_depend.
constexpr const char* kIndexesSql =
    "SELECT i.indrelid, n.nspname, x.relname, i.indisunique, i.indisprimary, i.indisexclusion,"
    "       i.indexprs IS NOT NULL OR i.indpred IS NOT NULL,"
    "       pg_catalog.pg_get_indexdef(i.indexrelid), COALESCE(k.conname, ''), c.relname,"
    "       (SELECT pg_catalog.string_agg(a.attnum::text, ' ' ORDER BY a.attnum)"
    "          FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum > 0 AND NOT "
    "a.attisdropped"
    "           AND (a.attnum = ANY (i.indkey::int2[]) OR ((i.indexprs IS NOT NULL OR i.indpred IS NOT NULL) "
    "AND EXISTS"
    "             (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND"
    "               d.objid = i.indexrelid AND d.refclassid = 'pg_catalog.pg_class'::regclass AND"
    "               d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))))"
    "  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    "  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid"
    "  JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace"
    "  LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')"
    "        AND k.conrelid = i.indrelid"
    " WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384";

constexpr const char* kChecksSql =
    "SELECT k.conrelid, k.conname, COALESCE(pg_catalog.array_to_string(k.conkey, ' '), ''),"
    "       pg_catalog.pg_get_constraintdef(k.oid)"
    "  FROM pg_catalog.pg_constraint k WHERE k.contype = 'c' AND k.conrelid <> 0";

// Bytes in varchar's and char's type modifier that are not the length (PostgreSQL's VARHDRSZ).
constexpr int kVarHeader = 4;

using Positions = std::map<uint32_t, size_t>;

std::vector<std::string> NamesOf(const rules::Relation& relation, std::string_view attnums) {
  std::vector<std::string> names;
  for (const std::string_view number : Split(attnums, ' ')) {
    if (number.empty()) continue;
    const int attnum = std::atoi(std::string(number).c_str());
    for (const rules::Attribute& a : relation.attributes) {
      if (a.attnum == attnum) names.push_back(a.name);
    }
  }
  return names;
}

// Partition → the table it is a partition of.
using Parents = std::map<uint32_t, uint32_t>;

void NameRoots(const Positions& positions, const Parents& parents, rules::Facts* facts) {
  for (rules::Relation& relation : facts->relations) {
    auto parent = parents.find(relation.oid);
    if (parent == parents.end()) continue;
    uint32_t root = 0;
    for (; parent != parents.end(); parent = parents.find(root)) root = parent->second;
    const auto position = positions.find(root);
    if (position == positions.end()) continue;
    relation.root_schema = facts->relations[position->second].schema;
    relation.root_name = facts->relations[position->second].name;
  }
}

absl::Status ReadRelationRows(pg::Connection& connection, Catalog* catalog, Positions* positions) {
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(kRelationsSql));
  Parents parents;
  for (int i = 0; i < rows.rows(); ++i) {
    rules::Relation relation;
    relation.oid = static_cast<uint32_t>(rows.Int(i, 0));
    relation.schema = rows.String(i, 1);
    relation.name = rows.String(i, 2);
    relation.kind = rows.Get(i, 3)[0];
    relation.has_storage = relation.kind == 'r';
    relation.has_children = rows.Bool(i, 4);
    relation.unlogged = rows.Bool(i, 5);
    const auto heap = static_cast<uint64_t>(rows.Int(i, 6));
    relation.pages = heap / static_cast<uint64_t>(rows.Int(i, 9));
    relation.bytes = heap + static_cast<uint64_t>(rows.Int(i, 7));
    relation.rows_estimate = rows.Double(i, 8);
    const auto parent = static_cast<uint32_t>(rows.Int(i, 11));
    if (parent != 0) parents.emplace(relation.oid, parent);
    const size_t position = catalog->facts.relations.size();
    if (!rows.IsNull(i, 10)) catalog->extension_config[position] = rows.String(i, 10);
    positions->emplace(relation.oid, position);
    catalog->facts.relations.push_back(std::move(relation));
  }
  NameRoots(*positions, parents, &catalog->facts);
  return absl::OkStatus();
}

absl::Status ReadAttributes(pg::Connection& connection, const std::map<uint32_t, rules::Type>& types,
                            const Positions& positions, Catalog* catalog) {
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(kAttributesSql));
  for (int i = 0; i < rows.rows(); ++i) {
    const auto position = positions.find(static_cast<uint32_t>(rows.Int(i, 0)));
    if (position == positions.end()) continue;
    rules::Attribute attribute;
    attribute.attnum = static_cast<int16_t>(rows.Int(i, 1));
    attribute.name = rows.String(i, 2);
    const auto type = types.find(static_cast<uint32_t>(rows.Int(i, 3)));
    if (type == types.end()) return Failed("a column's type is missing from pg_type");
    attribute.type = type->second;
    const int typmod = static_cast<int>(rows.Int(i, 9));
    const std::string& base = attribute.type.base_name;
    if (typmod > kVarHeader && attribute.type.base_kind == 'b' && attribute.type.element_oid == 0 &&
        (base == "character varying" || base == "character")) {
      attribute.max_chars = typmod - kVarHeader;
    }
    attribute.not_null = rows.Bool(i, 5) || rows.Bool(i, 10);
    attribute.generated = rows.Bool(i, 6);
    attribute.identity = rows.Bool(i, 7);
    attribute.comment = rows.String(i, 8);
    catalog->facts.relations[position->second].attributes.push_back(std::move(attribute));
  }
  return absl::OkStatus();
}

absl::Status ReadIndexes(pg::Connection& connection, const Positions& positions, Catalog* catalog) {
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(kIndexesSql));
  for (int i = 0; i < rows.rows(); ++i) {
    const auto position = positions.find(static_cast<uint32_t>(rows.Int(i, 0)));
    if (position == positions.end()) continue;
    rules::Relation& relation = catalog->facts.relations[position->second];
    const std::string schema = rows.String(i, 1), index = rows.String(i, 2);
    const bool unique = rows.Bool(i, 3), primary = rows.Bool(i, 4), exclusion = rows.Bool(i, 5);
    catalog->index_relation[Key(schema, index)] = position->second;
    if (!rows.Get(i, 8).empty()) {
      const auto key = Key(schema, fmt::format("{} {}", rows.Get(i, 9), rows.Get(i, 8)));
      catalog->constraint_relation[key] = position->second;
      if (!exclusion && relation.kind == 'r') catalog->constraint_index[key] = rows.String(i, 7);
    }
    std::vector<std::string> names = NamesOf(relation, rows.Get(i, 10));
    if (primary) relation.primary_key = names;
    if (unique || exclusion) {
      relation.unique_keys.push_back({index, std::move(names), rows.Bool(i, 6), rows.String(i, 7)});
    }
  }
  return absl::OkStatus();
}

absl::Status ReadChecks(pg::Connection& connection, const Positions& positions, Catalog* catalog) {
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(kChecksSql));
  for (int i = 0; i < rows.rows(); ++i) {
    const auto position = positions.find(static_cast<uint32_t>(rows.Int(i, 0)));
    if (position == positions.end()) continue;
    rules::Relation& relation = catalog->facts.relations[position->second];
    relation.checks.push_back({rows.String(i, 1), NamesOf(relation, rows.Get(i, 2)), rows.String(i, 3)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadRelations(pg::Connection& connection, const std::map<uint32_t, rules::Type>& types,
                           Catalog* catalog) {
  Positions positions;
  RETURN_IF_ERROR(ReadRelationRows(connection, catalog, &positions));
  RETURN_IF_ERROR(ReadAttributes(connection, types, positions, catalog));
  RETURN_IF_ERROR(ReadIndexes(connection, positions, catalog));
  return ReadChecks(connection, positions, catalog);
}

}  // namespace understudy::clone
