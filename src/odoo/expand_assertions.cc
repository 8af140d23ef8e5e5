#include <fmt/format.h>

#include "base/status.h"
#include "odoo/columns.h"
#include "odoo/expand.h"
#include "pg/quote.h"

namespace understudy::odoo {
namespace {

using pg::QuoteIdentifier;
using pg::QuoteLiteral;

std::string Table(std::string_view table) { return pg::QuoteRelation("public", table); }

// True in SQL for a value that says something.
std::string Holds(const Place& place) {
  std::string name = QuoteIdentifier(place.column);
  if (place.info->textual()) return fmt::format("coalesce({}, '') !~ '^(neutralised.*)?$'", name);
  if (place.info->bytes()) return fmt::format("octet_length({}) > 0", name);
  if (place.info->json()) return fmt::format("{}::text NOT IN ('{{}}', '[]', 'null', '\"\"', 'false')", name);
  if (place.info->type == "boolean") return name;
  return name + " IS NOT NULL";
}

class AssertionExpander {
 public:
  AssertionExpander(const Schema& schema, const Sandbox& sandbox, std::vector<AssertionQuery>* out)
      : schema_(schema), sandbox_(sandbox), variables_(VariablesOf(sandbox)), out_(out) {}

  absl::Status Expand(const Spec& spec) {
    if (!spec.guard.Holds(schema_)) return absl::OkStatus();
    if (spec.guard.when_login && sandbox_.password_hash.empty()) return absl::OkStatus();
    if (spec.action == "sql") return Sql(spec);
    if (spec.action == "no_values" || spec.action == "no_values_matching") return NoValues(spec);
    if (spec.action == "no_rows") return NoRows(spec);
    if (spec.action == "rotated") return Rotated(spec);
    if (spec.action == "flags") return Flags(spec);
    if (schema_.Find("ir_config_parameter", "value") == nullptr) return absl::OkStatus();
    if (spec.action == "parameters") return Parameters(spec);
    if (spec.action == "no_parameters") return NoParameters(spec);
    return IdentityRotated(spec);
  }

 private:
  void Add(const Spec& spec, std::string_view place, std::string_view rows) {
    AssertionQuery query;
    query.name = place.empty() ? spec.name : fmt::format("{}:{}", spec.name, place);
    query.channel = spec.channel;
    query.reason = spec.reason;
    query.severity = spec.severity;
    std::string condition;
    if (!spec.guard.unless_parameter.empty() && schema_.HasTable("ir_config_parameter")) {
      condition = fmt::format(" WHERE NOT EXISTS (SELECT 1 FROM ir_config_parameter WHERE key = {})",
                              QuoteLiteral(spec.guard.unless_parameter));
    }
    query.sql = fmt::format("SELECT count(*) FROM ({}) AS violations{}", rows, condition);
    out_->push_back(std::move(query));
  }

  absl::Status Sql(const Spec& spec) {
    ASSIGN_OR_RETURN(const std::string text, spec.body.Text("sql"));
    auto sql = Substitute(text, variables_);
    if (!sql.ok()) return spec.body.Error(MessageOf(sql.status()));
    Add(spec, "", *sql);
    return absl::OkStatus();
  }

  // The sandbox fills providers with test credentials: these very values, and no others.
  std::string NotSandboxed(const std::string& table, const Place& place) const {
    if ((table != "payment_provider" && table != "payment_acquirer") || !place.info->textual()) return "";
    const std::string code = schema_.Find(table, "code") != nullptr ? "code" : "provider";
    if (schema_.Find(table, code) == nullptr) return "";
    std::string condition;
    for (const auto& [provider, credentials] : sandbox_.payment) {
      const auto given = credentials.find(place.column);
      if (given == credentials.end()) continue;
      condition += fmt::format(" AND ({}, {}) IS DISTINCT FROM ({}, {})", code, QuoteIdentifier(place.column),
                               QuoteLiteral(provider), QuoteLiteral(given->second));
    }
    return condition;
  }

  absl::Status NoValues(const Spec& spec) {
    auto places = spec.action == "no_values" ? SelectColumns(spec, schema_) : SelectMatching(spec, schema_);
    if (!places.ok()) return places.status();
    for (const auto& [table, columns] : *places) {
      for (const Place& place : columns) {
        Add(spec, table + "." + place.column,
            fmt::format("SELECT 1 FROM {} WHERE {}{}", Table(table), Holds(place),
                        NotSandboxed(table, place)));
      }
    }
    return absl::OkStatus();
  }

  absl::Status NoRows(const Spec& spec) {
    ASSIGN_OR_RETURN(const std::vector<std::string> tables, spec.body.Texts("no_rows"));
    for (const std::string& table : tables) {
      if (schema_.HasTable(table)) Add(spec, table, "SELECT 1 FROM " + Table(table));
    }
    return absl::OkStatus();
  }

  absl::Status Rotated(const Spec& spec) {
    auto places = SelectColumns(spec, schema_);
    if (!places.ok()) return places.status();
    for (const auto& [table, columns] : *places) {
      for (const Place& place : columns) {
        const std::string at = table + "." + place.column;
        if (sandbox_.tokens_treated.count(at) != 0) continue;
        std::string mark;
        if (schema_.HasTable("ir_config_parameter")) {
          mark = " AND NOT EXISTS (SELECT 1 FROM ir_config_parameter WHERE key = 'understudy.tokens')";
        }
        // A visitor's partner id stands in the same column and is no token.
        const std::string shape = table == "website_visitor"
                                      ? fmt::format("length({}) = 32", QuoteIdentifier(place.column))
                                      : Holds(place);
        Add(spec, at, fmt::format("SELECT 1 FROM {} WHERE {}{}", Table(table), shape, mark));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Flags(const Spec& spec) {
    RETURN_IF_ERROR(spec.body.ExpectMap("flags"));
    for (const rules::YamlEntry& entry : spec.body.entries()) {
      const std::string& table = entry.key.scalar();
      RETURN_IF_ERROR(entry.value.ExpectMap(table));
      for (const rules::YamlEntry& flag : entry.value.entries()) {
        const std::string& column = flag.key.scalar();
        if (schema_.Find(table, column) == nullptr) continue;
        Add(spec, fmt::format("{}.{}", table, column),
            fmt::format("SELECT 1 FROM {} WHERE {} IS DISTINCT FROM {}", Table(table),
                        QuoteIdentifier(column), QuoteLiteral(flag.value.scalar())));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Parameters(const Spec& spec) {
    RETURN_IF_ERROR(spec.body.ExpectMap("parameters"));
    for (const rules::YamlEntry& entry : spec.body.entries()) {
      const std::string& key = entry.key.scalar();
      const auto mapped = sandbox_.parameters.find(key);
      const std::string& value = mapped != sandbox_.parameters.end() ? mapped->second : entry.value.scalar();
      Add(spec, key,
          fmt::format(
              "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ir_config_parameter WHERE key = {} AND value = {})",
              QuoteLiteral(key), QuoteLiteral(value)));
    }
    return absl::OkStatus();
  }

  absl::Status NoParameters(const Spec& spec) {
    ASSIGN_OR_RETURN(const std::vector<std::string> patterns, spec.body.Texts("no_parameters"));
    for (const std::string& pattern : patterns) {
      Add(spec, pattern,
          fmt::format("SELECT 1 FROM ir_config_parameter WHERE key ~ {} AND coalesce(value, '') <> '' "
                      "AND key <> ALL ({})",
                      QuoteLiteral("^(" + pattern + ")$"), variables_.at("sandbox_parameters")));
    }
    return absl::OkStatus();
  }

  absl::Status IdentityRotated(const Spec& spec) {
    ASSIGN_OR_RETURN(const std::vector<std::string> keys, spec.body.Texts("identity_rotated"));
    for (const std::string& key : keys) {
      Add(spec, key,
          fmt::format(
              "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ir_config_parameter p JOIN ir_config_parameter m "
              "ON m.key = {} AND m.value = md5(p.value) WHERE p.key = {})",
              QuoteLiteral("understudy.rotated." + key), QuoteLiteral(key)));
    }
    return absl::OkStatus();
  }

  const Schema& schema_;
  const Sandbox& sandbox_;
  const SqlVariables variables_;
  std::vector<AssertionQuery>* out_;
};

}  // namespace

absl::StatusOr<std::vector<AssertionQuery>> ExpandAssertions(const std::vector<Spec>& specs,
                                                             const Schema& schema, const Sandbox& sandbox) {
  std::vector<AssertionQuery> queries;
  AssertionExpander expander(schema, sandbox, &queries);
  for (const Spec& spec : specs) RETURN_IF_ERROR(expander.Expand(spec));
  return queries;
}

}  // namespace understudy::odoo
