#include "verify/schema_identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/status.h"
#include "base/strings.h"
#include "verify/schema_queries.h"

namespace understudy::verify {
namespace {

// Properties whose values are catalogue words, never a user's text.
constexpr std::string_view kShown[] = {"type",
                                       "position",
                                       "position among inherited ones",
                                       "not null",
                                       "identity",
                                       "generated",
                                       "collation",
                                       "storage",
                                       "compression",
                                       "statistics target",
                                       "kind",
                                       "persistence",
                                       "access method",
                                       "row security",
                                       "version",
                                       "schema",
                                       "encoding",
                                       "lc_collate",
                                       "lc_ctype",
                                       "locale",
                                       "locale provider",
                                       "collation version",
                                       "valid",
                                       "validated",
                                       "enabled",
                                       "populated",
                                       "connection limit",
                                       "volatility",
                                       "parallel",
                                       "strict",
                                       "leakproof",
                                       "start",
                                       "increment",
                                       "minimum",
                                       "maximum",
                                       "cache",
                                       "cycle",
                                       "provider",
                                       "replica identity",
                                       "primary",
                                       "clustered",
                                       "deterministic",
                                       "subtype",
                                       "inherited",
                                       "forced row security"};

bool Shown(std::string_view property) {
  return std::find(std::begin(kShown), std::end(kShown), property) != std::end(kShown);
}

// What a refresh leaves out or changes on purpose: pg_dump runs without owners, privileges, tablespaces,
// publications and subscriptions, and the settings that name libraries or roles of production's server stay
// behind. In a table that inherits, SQL has no way to say that a column of the parent stands behind own ones.
bool Deliberate(const SchemaFact& fact) {
  if (fact.property == "owner" || fact.property == "acl" || fact.property == "tablespace") return true;
  if (fact.property == "position among inherited ones") return true;
  for (const std::string_view prefix :
       {"publication ", "subscription ", "user mapping ", "default privileges ", "setting of role ",
        "setting understudy.", "setting role", "setting session_authorization"}) {
    if (fact.object.starts_with(prefix)) return true;
  }
  return fact.object.starts_with("setting ") && fact.object.ends_with("_preload_libraries");
}

bool Environment(const SchemaFact& fact) {
  return (fact.object.starts_with("extension ") && fact.property == "version") ||
         (fact.object.starts_with("collation ") && fact.property == "version") ||
         (fact.object == "database" && fact.property == "collation version");
}

DifferenceKind KindOf(const SchemaFact& fact) {
  if (Deliberate(fact)) return DifferenceKind::kDeliberate;
  return Environment(fact) ? DifferenceKind::kEnvironment : DifferenceKind::kFinding;
}

constexpr std::string_view kRole = "role ", kPolicy = "policy ", kRoles = "roles";

bool IsRole(const SchemaFact& fact) { return fact.object.starts_with(kRole); }

// What the policies of one end can be for on the other, whose server may lack roles: policy → its roles that
// are there, as the property says them. A policy that is for all is not in it.
std::map<std::string, std::string> FittingRoles(const SchemaFacts& first, const SchemaFacts& second) {
  std::set<std::string_view> there;
  for (const SchemaFact& fact : second) {
    if (IsRole(fact)) there.insert(std::string_view(fact.object).substr(kRole.size()));
  }
  std::map<std::string, std::string> fitting;
  for (const SchemaFact& fact : first) {
    if (!fact.object.starts_with(kPolicy) || fact.property != kRoles || fact.value == "public") continue;
    std::string& roles = fitting[fact.object];
    for (const std::string_view role : Split(fact.value, '\n')) {
      if (there.contains(role)) roles += (roles.empty() ? "" : "\n") + std::string(role);
    }
  }
  return fitting;
}

auto Place(const SchemaFact& fact) { return std::tie(fact.object, fact.property); }

class Comparison {
 public:
  Comparison(std::string_view first, std::string_view second, std::map<std::string, std::string> fitting)
      : first_(first), second_(second), fitting_(std::move(fitting)) {}

  void Missing(const SchemaFact& fact, bool on_second) {
    if (fact.property.empty()) {
      absent_.insert(fact.object);
      if (on_second && Fits(fact.object, "")) {
        changes_.push_back({fact.object, fmt::format("missing on {}, which has none of its roles", second_),
                            DifferenceKind::kDeliberate, ""});
        return;
      }
      Add(fact, fmt::format("missing on {}", on_second ? second_ : first_));
    } else if (absent_.count(fact.object) == 0) {
      on_second ? Differs(fact, &fact.value, nullptr) : Differs(fact, nullptr, &fact.value);
    }
  }
  void Both(const SchemaFact& first, const SchemaFact& second) {
    if (first.value == second.value) return;
    if (first.property == kRoles && Fits(first.object, second.value)) {
      changes_.push_back({first.object, fmt::format("for those of its roles that {} has", second_),
                          DifferenceKind::kDeliberate, first.property});
      return;
    }
    Differs(first, &first.value, &second.value);
  }

  std::vector<SchemaChange> Take() {
    for (const auto& [key, count] : grouped_) {
      changes_.push_back({fmt::format("{} {}", count, count == 1 ? "object" : "objects"),
                          fmt::format("{} differs", key), DifferenceKind::kDeliberate, key});
    }
    std::stable_sort(changes_.begin(), changes_.end(), [](const SchemaChange& a, const SchemaChange& b) {
      return std::tie(a.kind, a.object) < std::tie(b.kind, b.object);
    });
    return std::move(changes_);
  }

 private:
  // A policy that can't be for other roles there.
  bool Fits(const std::string& object, std::string_view roles) const {
    const auto found = fitting_.find(object);
    return found != fitting_.end() && found->second == roles;
  }
  void Differs(const SchemaFact& fact, const std::string* first, const std::string* second) {
    // Owners and privileges of every object, in one line each.
    if (fact.property == "owner" || fact.property == "acl") {
      ++grouped_[fact.property == "owner" ? "owner" : "privileges"];
      return;
    }
    if (!Shown(fact.property)) {
      Add(fact, fmt::format("{} differs", fact.property));
      return;
    }
    Add(fact, fmt::format("{}: {} on {}, {} on {}", fact.property, first != nullptr ? *first : "none", first_,
                          second != nullptr ? *second : "none", second_));
  }
  void Add(const SchemaFact& fact, std::string text) {
    changes_.push_back({fact.object, std::move(text), KindOf(fact), fact.property});
  }

  const std::string first_, second_;
  const std::map<std::string, std::string> fitting_;
  std::set<std::string> absent_;  // objects that one end lacks: their properties say nothing more
  std::map<std::string, size_t> grouped_;
  std::vector<SchemaChange> changes_;
};

}  // namespace

absl::StatusOr<SchemaFacts> ReadSchema(pg::Connection& connection) {
  SchemaFacts facts;
  for (const std::string& query : SchemaQueries()) {
    absl::StatusOr<pg::Result> read = connection.Exec(query);
    if (!read.ok()) return Annotate(read.status(), "reading the schema");
    const pg::Result& rows = *read;
    for (int row = 0; row < rows.rows(); ++row) {
      const std::string object = rows.String(row, 0);
      facts.push_back({object, "", ""});
      for (int column = 1; column < rows.columns(); ++column) {
        if (rows.IsNull(row, column)) continue;
        facts.push_back({object, std::string(rows.ColumnName(column)), rows.String(row, column)});
      }
    }
  }
  std::sort(facts.begin(), facts.end(), [](const SchemaFact& a, const SchemaFact& b) {
    return std::tie(a.object, a.property, a.value) < std::tie(b.object, b.property, b.value);
  });
  // Two queries describe sequences: that one exists is said once.
  facts.erase(std::unique(facts.begin(), facts.end(),
                          [](const SchemaFact& a, const SchemaFact& b) {
                            return a.property.empty() && Place(a) == Place(b);
                          }),
              facts.end());
  return facts;
}

std::vector<SchemaChange> CompareSchemas(const SchemaFacts& first, const SchemaFacts& second,
                                         std::string_view first_name, std::string_view second_name) {
  Comparison comparison(first_name, second_name, FittingRoles(first, second));
  auto a = first.begin(), b = second.begin();
  while (a != first.end() || b != second.end()) {
    // Roles are the server's.
    if (a != first.end() && IsRole(*a)) {
      ++a;
    } else if (b != second.end() && IsRole(*b)) {
      ++b;
    } else if (b == second.end() || (a != first.end() && Place(*a) < Place(*b))) {
      comparison.Missing(*a++, true);
    } else if (a == first.end() || Place(*b) < Place(*a)) {
      comparison.Missing(*b++, false);
    } else {
      comparison.Both(*a++, *b++);
    }
  }
  return comparison.Take();
}

record::WarningId IdOf(const SchemaChange& change) {
  return {record::WarningKind::kSchemaDiffers,
          change.object + (change.property.empty() ? "" : ":" + change.property)};
}

void Accept(const std::vector<std::string>& accepted, std::vector<SchemaChange>* changes) {
  for (SchemaChange& change : *changes) {
    if (change.kind != DifferenceKind::kFinding) continue;
    const record::WarningId id = IdOf(change);
    if (std::find(accepted.begin(), accepted.end(), id.text()) != accepted.end()) {
      change.kind = DifferenceKind::kAccepted;
    }
  }
}

void DropWhatPublishingSets(std::vector<SchemaChange>* changes) {
  std::erase_if(*changes, [](const SchemaChange& change) {
    return change.object.starts_with("setting ") ||
           (change.object == "database" &&
            (change.difference.starts_with("comment") || change.difference.starts_with("connection limit")));
  });
}

std::vector<record::SchemaDifference> ToRecord(const std::vector<SchemaChange>& changes) {
  std::vector<record::SchemaDifference> record;
  for (const SchemaChange& change : changes) {
    const bool deliberate =
        change.kind == DifferenceKind::kDeliberate || change.kind == DifferenceKind::kAccepted;
    record.push_back({change.object, change.difference, deliberate});
  }
  return record;
}

}  // namespace understudy::verify
