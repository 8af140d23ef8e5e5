// The modules an Odoo database has installed, in Odoo's own loading order, and where their code lies.
//
// Ownership: values. Threads: thread-safe functions.
#ifndef UNDERSTUDY_ODOO_MODULES_H_
#define UNDERSTUDY_ODOO_MODULES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pg/connection.h"

namespace understudy::odoo {

struct Module {
  std::string name;
  std::string version;  // latest_version: "17.0.1.3"
  int depth = 0;        // longest way to `base` over dependencies
};

// State installed, to upgrade or to remove (what Odoo itself calls installed), by depth, then by name.
absl::StatusOr<std::vector<Module>> LoadInstalledModules(pg::Connection& connection);

// Table → the module that brought it: of a model's table the one that defined the model first, of a table of
// a many2many field the one that Odoo notes. Tables that no model has are missing.
using TableModules = std::map<std::string, std::string>;
absl::StatusOr<TableModules> LoadTableModules(pg::Connection& connection);

struct ModuleCode {
  std::string name;
  std::string directory;       // empty: on no path
  std::string neutralize_sql;  // path of its data/neutralize.sql, or empty
};

// The first path that has the module wins, as in Odoo. A path that cannot be read is an error: skipping it
// would skip its modules without a word.
absl::StatusOr<std::vector<ModuleCode>> FindModuleCode(const std::vector<Module>& modules,
                                                       const std::vector<std::string>& addons);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_MODULES_H_
