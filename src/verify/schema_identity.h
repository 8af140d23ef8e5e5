// Is the schema of staging that of production? Told from the catalogues of both, object by object.
//
// DESIGN
//   A schema is a sorted list of facts (object, property, value) read by a few catalogue queries
//   (schema_queries.h); two of them are merged like two sorted files. Values are compared and not shown,
//   unless the property is one that cannot hold data (a type, a version, a flag): defaults, comments and
//   function bodies may quote customers. Differences of one kind on many objects (every table has another
//   owner) are one line.
//   Deliberate: what a refresh changes on purpose (owners, privileges, tablespaces, publications, user
//   mappings, its own settings). Environment: what the server decides (versions of extensions and
//   collations). The rest is a finding, unless policy.accepted names its id.
// Ownership: values. Threads: pure functions; ReadSchema uses its connection.
#ifndef UNDERSTUDY_VERIFY_SCHEMA_IDENTITY_H_
#define UNDERSTUDY_VERIFY_SCHEMA_IDENTITY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pg/connection.h"
#include "record/run_record.h"
#include "record/warning_id.h"

namespace understudy::verify {

struct SchemaFact {
  std::string object;    // "index public.res_partner_name_idx"
  std::string property;  // "definition"; empty: that it exists
  std::string value;
};

// Sorted by object and property. The session's search_path must be empty (pg::OpenSource).
using SchemaFacts = std::vector<SchemaFact>;
absl::StatusOr<SchemaFacts> ReadSchema(pg::Connection& connection);

enum class DifferenceKind { kFinding, kAccepted, kEnvironment, kDeliberate };

struct SchemaChange {
  std::string object;
  std::string difference;  // "missing on staging", "type: integer on production, bigint on staging"
  DifferenceKind kind = DifferenceKind::kFinding;
  std::string property;  // "type"; empty: that it exists
};

// "schema-differs:column public.t.c:type"
record::WarningId IdOf(const SchemaChange& change);
// Findings that policy.accepted names are findings no longer.
void Accept(const std::vector<std::string>& accepted, std::vector<SchemaChange>* changes);

// `first` and `second` name the ends in the text: "production" and "staging".
std::vector<SchemaChange> CompareSchemas(const SchemaFacts& first, const SchemaFacts& second,
                                         std::string_view first_name = "production",
                                         std::string_view second_name = "staging");

// What publishing sets (settings and comment of the database): no difference of a copy still hidden.
void DropWhatPublishingSets(std::vector<SchemaChange>* changes);

std::vector<record::SchemaDifference> ToRecord(const std::vector<SchemaChange>& changes);

}  // namespace understudy::verify

#endif  // UNDERSTUDY_VERIFY_SCHEMA_IDENTITY_H_
