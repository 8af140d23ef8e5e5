// What Odoo says of its own database: modules, models, fields, countries. Tolerant of versions: a column
// that this version lacks reads as empty.
#include <fmt/format.h>

#include <algorithm>

#include "base/status.h"
#include "base/strings.h"
#include "clone/catalog.h"
#include "pg/quote.h"

namespace understudy::clone {
namespace {

constexpr const char* kModulesSql =
    "SELECT name, COALESCE(latest_version, '') FROM public.ir_module_module"
    " WHERE state IN ('installed', 'to upgrade', 'to remove')";

constexpr const char* kCountriesSql = "SELECT id, code FROM public.res_country WHERE code IS NOT NULL";

constexpr const char* kCompanySql =
    "SELECT n.code, p.lang FROM public.res_company c JOIN public.res_partner p ON p.id = c.partner_id"
    " LEFT JOIN public.res_country n ON n.id = p.country_id ORDER BY c.id LIMIT 1";

bool HasColumns(const rules::Facts& facts, std::string_view table,
                std::initializer_list<std::string_view> columns) {
  const auto relation = std::find_if(facts.relations.begin(), facts.relations.end(),
                                     [&](const auto& r) { return r.schema == "public" && r.name == table; });
  if (relation == facts.relations.end()) return false;
  return std::all_of(columns.begin(), columns.end(),
                     [&](std::string_view column) { return relation->Find(column) != nullptr; });
}

std::string TableOf(std::string_view model) {
  std::string table(model);
  std::replace(table.begin(), table.end(), '.', '_');
  return table;
}

// `column` of ir_model_fields as text, or a constant where this version has none.
std::string FieldColumn(const rules::Facts& facts, std::string_view column, std::string_view otherwise) {
  if (!HasColumns(facts, "ir_model_fields", {column})) return std::string(otherwise);
  return fmt::format("COALESCE(f.{}::text, {})", pg::QuoteIdentifier(column), otherwise);
}

std::string FieldsSql(const rules::Facts& facts) {
  return fmt::format(
      "SELECT f.model, f.name, f.ttype, {}, {}, {} NOT IN ('false', ''), f.ttype = 'selection', {} = "
      "'manual', {}"
      "  FROM public.ir_model_fields f WHERE {} = 'true'",
      FieldColumn(facts, "relation", "''"), FieldColumn(facts, "related", "''"),
      FieldColumn(facts, "translate", "'false'"), FieldColumn(facts, "state", "''"),
      FieldColumn(facts, "size", "'0'"), FieldColumn(facts, "store", "'true'"));
}

// A model has the partitioned table; its partitions hold the rows.
void CopyToPartitions(const std::map<std::string, rules::Relation*, std::less<>>& by_table,
                      rules::Facts* facts) {
  for (rules::Relation& relation : facts->relations) {
    if (relation.root_name.empty() || relation.root_schema != "public") continue;
    const auto root = by_table.find(relation.root_name);
    if (root == by_table.end()) continue;
    relation.odoo_model = root->second->odoo_model;
    for (rules::Attribute& attribute : relation.attributes) {
      if (const rules::Attribute* same = root->second->Find(attribute.name)) attribute.odoo = same->odoo;
    }
  }
}

absl::Status ReadFields(pg::Connection& connection, Catalog* catalog) {
  std::map<std::string, rules::Relation*, std::less<>> by_table;
  for (rules::Relation& r : catalog->facts.relations) {
    if (r.schema == "public") by_table.emplace(r.name, &r);
  }
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(FieldsSql(catalog->facts)));
  for (int i = 0; i < rows.rows(); ++i) {
    const auto found = by_table.find(TableOf(rows.Get(i, 0)));
    if (found == by_table.end()) continue;
    rules::Relation& relation = *found->second;
    relation.odoo_model = rows.String(i, 0);
    for (rules::Attribute& attribute : relation.attributes) {
      if (attribute.name != rows.Get(i, 1)) continue;
      rules::OdooField& field = attribute.odoo;
      field.model = rows.String(i, 0);
      field.ttype = rows.String(i, 2);
      field.relation = rows.String(i, 3);
      field.related = rows.String(i, 4);
      field.translate = rows.Bool(i, 5);
      field.selection = rows.Bool(i, 6);
      field.custom = rows.Bool(i, 7);
      field.size = static_cast<uint32_t>(rows.Int(i, 8));
    }
  }
  CopyToPartitions(by_table, &catalog->facts);
  return absl::OkStatus();
}

// "17.0.1.3" → "17.0"
std::string Series(std::string_view version) {
  const size_t first = version.find('.');
  if (first == std::string_view::npos) return std::string(version);
  return std::string(version.substr(0, version.find('.', first + 1)));
}

}  // namespace

absl::Status ReadOdoo(pg::Connection& connection, Catalog* catalog) {
  rules::Facts& facts = catalog->facts;
  if (!HasColumns(facts, "ir_module_module", {"name", "state", "latest_version"}) ||
      !HasColumns(facts, "ir_model_fields", {"model", "name", "ttype", "relation", "state"})) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const pg::Result modules, connection.Exec(kModulesSql));
  for (int i = 0; i < modules.rows(); ++i) facts.modules[modules.String(i, 0)] = modules.String(i, 1);
  const auto base = facts.modules.find("base");
  if (base != facts.modules.end()) facts.odoo_version = Series(base->second);
  RETURN_IF_ERROR(ReadFields(connection, catalog));
  if (HasColumns(facts, "res_country", {"id", "code"})) {
    ASSIGN_OR_RETURN(const pg::Result countries, connection.Exec(kCountriesSql));
    for (int i = 0; i < countries.rows(); ++i) {
      const auto id = static_cast<size_t>(countries.Int(i, 0));
      // Odoo has some 250 countries; an id far beyond is no reason to grow without limit.
      if (id >= 100000) continue;
      if (catalog->countries.size() <= id) catalog->countries.resize(id + 1);
      catalog->countries[id] = countries.String(i, 1);
    }
  }
  if (HasColumns(facts, "res_company", {"partner_id"}) &&
      HasColumns(facts, "res_partner", {"country_id", "lang"})) {
    ASSIGN_OR_RETURN(const pg::Result company, connection.Exec(kCompanySql));
    if (company.rows() > 0) {
      facts.default_country = company.String(0, 0);
      facts.default_language = company.String(0, 1);
    }
  }
  return absl::OkStatus();
}

}  // namespace understudy::clone
