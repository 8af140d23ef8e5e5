// Packs × facts → exactly one treatment for every column of this database, with the reason.
//
// DESIGN
//   Rank, highest first: a rule that names table and column; what a stored related field
//   ("partner_id.email") points to, if a rule names that; patterns; the default. Within a rank the later pack
//   wins, within a pack the first pattern. The default keeps what can't carry text (clone/catalog decides
//   that from pg_type) and calls the rest unclassified; Policy says what happens to it. Losers stay visible.
//   Errors and warnings are findings with stable ids (no line numbers in them), collected rather than
//   returned one by one: a user fixes a list. Accepted ids silence warnings, and let an unclassified column
//   pass under `fail` (it is then rewritten).
// Ownership: a Plan is a value; it keeps indexes into the Facts it was made from, no pointers.
// Threads: immutable once made.
#ifndef UNDERSTUDY_RULES_PLAN_H_
#define UNDERSTUDY_RULES_PLAN_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "record/warning_id.h"
#include "rules/facts.h"
#include "rules/pack.h"
#include "rules/treatment.h"

namespace understudy::rules {

enum class Unclassified : uint8_t { kFail, kRewrite, kKeep };
std::optional<Unclassified> UnclassifiedByName(std::string_view word);

struct Policy {
  Unclassified unclassified = Unclassified::kRewrite;
  std::vector<std::string> accepted;  // stable ids
};

// Why a column has its treatment.
enum class Source : uint8_t {
  kRule,       // a pack names table and column
  kRelated,    // a rule for the column that this one is a stored copy of
  kPattern,    // a pattern of a pack
  kNoText,     // can't carry text: kept
  kGenerated,  // computed by PostgreSQL from other columns, never copied
  kPolicy,     // unclassified: the policy decides
  kNoRows,     // the table's rows are not copied
};

// A rule that lost.
struct Overridden {
  std::string treatment;
  std::string pack;
  Position position;
};

// How a treatment goes with a unique key over its column.
struct Uniqueness {
  std::string key;  // the constraint's or index's name; empty: no unique key reads the column
  bool injective = false;
  int digest_bits = 0;   // not injective: two values meet with probability 2^-bits
  double collision = 0;  // probability that any two of the rows meet (birthday bound)
};

struct ColumnPlan {
  std::string column;
  Treatment treatment;
  Source source = Source::kNoText;
  std::string pack;   // kRule, kRelated, kPattern
  Position position;  // of the rule
  std::string note;   // kRelated: "copy of res_partner.email"
  std::vector<Overridden> overridden;
  Uniqueness uniqueness;
  bool unique = false;  // pseudonyms carry the extra digest of Context::unique

  bool unclassified() const { return source == Source::kPolicy; }
  // "odoo/contacts (rules/odoo/contacts.yaml:12)", "carries no text", …
  std::string Reason() const;
};

// A unique key of several columns, some kept: pseudonyms of `column` can meet only in rows that agree in
// `kept`. How many there are the facts don't say.
struct PartlyKept {
  std::string key, column;
  std::vector<std::string> kept;
  int digest_bits = 0;
};

struct TablePlan {
  std::string schema, name;
  bool empty = false;                // no rows
  std::optional<std::string> where;  // only these rows
  std::string row_pack;              // what says so
  Position row_position;
  std::vector<ColumnPlan> columns;      // parallel to Relation::attributes
  std::vector<PartlyKept> partly_kept;  // each with a warning "not-unique:TABLE.COLUMN"

  std::string QualifiedName() const { return schema == "public" ? name : schema + "." + name; }
  const ColumnPlan* Find(std::string_view column) const;
  // At least one column that COPY carries is not kept.
  bool ChangesValues() const;
};

struct Finding {
  record::WarningId id;  // "missing-column:res_partner.emial"
  std::string text;      // "rules/site.yaml:7:5: res_partner has no column emial; did you mean email?"
};

struct Plan {
  std::vector<TablePlan> tables;      // parallel to Facts::relations
  std::vector<Finding> unclassified;  // id "unclassified:table.column"
  std::vector<Finding> errors;
  std::vector<Finding> warnings;    // without the accepted ones
  std::set<std::string> found_ids;  // ids of all findings, the accepted ones too
  Unclassified policy = Unclassified::kRewrite;
  // Unclassified columns that no accepted id covers: under `fail` these stop the run.
  size_t unaccepted = 0;

  const TablePlan* Find(std::string_view qualified_name) const;
  // Where in `tables` it is, for a name that a user gave: else a usage error with the nearest name.
  absl::StatusOr<size_t> PositionOf(std::string_view qualified_name) const;
  // The error a run must stop with: errors first (usage), then unclassified columns under `fail` (exit 3).
  absl::Status Check() const;
};

Plan MakePlan(const std::vector<Pack>& packs, const Facts& facts, const Policy& policy);

// "17.0" or "saas~17.2" → 17.2; nullopt if there is no number.
std::optional<double> MajorVersion(std::string_view odoo_version);
bool Applies(const When& when, const Facts& facts);

// The whole plan, one line a column, for golden tests and for reading.
std::string DumpPlan(const Plan& plan);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_PLAN_H_
