// What is in the source database, read from pg_catalog in the run's snapshot.
//
// DESIGN
//   Facts (rules/facts.h) are what planning needs; Catalog adds what only the copying needs: sequences,
//   materialised views in the order of their dependencies, which table an index or a constraint belongs to
//   (to start it as soon as that table's rows are in), functions of extensions altered by hand.
//   Everything is told by oid and catalogue columns, nothing by parsing SQL text.
// Ownership: values. Threads: immutable once read.
#ifndef UNDERSTUDY_CLONE_CATALOG_H_
#define UNDERSTUDY_CLONE_CATALOG_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pg/connection.h"
#include "rules/facts.h"

namespace understudy::clone {

struct Sequence {
  std::string schema, name;
  int64_t last_value = 0;
  bool is_called = false;
};

struct MaterialisedView {
  std::string schema, name;
  bool populated = true;
};

// A function that belongs to an extension, with the properties that ALTER FUNCTION can change and pg_dump
// does not carry over: Odoo itself makes unaccent() IMMUTABLE.
struct ExtensionFunction {
  std::string extension, signature;
  char volatility = 'v';
  char parallel = 'u';
  bool strict = false;
  bool leakproof = false;
};

struct DatabaseProperties {
  std::string name;
  uint32_t oid = 0;
  std::string encoding, collate, ctype, provider, icu_locale, owner, comment;
  std::vector<std::pair<std::string, std::string>> settings;  // ALTER DATABASE … SET name = value
};

struct Catalog {
  rules::Facts facts;
  DatabaseProperties database;
  std::vector<Sequence> sequences;
  std::vector<MaterialisedView> matviews;
  std::vector<ExtensionFunction> extension_functions;
  // (schema, index name) and (schema, "table constraint") → position in facts.relations; as pg_dump names
  // entries of the types INDEX and CONSTRAINT.
  std::map<std::pair<std::string, std::string>, size_t> index_relation;
  std::map<std::pair<std::string, std::string>, size_t> constraint_relation;
  // For constraints made of an index: its CREATE UNIQUE INDEX, so that it can be built beside others.
  std::map<std::pair<std::string, std::string>, std::string> constraint_index;
  // Tables of extensions whose rows belong to the user: position in facts.relations → WHERE clause.
  std::map<size_t, std::string> extension_config;
  // Two-letter codes by res_country.id; empty strings where there is none.
  std::vector<std::string> countries;
  uint64_t large_objects = 0;
};

// Reads all of it. `connection` is a session in the run's snapshot.
absl::StatusOr<Catalog> ReadCatalog(pg::Connection& connection);

// The parts, each in its own file.
absl::Status ReadTypes(pg::Connection& connection, std::map<uint32_t, rules::Type>* types);
absl::Status ReadRelations(pg::Connection& connection, const std::map<uint32_t, rules::Type>& types,
                           Catalog* catalog);
absl::Status ReadOdoo(pg::Connection& connection, Catalog* catalog);
absl::StatusOr<DatabaseProperties> ReadDatabaseProperties(pg::Connection& connection);
absl::StatusOr<std::vector<Sequence>> ReadSequences(pg::Connection& connection);
absl::StatusOr<std::vector<ExtensionFunction>> ReadExtensionFunctions(pg::Connection& connection);

// "CREATE DATABASE x" needs these; also for comparing two databases.
inline std::pair<std::string, std::string> Key(std::string_view schema, std::string_view name) {
  return {std::string(schema), std::string(name)};
}

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_CATALOG_H_
