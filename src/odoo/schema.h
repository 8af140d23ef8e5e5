// Which tables and columns the copy has: what guards of neutralisers and assertions ask.
//
// Ownership: values. Threads: immutable once loaded. Errors of LoadSchema: those of the connection.
#ifndef UNDERSTUDY_ODOO_SCHEMA_H_
#define UNDERSTUDY_ODOO_SCHEMA_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "pg/connection.h"

namespace understudy::odoo {

struct Column {
  std::string type;  // format_type without a modifier: "character varying", "jsonb"
  bool not_null = false;

  bool textual() const { return type == "character varying" || type == "text" || type == "character"; }
  bool json() const { return type == "jsonb" || type == "json"; }
  bool bytes() const { return type == "bytea"; }
  // Can carry a secret: text, JSON or bytes.
  bool can_hold_secret() const { return textual() || json() || bytes(); }
};

struct Schema {
  // Ordinary and partitioned tables of the schema public, where Odoo keeps everything of its own.
  std::map<std::string, std::map<std::string, Column>, std::less<>> tables;
  int server_version = 0;    // 150020
  std::string odoo_version;  // "17.0", or empty if this is not an Odoo database

  bool HasTable(std::string_view table) const { return tables.find(table) != tables.end(); }
  // Null if there is no such column.
  const Column* Find(std::string_view table, std::string_view column) const;
  int odoo_major() const;  // 17; 0 if unknown
};

absl::StatusOr<Schema> LoadSchema(pg::Connection& connection);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_SCHEMA_H_
