#include "verify/run_verify.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "base/status.h"
#include "clone/catalog.h"
#include "rules/compile.h"

namespace understudy::verify {
namespace {

// The condition on an extension's table is written with its WHERE.
std::string WhereOf(const clone::Catalog& catalog, size_t relation) {
  const auto found = catalog.extension_config.find(relation);
  if (found == catalog.extension_config.end()) return {};
  std::string_view condition = found->second;
  if (condition.starts_with("WHERE ")) condition.remove_prefix(6);
  return std::string(condition);
}

bool HasFingerprints(const record::Table& table) {
  return !table.row_format.empty() &&
         std::any_of(table.columns.begin(), table.columns.end(), [](const record::TableColumn& c) {
           return !c.staging_fingerprint.empty() || !c.published_fingerprint.empty();
         });
}

absl::Status CheckFingerprints(const VerifyOptions& options, const clone::Catalog& catalog,
                               const pg::Snapshot& snapshot, engine::Engine& engine, VerifyResult* result) {
  const std::vector<rules::Relation>& relations = catalog.facts.relations;
  std::map<std::pair<std::string_view, std::string_view>, size_t> position;
  for (size_t i = 0; i < relations.size(); ++i) position[{relations[i].schema, relations[i].name}] = i;
  std::vector<TableToRead> tables;
  std::vector<const record::Table*> recorded;
  for (const record::Table& table : options.run->tables) {
    const auto found = position.find({table.schema, table.name});
    if (found == position.end()) {
      result->differences.push_back({table.schema, table.name, "", table.rows, 0, "the table is missing"});
      continue;
    }
    if (!HasFingerprints(table)) {
      ++result->tables_without_fingerprint;
      continue;
    }
    const copyformat::Format format =
        table.row_format == "binary" ? copyformat::Format::kBinary : copyformat::Format::kText;
    tables.push_back({found->second, rules::CopyAttributes(relations[found->second]), format,
                      WhereOf(catalog, found->second)});
    recorded.push_back(&table);
  }
  ReadOptions read;
  read.lanes = options.lanes;
  read.open = [&snapshot](const CancelToken* token) { return snapshot.Import(token); };
  read.secret = options.secret;
  read.cancel = options.cancel;
  read.counters = options.counters;
  ASSIGN_OR_RETURN(const std::vector<Fingerprints> found,
                   ReadFingerprints(catalog.facts, tables, engine, read));
  for (size_t i = 0; i < tables.size(); ++i) {
    const rules::Relation& relation = relations[tables[i].relation];
    for (Difference& difference :
         CompareWithRecord(relation, tables[i].columns, found[i], *options.secret, *recorded[i])) {
      result->differences.push_back(std::move(difference));
    }
    ++result->tables_checked;
    result->rows_checked += found[i].rows;
    result->columns_checked += tables[i].columns.size();
  }
  return absl::OkStatus();
}

absl::Status CheckAssertions(const VerifyOptions& options, const clone::Catalog& catalog,
                             VerifyResult* result) {
  odoo::Sandbox sandbox = options.sandbox;
  if (options.password_hash) {
    ASSIGN_OR_RETURN(sandbox.password_hash,
                     options.password_hash(std::atoi(catalog.facts.odoo_version.c_str())));
  }
  ASSIGN_OR_RETURN(const std::vector<odoo::Spec> specs,
                   odoo::LoadPacks(odoo::PackKind::kAssertions, options.assertions_directory));
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> session, pg::OpenSource(options.staging, options.cancel));
  ASSIGN_OR_RETURN(result->assertions, odoo::RunAssertions(*session, specs, sandbox));
  ASSIGN_OR_RETURN(const odoo::Schema schema, odoo::LoadSchema(*session));
  ASSIGN_OR_RETURN(result->outside, odoo::Sweep(*session, schema, sandbox));
  return absl::OkStatus();
}

absl::Status CheckSchema(const VerifyOptions& options, pg::Connection& staging, VerifyResult* result) {
  absl::StatusOr<std::unique_ptr<pg::Connection>> production =
      pg::OpenSource(*options.production, options.cancel);
  if (!production.ok()) return Annotate(production.status(), "production");
  absl::StatusOr<SchemaFacts> first = ReadSchema(**production);
  if (!first.ok()) return Annotate(first.status(), "production");
  ASSIGN_OR_RETURN(const SchemaFacts second, ReadSchema(staging));
  result->schema = CompareSchemas(*first, second);
  result->schema_checked = true;
  return absl::OkStatus();
}

}  // namespace

uint64_t VerifyResult::schema_findings() const {
  return static_cast<uint64_t>(std::count_if(schema.begin(), schema.end(), [](const SchemaChange& c) {
    return c.kind == DifferenceKind::kFinding;
  }));
}

absl::StatusOr<VerifyResult> RunVerify(const VerifyOptions& options, engine::Engine& engine) {
  VerifyResult result;
  absl::StatusOr<std::unique_ptr<pg::Snapshot>> snapshot =
      pg::Snapshot::Export(options.staging, options.cancel);
  if (!snapshot.ok()) return Annotate(snapshot.status(), "staging");
  ASSIGN_OR_RETURN(const clone::Catalog catalog, clone::ReadCatalog((*snapshot)->connection()));
  if (catalog.facts.is_odoo()) RETURN_IF_ERROR(CheckAssertions(options, catalog, &result));
  if (options.production.has_value()) {
    RETURN_IF_ERROR(CheckSchema(options, (*snapshot)->connection(), &result));
  }
  if (options.run != nullptr && options.secret != nullptr) {
    RETURN_IF_ERROR(CheckFingerprints(options, catalog, **snapshot, engine, &result));
  }
  return result;
}

}  // namespace understudy::verify
