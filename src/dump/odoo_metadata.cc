#include "dump/odoo_metadata.h"

#include <algorithm>

#include "base/status.h"
#include "dump/row_texts.h"

namespace understudy::dump {
namespace {

// Odoo has some 250 countries; an id far beyond is no reason to grow without limit.
constexpr int64_t kMostCountries = 100000;

bool True(std::string_view text) { return !text.empty() && text != "f" && text != "false"; }

std::string TableOf(std::string_view model) {
  std::string table(model);
  std::replace(table.begin(), table.end(), '.', '_');
  return table;
}

// "17.0.1.3" → "17.0"
std::string Series(std::string_view version) {
  const size_t first = version.find('.');
  if (first == std::string_view::npos) return std::string(version);
  return std::string(version.substr(0, version.find('.', first + 1)));
}

}  // namespace

bool OdooMetadata::Wants(const CopyHeader& copy) {
  if (copy.schema != "public" || !copy.has_columns) return false;
  for (const std::string_view table :
       {"ir_module_module", "ir_model_fields", "res_country", "res_company", "res_partner", "res_users"}) {
    if (copy.name == table) return true;
  }
  return false;
}

absl::Status OdooMetadata::Add(const CopyHeader& copy, const copyformat::Batch& batch) {
  MutexLock lock(mutex_);
  if (copy.name == "ir_module_module") return AddModules(copy, batch);
  if (copy.name == "ir_model_fields") return AddFields(copy, batch);
  if (copy.name == "res_country") return AddCountries(copy, batch);
  return AddPeople(copy, batch);
}

absl::Status OdooMetadata::AddModules(const CopyHeader& copy, const copyformat::Batch& batch) {
  RowTexts rows(copy, {"name", "state", "latest_version"});
  for (rows.Begin(batch); rows.Next();) {
    const std::string_view state = rows.text(1);
    if (state != "installed" && state != "to upgrade" && state != "to remove") continue;
    modules_[std::string(rows.text(0))] = std::string(rows.text(2));
  }
  return rows.status();
}

absl::Status OdooMetadata::AddFields(const CopyHeader& copy, const copyformat::Batch& batch) {
  RowTexts rows(copy,
                {"model", "name", "ttype", "relation", "related", "translate", "state", "size", "store"});
  for (rows.Begin(batch); rows.Next();) {
    if (!rows.null(8) && !True(rows.text(8))) continue;
    Field field;
    field.name = std::string(rows.text(1));
    field.odoo.model = std::string(rows.text(0));
    field.odoo.ttype = std::string(rows.text(2));
    field.odoo.relation = std::string(rows.text(3));
    field.odoo.related = std::string(rows.text(4));
    field.odoo.translate = True(rows.text(5));
    field.odoo.selection = field.odoo.ttype == "selection";
    field.odoo.custom = rows.text(6) == "manual";
    field.odoo.size = static_cast<uint32_t>(rows.number(7));
    fields_.push_back(std::move(field));
  }
  return rows.status();
}

absl::Status OdooMetadata::AddCountries(const CopyHeader& copy, const copyformat::Batch& batch) {
  RowTexts rows(copy, {"id", "code"});
  for (rows.Begin(batch); rows.Next();) {
    const int64_t id = rows.number(0);
    if (rows.null(1) || id < 0 || id >= kMostCountries) continue;
    if (countries_.size() <= static_cast<size_t>(id)) countries_.resize(static_cast<size_t>(id) + 1);
    countries_[static_cast<size_t>(id)] = std::string(rows.text(1));
  }
  return rows.status();
}

absl::Status OdooMetadata::AddPeople(const CopyHeader& copy, const copyformat::Batch& batch) {
  if (copy.name == "res_company") {
    RowTexts rows(copy, {"id", "partner_id"});
    for (rows.Begin(batch); rows.Next();) {
      if (!rows.null(1)) companies_[rows.number(0)] = rows.number(1);
    }
    return rows.status();
  }
  if (copy.name == "res_users") {
    RowTexts rows(copy, {"id", "partner_id"});
    for (rows.Begin(batch); rows.Next();) users_.emplace(rows.number(1), rows.number(0));
    return rows.status();
  }
  RowTexts rows(copy, {"id", "country_id", "lang"});
  for (rows.Begin(batch); rows.Next();) {
    const int64_t id = rows.number(0);
    const bool company = std::any_of(companies_.begin(), companies_.end(),
                                     [&](const auto& entry) { return entry.second == id; });
    if (company || companies_.empty()) partners_[id] = {rows.number(1), std::string(rows.text(2))};
  }
  return rows.status();
}

void OdooMetadata::FillFields(clone::Catalog* catalog) const {
  std::map<std::string, rules::Relation*, std::less<>> by_table;
  for (rules::Relation& relation : catalog->facts.relations) {
    if (relation.schema == "public") by_table.emplace(relation.name, &relation);
  }
  for (const Field& field : fields_) {
    const auto found = by_table.find(TableOf(field.odoo.model));
    if (found == by_table.end()) continue;
    found->second->odoo_model = field.odoo.model;
    for (rules::Attribute& attribute : found->second->attributes) {
      if (attribute.name == field.name) attribute.odoo = field.odoo;
    }
  }
}

void OdooMetadata::Fill(clone::Catalog* catalog) const {
  MutexLock lock(mutex_);
  if (modules_.empty() || fields_.empty()) return;
  rules::Facts& facts = catalog->facts;
  for (const auto& [name, version] : modules_) facts.modules[name] = version;
  const auto base = modules_.find("base");
  if (base != modules_.end()) facts.odoo_version = Series(base->second);
  FillFields(catalog);
  catalog->countries = countries_;
  for (const auto& [company, partner] : companies_) {
    const auto found = partners_.find(partner);
    if (found == partners_.end()) continue;
    const auto country = static_cast<size_t>(found->second.country);
    if (country < countries_.size()) facts.default_country = countries_[country];
    facts.default_language = found->second.language;
    return;
  }
}

std::unordered_set<int64_t> OdooMetadata::CompanyPartners() const {
  MutexLock lock(mutex_);
  std::unordered_set<int64_t> partners;
  for (const auto& [company, partner] : companies_) partners.insert(partner);
  return partners;
}

std::multimap<int64_t, int64_t> OdooMetadata::UsersByPartner() const {
  MutexLock lock(mutex_);
  return users_;
}

}  // namespace understudy::dump
