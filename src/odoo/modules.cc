#include "odoo/modules.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/file.h"
#include "base/status.h"

namespace understudy::odoo {
namespace {

// A model's table has its name, with few exceptions, all of them actions of base. Modules that extend a model
// have an external id for it too; the oldest is that of the module that made it.
constexpr const char* kTableModulesSql =
    "SELECT DISTINCT ON (1) t.name, t.module FROM ("
    "  SELECT CASE m.model WHEN 'ir.actions.actions' THEN 'ir_actions'"
    "    WHEN 'ir.actions.report' THEN 'ir_act_report_xml'"
    "    ELSE pg_catalog.replace(pg_catalog.regexp_replace(m.model, '^ir\\.actions\\.', 'ir.act.'), '.', '_')"
    "    END AS name, d.module, d.id FROM public.ir_model m"
    "  JOIN public.ir_model_data d ON d.model = 'ir.model' AND d.res_id = m.id"
    "  UNION ALL SELECT r.name, x.name, r.id FROM public.ir_model_relation r"
    "  JOIN public.ir_module_module x ON x.id = r.module) t"
    " ORDER BY t.name, t.id";
constexpr const char* kTellsModulesSql =
    "SELECT pg_catalog.count(*) = 4 FROM (VALUES ('ir_model'), ('ir_model_data'), ('ir_model_relation'),"
    " ('ir_module_module')) AS v(t) WHERE pg_catalog.to_regclass('public.' || v.t) IS NOT NULL";

bool Readable(const std::string& path) { return access(path.c_str(), R_OK) == 0; }

// Module names come from the database and become part of a path.
bool PlainName(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
             std::string_view::npos;
}

using Dependencies = std::map<std::string, std::vector<std::string>>;

int DepthOf(const std::string& name, const Dependencies& dependencies, std::map<std::string, int>* depths) {
  const auto known = depths->find(name);
  if (known != depths->end()) return known->second;
  (*depths)[name] = 0;  // a cycle ends here
  int depth = 0;
  const auto found = dependencies.find(name);
  if (found != dependencies.end()) {
    for (const std::string& other : found->second) {
      depth = std::max(depth, DepthOf(other, dependencies, depths) + 1);
    }
  }
  return (*depths)[name] = depth;
}

}  // namespace

absl::StatusOr<std::vector<Module>> LoadInstalledModules(pg::Connection& connection) {
  auto rows = connection.Exec(
      "SELECT name, coalesce(latest_version, '') FROM public.ir_module_module "
      "WHERE state IN ('installed', 'to upgrade', 'to remove')");
  if (!rows.ok()) return Annotate(rows.status(), "reading the installed modules");
  auto edges = connection.Exec(
      "SELECT m.name, d.name FROM public.ir_module_module_dependency d "
      "JOIN public.ir_module_module m ON m.id = d.module_id");
  if (!edges.ok()) return Annotate(edges.status(), "reading the modules' dependencies");
  Dependencies dependencies;
  for (int row = 0; row < edges->rows(); ++row) {
    dependencies[edges->String(row, 0)].push_back(edges->String(row, 1));
  }
  std::map<std::string, int> depths;
  std::vector<Module> modules;
  for (int row = 0; row < rows->rows(); ++row) {
    const std::string name = rows->String(row, 0);
    modules.push_back({name, rows->String(row, 1), DepthOf(name, dependencies, &depths)});
  }
  std::sort(modules.begin(), modules.end(), [](const Module& a, const Module& b) {
    return std::tie(a.depth, a.name) < std::tie(b.depth, b.name);
  });
  return modules;
}

absl::StatusOr<TableModules> LoadTableModules(pg::Connection& connection) {
  TableModules modules;
  absl::StatusOr<pg::Result> rows = connection.Exec(kTellsModulesSql);
  if (!rows.ok()) return Annotate(rows.status(), "reading the tables' modules");
  if (!rows->Bool(0, 0)) return modules;
  rows = connection.Exec(kTableModulesSql);
  if (!rows.ok()) return Annotate(rows.status(), "reading the tables' modules");
  for (int i = 0; i < rows->rows(); ++i) modules[rows->String(i, 0)] = rows->String(i, 1);
  return modules;
}

absl::StatusOr<std::vector<ModuleCode>> FindModuleCode(const std::vector<Module>& modules,
                                                       const std::vector<std::string>& addons) {
  for (const std::string& path : addons) {
    if (access(path.c_str(), R_OK | X_OK) != 0) return ErrnoStatus("opening addons path", path, errno);
  }
  std::vector<ModuleCode> code;
  for (const Module& module : modules) {
    ModuleCode found{module.name, "", ""};
    for (const std::string& path : addons) {
      if (!PlainName(module.name)) break;
      const std::string directory = path + "/" + module.name;
      if (!Readable(directory + "/__manifest__.py") && !Readable(directory + "/__openerp__.py")) continue;
      found.directory = directory;
      const std::string sql = directory + "/data/neutralize.sql";
      if (Readable(sql)) found.neutralize_sql = sql;
      break;
    }
    code.push_back(std::move(found));
  }
  return code;
}

}  // namespace understudy::odoo
