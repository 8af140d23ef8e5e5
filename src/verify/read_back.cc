#include "verify/read_back.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "base/status.h"
#include "pg/quote.h"
#include "rules/compile.h"
#include "rules/observer_group.h"
#include "verify/keep_all.h"

namespace understudy::verify {
namespace {

constexpr const char* kSizesSql =
    "SELECT n.nspname, c.relname, pg_catalog.pg_relation_size(c.oid),"
    "       CASE WHEN c.reltoastrelid <> 0 THEN pg_catalog.pg_relation_size(c.reltoastrelid) ELSE 0 END,"
    "       pg_catalog.current_setting('block_size')::int"
    "  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND c.relpersistence <> 't'"
    "   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')";

// The database being read need not be the one the facts are of: a fresh copy is denser.
absl::StatusOr<rules::Facts> WithSizes(const rules::Facts& facts, const std::vector<TableToRead>& tables,
                                       pg::Connection& connection) {
  ASSIGN_OR_RETURN(const pg::Result rows, connection.Exec(kSizesSql));
  std::map<std::pair<std::string_view, std::string_view>, int> row_of;
  for (int i = 0; i < rows.rows(); ++i) row_of[{rows.Get(i, 0), rows.Get(i, 1)}] = i;
  rules::Facts sized = facts;
  for (const TableToRead& table : tables) {
    rules::Relation& relation = sized.relations[table.relation];
    const auto found = row_of.find({relation.schema, relation.name});
    if (found == row_of.end()) {
      return WithExit(Failed(fmt::format("{} is missing", pg::RelationName(relation.schema, relation.name))),
                      ExitClass::kFidelity);
    }
    const auto heap = static_cast<uint64_t>(rows.Int(found->second, 2));
    relation.bytes = heap + static_cast<uint64_t>(rows.Int(found->second, 3));
    relation.pages = heap / static_cast<uint64_t>(rows.Int(found->second, 4));
  }
  return sized;
}

}  // namespace

absl::StatusOr<std::vector<Fingerprints>> ReadFingerprints(const rules::Facts& facts,
                                                           const std::vector<TableToRead>& tables,
                                                           engine::Engine& engine,
                                                           const ReadOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> session, options.open(options.cancel));
  ASSIGN_OR_RETURN(const rules::Facts sized, WithSizes(facts, tables, *session));
  const int server_version = session->server_version();
  session.reset();
  const rules::Toolbox toolbox;
  std::vector<std::unique_ptr<FingerprintFactory>> factories;
  std::vector<rules::ObserverGroup> groups(tables.size());
  std::vector<clone::TableCopy> copies;
  for (size_t i = 0; i < tables.size(); ++i) {
    const TableToRead& table = tables[i];
    const rules::Relation& relation = sized.relations[table.relation];
    factories.push_back(std::make_unique<FingerprintFactory>(relation, table.columns, *options.secret));
    groups[i].Add(factories.back().get());
    if (i < options.watching.size() && options.watching[i] != nullptr) groups[i].Add(options.watching[i]);
    clone::TableCopy copy;
    copy.relation = table.relation;
    copy.columns = table.columns;
    copy.format = table.format;
    copy.where = table.where;
    ASSIGN_OR_RETURN(copy.transform,
                     rules::MakeTransform(relation, KeepAll(relation), table.format, toolbox, &groups[i]));
    copies.push_back(std::move(copy));
  }
  Counters unseen;
  clone::RowsOptions rows;
  rows.lanes = options.lanes;
  rows.server_version = server_version;
  rows.open_source = options.open;
  rows.separate_reads = options.separate_reads;
  rows.cancel = options.cancel;
  rows.counters = options.counters != nullptr ? options.counters : &unseen;
  rows.source_holds = options.holds;
  rows.retrying = options.retrying;
  absl::StatusOr<std::vector<clone::TableResult>> read = clone::CopyRows(sized, copies, engine, rows);
  if (!read.ok()) return Annotate(read.status(), "reading back");
  std::vector<Fingerprints> fingerprints;
  for (size_t i = 0; i < tables.size(); ++i) {
    fingerprints.push_back(factories[i]->Totals());
    fingerprints.back().source.resize(tables[i].columns.size());
    fingerprints.back().staging.resize(tables[i].columns.size());
  }
  return fingerprints;
}

std::string Difference::ToString() const {
  const std::string name = pg::RelationName(schema, table);
  if (!problem.empty()) return fmt::format("{}{}{}: {}", name, column.empty() ? "" : ".", column, problem);
  if (!column.empty()) return fmt::format("{}.{} differs", name, column);
  if (rows_expected == rows_found) return fmt::format("{}: values changed places between rows", name);
  return fmt::format("{} has {} rows instead of {}", name, rows_found, rows_expected);
}

std::vector<Difference> Compare(const rules::Relation& relation, const std::vector<int>& columns,
                                const Fingerprints& expected, const Fingerprints& found) {
  const auto at = [](const std::vector<uint64_t>& sums, size_t i) { return i < sums.size() ? sums[i] : 0; };
  std::vector<Difference> differences;
  const Difference place{relation.schema, relation.name, "", expected.rows, found.rows, ""};
  // A row more or less changes every column: naming them all would say nothing.
  if (expected.rows != found.rows) return {place};
  for (size_t i = 0; i < columns.size(); ++i) {
    if (at(expected.staging, i) == at(found.staging, i)) continue;
    differences.push_back(place);
    differences.back().column = relation.attributes[static_cast<size_t>(columns[i])].name;
  }
  if (differences.empty() && expected.whole_rows != found.whole_rows) differences.push_back(place);
  return differences;
}

void RecordFingerprints(const rules::Relation& relation, const std::vector<int>& columns,
                        copyformat::Format format, const Fingerprints& sent, const Fingerprints* found,
                        const FingerprintSecret& secret, record::Table* table) {
  const auto seal = [&](std::string_view column, const std::vector<uint64_t>& sums, size_t i) {
    return Seal(secret, relation.schema, relation.name, column, i < sums.size() ? sums[i] : 0);
  };
  table->row_format = format == copyformat::Format::kBinary ? "binary" : "text";
  if (relation.primary_key.empty()) {
    table->rows_fingerprint = Seal(secret, relation.schema, relation.name, "", sent.whole_rows);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    record::TableColumn& column = table->columns[static_cast<size_t>(columns[i])];
    column.source_fingerprint = seal(column.name, sent.source, i);
    column.staging_fingerprint = seal(column.name, sent.staging, i);
    if (found != nullptr) column.read_back_fingerprint = seal(column.name, found->staging, i);
  }
  table->fidelity = found == nullptr                                   ? "not checked"
                    : Compare(relation, columns, sent, *found).empty() ? "identical"
                                                                       : "differs";
}

void RecordPublished(const rules::Relation& relation, const std::vector<int>& columns,
                     const Fingerprints& found, const FingerprintSecret& secret, record::Table* table) {
  table->published_rows = found.rows;
  if (relation.primary_key.empty()) {
    table->rows_fingerprint = Seal(secret, relation.schema, relation.name, "", found.whole_rows);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    record::TableColumn& column = table->columns[static_cast<size_t>(columns[i])];
    column.published_fingerprint =
        Seal(secret, relation.schema, relation.name, column.name, found.staging[i]);
  }
}

std::vector<Difference> CompareWithRecord(const rules::Relation& relation, const std::vector<int>& columns,
                                          const Fingerprints& found, const FingerprintSecret& secret,
                                          const record::Table& table) {
  const bool neutralised = std::any_of(table.columns.begin(), table.columns.end(),
                                       [](const auto& c) { return !c.published_fingerprint.empty(); });
  const uint64_t expected_rows = neutralised ? table.published_rows : table.rows;
  const Difference place{relation.schema, relation.name, "", expected_rows, found.rows, ""};
  if (found.rows != expected_rows) return {place};
  std::vector<Difference> differences;
  for (const record::TableColumn& column : table.columns) {
    const std::string& expected = neutralised ? column.published_fingerprint : column.staging_fingerprint;
    if (expected.empty()) continue;  // generated: not copied
    size_t i = 0;
    while (i < columns.size() && relation.attributes[static_cast<size_t>(columns[i])].name != column.name) {
      ++i;
    }
    Difference difference = place;
    difference.column = column.name;
    if (i == columns.size()) {
      difference.problem = "the column is missing";
      differences.push_back(std::move(difference));
    } else if (Seal(secret, relation.schema, relation.name, column.name, found.staging[i]) != expected) {
      differences.push_back(std::move(difference));
    }
  }
  if (differences.empty() && relation.primary_key.empty() && !table.rows_fingerprint.empty() &&
      columns.size() == table.columns.size() &&
      Seal(secret, relation.schema, relation.name, "", found.whole_rows) != table.rows_fingerprint) {
    differences.push_back(place);
  }
  return differences;
}

}  // namespace understudy::verify
