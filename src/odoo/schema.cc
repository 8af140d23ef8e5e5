#include "odoo/schema.h"

#include <charconv>

#include "base/status.h"

namespace understudy::odoo {

const Column* Schema::Find(std::string_view table, std::string_view column) const {
  const auto found = tables.find(table);
  if (found == tables.end()) return nullptr;
  const auto at = found->second.find(std::string(column));
  return at == found->second.end() ? nullptr : &at->second;
}

int Schema::odoo_major() const {
  // "saas~17.2" counts as 17: its tables are those of the release it follows.
  const size_t digit = odoo_version.find_first_of("0123456789");
  int major = 0;
  if (digit != std::string::npos) {
    std::from_chars(odoo_version.data() + digit, odoo_version.data() + odoo_version.size(), major);
  }
  return major;
}

absl::StatusOr<Schema> LoadSchema(pg::Connection& connection) {
  Schema schema;
  schema.server_version = connection.server_version();
  auto columns = connection.Exec(
      "SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, NULL), a.attnotnull "
      "FROM pg_catalog.pg_class c "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
      "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped");
  if (!columns.ok()) return Annotate(columns.status(), "reading the catalogue");
  for (int row = 0; row < columns->rows(); ++row) {
    schema.tables[columns->String(row, 0)][columns->String(row, 1)] = {columns->String(row, 2),
                                                                       columns->Bool(row, 3)};
  }
  if (schema.Find("ir_module_module", "latest_version") != nullptr) {
    auto version = connection.Exec("SELECT latest_version FROM public.ir_module_module WHERE name = 'base'");
    if (!version.ok()) return Annotate(version.status(), "reading Odoo's version");
    if (version->rows() == 1) {
      // "17.0.1.3" is release 17.0, version 1.3 of the module.
      const std::string text = version->String(0, 0);
      const size_t second_dot = text.find('.', text.find('.') + 1);
      schema.odoo_version = text.substr(0, second_dot);
    }
  }
  return schema;
}

}  // namespace understudy::odoo
