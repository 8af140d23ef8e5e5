// The catalogue queries behind schema identity: for each class of objects one SELECT whose first column is
// the object ("index public.x") and whose other columns are its properties, named by the column.
//
// DESIGN
//   Columns that a version of PostgreSQL lacks are read through to_jsonb, so one text serves 12 and later.
//   Members of extensions are left out (the extension and its version stand for them) but for what ALTER can
//   change on their functions. Owners and ACLs have their own columns, "owner" and "acl".
// Threads: immutable.
#ifndef UNDERSTUDY_VERIFY_SCHEMA_QUERIES_H_
#define UNDERSTUDY_VERIFY_SCHEMA_QUERIES_H_

#include <string>
#include <vector>

namespace understudy::verify {

std::vector<std::string> SchemaQueries();

}  // namespace understudy::verify

#endif  // UNDERSTUDY_VERIFY_SCHEMA_QUERIES_H_
