// Which columns a short form of a pack means in this database: lists, patterns, exceptions.
//
// Ownership: views into the Schema. Threads: thread-safe. Errors: UsageError that points into the pack.
#ifndef UNDERSTUDY_ODOO_COLUMNS_H_
#define UNDERSTUDY_ODOO_COLUMNS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/pack.h"
#include "odoo/schema.h"

namespace understudy::odoo {

struct Place {
  std::string column;
  const Column* info = nullptr;
};
using Places = std::map<std::string, std::vector<Place>>;  // table → its columns

// {table: [column, …]} takes the columns that exist, of any type; {table: "pattern"} (re2, whole name) takes
// those of text, JSON and bytes. The spec's `except` (re2, whole "table.column") takes out again.
absl::StatusOr<Places> SelectColumns(const Spec& spec, const Schema& schema);
// {table: "pattern", column: "pattern", except: […]}: over all tables.
absl::StatusOr<Places> SelectMatching(const Spec& spec, const Schema& schema);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_COLUMNS_H_
