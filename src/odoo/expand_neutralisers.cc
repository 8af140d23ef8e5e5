#include <fmt/format.h>

#include <functional>

#include "base/status.h"
#include "odoo/columns.h"
#include "odoo/expand.h"
#include "pg/quote.h"

namespace understudy::odoo {
namespace {

using pg::QuoteIdentifier;
using pg::QuoteLiteral;

constexpr std::string_view kNoTokensMark =
    "NOT EXISTS (SELECT 1 FROM ir_config_parameter WHERE key = 'understudy.tokens')";

std::string Table(std::string_view table) { return pg::QuoteRelation("public", table); }

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

class NeutraliserExpander {
 public:
  NeutraliserExpander(const Schema& schema, const Sandbox& sandbox, std::vector<Statement>* out)
      : schema_(schema), sandbox_(sandbox), variables_(VariablesOf(sandbox)), out_(out) {}

  absl::Status Expand(const Spec& spec) {
    if (!spec.guard.Holds(schema_)) return absl::OkStatus();
    if (spec.guard.when_login && sandbox_.password_hash.empty()) return absl::OkStatus();
    if (spec.action == "sql") return Sql(spec);
    if (spec.action == "clear" || spec.action == "clear_matching") return Clear(spec);
    if (spec.action == "rotate") return Rotate(spec);
    if (spec.action == "empty") return Empty(spec);
    if (spec.action == "set") return Set(spec);
    if (schema_.Find("ir_config_parameter", "value") == nullptr) return absl::OkStatus();
    if (spec.action == "rotate_identity") return RotateIdentity(spec);
    if (spec.action == "parameters") return Parameters(spec, true);
    if (spec.action == "parameters_if_present") return Parameters(spec, false);
    return RemoveParameters(spec);
  }

  void SandboxParameters() {
    if (schema_.Find("ir_config_parameter", "value") == nullptr || sandbox_.parameters.empty()) return;
    Spec spec = Own("sandbox_parameters", "sandbox", "what the configuration maps to its sandbox");
    std::vector<std::string> values;
    for (const auto& [key, value] : sandbox_.parameters) {
      values.push_back(fmt::format("({}, {})", QuoteLiteral(key), QuoteLiteral(value)));
    }
    SetParameters(spec, values, true, "");
  }

  void SandboxPayment() {
    for (const std::string table : {"payment_provider", "payment_acquirer"}) {
      if (!schema_.HasTable(table)) continue;
      // The provider's code is `provider` until Odoo 15.
      const std::string code = schema_.Find(table, "code") != nullptr ? "code" : "provider";
      for (const auto& [provider, credentials] : sandbox_.payment) {
        Spec spec = Own("sandbox_payment", "payments", "test credentials of the configuration");
        std::vector<std::string> sets;
        if (schema_.Find(table, "state") != nullptr) sets.push_back("state = 'test'");
        for (const auto& [column, value] : credentials) {
          if (schema_.Find(table, column) == nullptr) continue;
          sets.push_back(fmt::format("{} = {}", QuoteIdentifier(column), QuoteLiteral(value)));
        }
        if (sets.empty()) continue;
        Add(spec, provider,
            fmt::format("UPDATE {} SET {} WHERE {} = {}", Table(table), Join(sets, ", "),
                        QuoteIdentifier(code), QuoteLiteral(provider)));
      }
    }
  }

 private:
  static Spec Own(std::string name, std::string channel, std::string reason) {
    Spec spec;
    spec.pack = "sandbox";
    spec.name = std::move(name);
    spec.channel = std::move(channel);
    spec.reason = std::move(reason);
    return spec;
  }

  Statement& Add(const Spec& spec, std::string_view place, std::string sql) {
    Statement statement;
    statement.module = spec.module.empty() ? spec.pack : spec.module;
    statement.name = place.empty() ? spec.name : fmt::format("{}:{}", spec.name, place);
    statement.channel = spec.channel;
    statement.reason = spec.reason;
    statement.sql = std::move(sql);
    return out_->emplace_back(std::move(statement));
  }

  absl::Status Sql(const Spec& spec) {
    ASSIGN_OR_RETURN(const std::string text, spec.body.Text("sql"));
    auto sql = Substitute(text, variables_);
    if (!sql.ok()) return spec.body.Error(MessageOf(sql.status()));
    Add(spec, "", *std::move(sql)).if_text = spec.if_text;
    return absl::OkStatus();
  }

  // The neutral value of a column that cannot be NULL; empty if there is none for its type.
  static std::string Blank(const Column& column) {
    if (!column.not_null) return "NULL";
    if (column.textual() || column.bytes()) return "''";
    if (column.json()) return "'{}'";
    if (column.type == "boolean") return "false";
    return "";
  }

  absl::Status Clear(const Spec& spec) {
    auto places = spec.action == "clear" ? SelectColumns(spec, schema_) : SelectMatching(spec, schema_);
    if (!places.ok()) return places.status();
    for (const auto& [table, columns] : *places) {
      std::vector<std::string> sets, conditions;
      for (const Place& place : columns) {
        const std::string blank = Blank(*place.info);
        if (blank.empty()) continue;
        const std::string name = QuoteIdentifier(place.column);
        sets.push_back(fmt::format("{} = {}", name, blank));
        // json has no equality; a NULL needs none.
        conditions.push_back(blank == "NULL" ? name + " IS NOT NULL"
                                             : fmt::format("{}::text <> {}::text", name,
                                                           place.info->bytes() ? "'\\x'" : blank));
      }
      if (sets.empty()) continue;
      Add(spec, table,
          fmt::format("UPDATE {} SET {} WHERE {}", Table(table), Join(sets, ", "), Join(conditions, " OR ")));
    }
    return absl::OkStatus();
  }

  absl::Status Empty(const Spec& spec) {
    ASSIGN_OR_RETURN(const std::vector<std::string> tables, spec.body.Texts("empty"));
    for (const std::string& table : tables) {
      if (schema_.HasTable(table)) Add(spec, table, "DELETE FROM " + Table(table));
    }
    return absl::OkStatus();
  }

  absl::Status Set(const Spec& spec) {
    RETURN_IF_ERROR(spec.body.ExpectMap("set"));
    for (const rules::YamlEntry& entry : spec.body.entries()) {
      const std::string& table = entry.key.scalar();
      RETURN_IF_ERROR(entry.value.ExpectMap(table));
      std::vector<std::string> sets, conditions;
      for (const rules::YamlEntry& value : entry.value.entries()) {
        const Column* column = schema_.Find(table, value.key.scalar());
        if (column == nullptr || (value.value.is_null() && column->not_null)) continue;
        const std::string name = QuoteIdentifier(value.key.scalar());
        // Quoted always: an untyped literal takes the column's own type.
        const std::string literal = value.value.is_null() ? "NULL" : QuoteLiteral(value.value.scalar());
        sets.push_back(fmt::format("{} = {}", name, literal));
        conditions.push_back(fmt::format("{} IS DISTINCT FROM {}", name, literal));
      }
      if (sets.empty()) continue;
      std::string where = fmt::format("({})", Join(conditions, " OR "));
      if (!spec.where.empty()) where += fmt::format(" AND ({})", spec.where);
      Add(spec, table, fmt::format("UPDATE {} SET {} WHERE {}", Table(table), Join(sets, ", "), where));
    }
    return absl::OkStatus();
  }

  // A new token of the kind's shape; empty if the kind is unknown.
  std::string NewToken(std::string_view kind, const std::string& table, const std::string& column) const {
    const std::string place = table + "." + column;
    // Without an id the old token tells the rows apart; the seed keeps it unreadable.
    const std::string subject = schema_.Find(table, "id") != nullptr ? "id" : QuoteIdentifier(column);
    std::string hex = SqlDigest(schema_.server_version, place, subject);
    std::string uuid = SqlUuid(schema_.server_version, place, subject);
    if (kind == "uuid") return uuid;
    if (kind == "hex" || kind == "hex_if_32") return hex;
    if (kind == "hex16") return fmt::format("substr({}, 1, 16)", hex);
    if (kind == "hex22") return fmt::format("substr({}, 1, 22)", hex);
    // 60 bits as decimal digits, as event tickets have.
    if (kind == "digits") return fmt::format("(('x' || substr({}, 1, 15))::bit(60)::bigint)::text", hex);
    // The prefix 044 and eleven characters of a UUID, as loyalty cards have.
    if (kind == "card") return fmt::format("'044' || substr({}, 8, 11)", uuid);
    return "";
  }

  absl::Status Rotate(const Spec& spec) {
    RETURN_IF_ERROR(spec.body.ExpectMap("rotate"));
    for (const rules::YamlEntry& entry : spec.body.entries()) {
      const std::string& table = entry.key.scalar();
      RETURN_IF_ERROR(entry.value.ExpectMap(table));
      for (const rules::YamlEntry& value : entry.value.entries()) {
        const std::string& column = value.key.scalar();
        const std::string token = NewToken(value.value.scalar(), table, column);
        if (token.empty()) return value.value.Error("unknown kind of token");
        const std::string place = fmt::format("{}.{}", table, column);
        if (schema_.Find(table, column) == nullptr || sandbox_.tokens_treated.count(place) != 0) continue;
        const std::string name = QuoteIdentifier(column);
        std::string where = name + " <> ''";
        // The text of a partner's id is not a token, and Odoo reads it as a number.
        if (value.value.scalar() == "hex_if_32") where = fmt::format("length({}) = 32", name);
        if (schema_.HasTable("ir_config_parameter")) where += fmt::format(" AND {}", kNoTokensMark);
        Add(spec, place, fmt::format("UPDATE {} SET {} = {} WHERE {}", Table(table), name, token, where))
            .rotates_tokens = true;
      }
    }
    return absl::OkStatus();
  }

  void SetParameters(const Spec& spec, const std::vector<std::string>& values, bool create,
                     const std::string& condition) {
    const std::string list = Join(values, ", ");
    Add(spec, "set",
        fmt::format("UPDATE ir_config_parameter p SET value = v.value FROM (VALUES {}) AS v (key, value) "
                    "WHERE p.key = v.key AND p.value IS DISTINCT FROM v.value{}",
                    list, condition));
    if (!create) return;
    Add(spec, "create",
        fmt::format(
            "INSERT INTO ir_config_parameter (key, value) SELECT v.key, v.value FROM (VALUES {}) AS v "
            "(key, value) WHERE NOT EXISTS (SELECT 1 FROM ir_config_parameter p WHERE p.key = v.key){}",
            list, condition));
  }

  absl::Status Parameters(const Spec& spec, bool create) {
    RETURN_IF_ERROR(spec.body.ExpectMap(spec.action));
    std::vector<std::string> values;
    bool marks = false;
    for (const rules::YamlEntry& entry : spec.body.entries()) {
      const std::string& key = entry.key.scalar();
      // What the sandbox maps is put in at the end.
      if (sandbox_.parameters.count(key) != 0) continue;
      marks = marks || key == kTokensMark;
      const std::string& text = entry.value.scalar();
      auto value = text.starts_with("${") ? Substitute(text, variables_)
                                          : absl::StatusOr<std::string>(QuoteLiteral(text));
      if (!value.ok()) return entry.value.Error(MessageOf(value.status()));
      values.push_back(fmt::format("({}, {})", QuoteLiteral(key), *value));
    }
    if (values.empty()) return absl::OkStatus();
    const size_t before = out_->size();
    SetParameters(spec, values, create, "");
    for (size_t i = before; i < out_->size(); ++i) (*out_)[i].marks_tokens = marks;
    return absl::OkStatus();
  }

  absl::Status RemoveParameters(const Spec& spec) {
    ASSIGN_OR_RETURN(const std::vector<std::string> patterns, spec.body.Texts(spec.action));
    Add(spec, "",
        fmt::format("DELETE FROM ir_config_parameter WHERE key ~ {} AND key <> ALL ({})",
                    QuoteLiteral("^(" + Join(patterns, "|") + ")$"), variables_.at("sandbox_parameters")));
    return absl::OkStatus();
  }

  // Rotated once: a mark keeps the digest of what was put in, so a second run changes nothing.
  absl::Status RotateIdentity(const Spec& spec) {
    ASSIGN_OR_RETURN(const std::string key, spec.body.Text("rotate_identity"));
    const bool uuid = key == "database.uuid";
    const std::string name = QuoteLiteral(key);
    const std::string fresh = SqlUuid(schema_.server_version, "ir_config_parameter.value", name);
    const std::string mark = QuoteLiteral("understudy.rotated." + key);
    const std::string rotated = fmt::format(
        "EXISTS (SELECT 1 FROM ir_config_parameter p JOIN ir_config_parameter m ON m.key = {} "
        "AND m.value = md5(p.value) WHERE p.key = {})",
        mark, name);
    if (uuid && schema_.Find("auth_oauth_provider", "client_id") != nullptr) {
      Add(spec, "auth_oauth_provider",
          fmt::format("UPDATE auth_oauth_provider SET client_id = {} WHERE client_id = (SELECT value FROM "
                      "ir_config_parameter WHERE key = {}) AND NOT {}",
                      fresh, name, rotated));
    }
    const std::string value = fmt::format("({}, {})", name, fresh);
    SetParameters(spec, {value}, true, " AND NOT " + rotated);
    Spec marking = spec;
    marking.name += "_mark";
    SetParameters(
        marking, {fmt::format("({}, md5({}))", mark, fresh)}, true,
        fmt::format(" AND EXISTS (SELECT 1 FROM ir_config_parameter q WHERE q.key = {} AND q.value = {})",
                    name, fresh));
    return absl::OkStatus();
  }

  const Schema& schema_;
  const Sandbox& sandbox_;
  const SqlVariables variables_;
  std::vector<Statement>* out_;
};

}  // namespace

absl::StatusOr<std::vector<Statement>> ExpandNeutralisers(const std::vector<Spec>& specs,
                                                          const Schema& schema, const Sandbox& sandbox) {
  std::vector<Statement> statements;
  NeutraliserExpander expander(schema, sandbox, &statements);
  for (const Spec& spec : specs) RETURN_IF_ERROR(expander.Expand(spec));
  expander.SandboxParameters();
  expander.SandboxPayment();
  return statements;
}

}  // namespace understudy::odoo
