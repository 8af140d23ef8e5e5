// The schema part of a plain dump → what planning must know of the database (rules/facts.h).
//
// DESIGN
//   For a dump on its way through a pipe there is no catalogue to ask, so CREATE TABLE, CREATE TYPE, CREATE
//   DOMAIN, ALTER TABLE … ADD CONSTRAINT, CREATE UNIQUE INDEX, ATTACH PARTITION and COMMENT ON COLUMN are
//   read; the rest says nothing that planning asks. What can't be read is taken for the worst: a column of an
//   unknown type, or one that only a COPY names, can carry text.
//   In one pass keys come behind the rows they are about; Facts() then lacks them.
// Ownership: keeps copies. Threads: thread-compatible.
#ifndef UNDERSTUDY_DUMP_DDL_H_
#define UNDERSTUDY_DUMP_DDL_H_

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dump/sql_cursor.h"
#include "dump/statement.h"
#include "dump/types.h"
#include "rules/facts.h"

namespace understudy::dump {

class Ddl {
 public:
  // One statement of kind kSchema; others are ignored. `search_path` as in Classify.
  void Add(std::string_view statement, std::string_view search_path);
  // A block of rows: its columns, and their order, are what COPY carries.
  void AddCopy(const CopyHeader& copy);
  // How many rows and bytes the table has, once they were counted.
  void SetSize(const CopyHeader& copy, uint64_t rows, uint64_t bytes);
  // Relations ordered by schema and name, as the catalogue gives them.
  std::vector<rules::Relation> Relations() const;
  bool Has(std::string_view schema, std::string_view name) const;

 private:
  using Name = std::pair<std::string, std::string>;
  struct Table {
    rules::Relation relation;
    std::vector<Name> parents;
    bool root = false;  // PARTITION BY
  };

  void CreateTable(SqlCursor cursor);
  void TableElement(SqlCursor* cursor, Table* table);
  void TableConstraint(SqlCursor* cursor, Table* table, std::string name);
  void Column(SqlCursor* cursor, Table* table);
  void CreateType(SqlCursor cursor);
  void CreateDomain(SqlCursor cursor);
  void CreateUniqueIndex(SqlCursor cursor, std::string_view statement);
  void AlterTable(SqlCursor cursor);
  void AddComment(SqlCursor cursor);
  bool TakeName(SqlCursor* cursor, Name* name) const;
  void Inherit(Table* table, int depth) const;

  std::map<Name, Table> tables_;
  Types types_;
  std::string search_path_;
};

}  // namespace understudy::dump

#endif  // UNDERSTUDY_DUMP_DDL_H_
