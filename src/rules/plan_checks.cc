#include "rules/plan_checks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "fmt/format.h"
#include "pseudonym/pseudonymiser.h"
#include "re2/re2.h"
#include "rules/value_form.h"

namespace understudy::rules {
namespace {

using pseudonym::Guarantee;
using pseudonym::GuaranteeOf;
using record::WarningId;
using record::WarningKind;

// Never analysed, or empty when it was: assume a table that is worth a unique key.
constexpr double kUnknownRows = 1e6;

size_t CodePoints(std::string_view s) {
  return static_cast<size_t>(std::count_if(
      s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Calls `f` for the treatment and every else-branch below it.
template <class F>
void EachBranch(const Treatment& treatment, F f) {
  f(treatment);
  for (const Treatment* t = treatment.otherwise.get(); t != nullptr; t = t->otherwise.get()) f(*t);
}

std::string Where(const ColumnPlan& column) {
  return column.position.file.empty() ? std::string() : fmt::format(" ({})", column.position.FileLine());
}

struct Promise {
  bool injective = false;
  int bits = 0;
};

Promise PromiseOf(const Guarantee& g, int32_t max_chars) {
  if (max_chars > 0 && g.min_chars > max_chars) return {};
  return {g.injective, g.digest_bits};
}

// What one branch promises about distinct values under a unique key.
Promise PromiseOf(const Treatment& t, const Attribute& attribute, bool unique) {
  switch (t.action) {
    case Action::kKeep:
    // Replaces what is personal inside a text by pseudonyms of it; the rest of the text stays.
    case Action::kRewrite:
    case Action::kRewriteHtml:
    case Action::kRewriteJson:
    // Decided by the attachment policy and the login rules, with the row at hand.
    case Action::kAttachment:
    case Action::kPassword:
    // NULLs are distinct; NULLS NOT DISTINCT is looked at by the caller.
    case Action::kNull:
      return {true, 0};
    case Action::kSecret:
    case Action::kSecretUnless:
      return {!attribute.not_null, 0};
    case Action::kPseudonym:
    case Action::kParts:
      return PromiseOf(GuaranteeOf(t.kind, unique), attribute.max_chars);
    case Action::kTemplate: {
      Promise best;
      for (const std::string& word : pseudonym::KindNames()) {
        if (t.text.find("{" + word + "}") == std::string::npos) continue;
        const Promise p = PromiseOf(GuaranteeOf(*pseudonym::KindByName(word), unique), attribute.max_chars);
        best.injective = best.injective || p.injective;
        best.bits = std::max(best.bits, p.bits);
      }
      return best;
    }
    default:
      return {};
  }
}

struct Verdict {
  bool injective = true;
  int bits = 0;
  double collision = 0;
  bool ok() const { return collision < kMostCollision; }
};

// An expression that keeps a part of its text, or a property of it. What a kind promises of the whole is void
// behind it; lower(), coalesce() and the like lose nothing that pseudonyms differ in.
bool KeepsAPart(const UniqueKey& key) {
  static const RE2 kLossy(
      R"re((?i)\b"?(left|right|substr|substring|split_part|regexp_\w+|translate|overlay|length|char_length)re"
      R"re(|octet_length|ascii|soundex|d?metaphone|date_trunc|date_part|extract)"?\()re"
      R"re(|::(character varying|character|bpchar)\()re");
  return key.expression && RE2::PartialMatch(re2::StringPiece(key.definition), kLossy);
}

Verdict Judge(const Treatment& treatment, const Attribute& attribute, double rows, bool unique, bool part) {
  Verdict verdict;
  EachBranch(treatment, [&](const Treatment& t) {
    const bool made =
        t.action == Action::kPseudonym || t.action == Action::kParts || t.action == Action::kTemplate;
    const Promise p = part && made ? Promise() : PromiseOf(t, attribute, unique);
    if (p.injective) return;
    const double collision = std::min(1.0, rows * rows * std::exp2(-(p.bits + 1)));
    if (verdict.injective || collision > verdict.collision) verdict = {false, p.bits, collision};
  });
  return verdict;
}

// A key that contains another key whose columns all stay as they are can't be violated.
bool ContainsKeptKey(const Relation& relation, const TablePlan& table, const UniqueKey& key) {
  const auto kept = [&](const std::string& name) {
    const ColumnPlan* column = table.Find(name);
    return column != nullptr && column->treatment.action == Action::kKeep &&
           std::find(key.attributes.begin(), key.attributes.end(), name) != key.attributes.end();
  };
  return std::any_of(relation.unique_keys.begin(), relation.unique_keys.end(), [&](const UniqueKey& other) {
    return &other != &key && !other.expression && !other.attributes.empty() &&
           std::all_of(other.attributes.begin(), other.attributes.end(), kept);
  });
}

// The other columns of the key that are kept: two rows collide only if they agree in them, which only the
// database can count (scan/constraint_trial).
std::vector<std::string> KeptParts(const Relation& relation, const TablePlan& table, const UniqueKey& key,
                                   const std::string& column) {
  std::vector<std::string> kept;
  for (size_t i = 0; i < relation.attributes.size(); ++i) {
    const std::string& name = relation.attributes[i].name;
    const Treatment& treatment = table.columns[i].treatment;
    if (name != column && treatment.action == Action::kKeep && treatment.otherwise == nullptr &&
        std::find(key.attributes.begin(), key.attributes.end(), name) != key.attributes.end()) {
      kept.push_back(name);
    }
  }
  return kept;
}

void CheckUniqueKey(const Relation& relation, const UniqueKey& key, TablePlan* table,
                    std::vector<Finding>* errors, std::vector<Finding>* warnings) {
  const bool safe = ContainsKeptKey(relation, *table, key);
  const double rows = relation.rows_estimate > 0 ? relation.rows_estimate : kUnknownRows;
  const bool part = KeepsAPart(key);
  for (size_t i = 0; i < relation.attributes.size(); ++i) {
    const Attribute& attribute = relation.attributes[i];
    ColumnPlan& column = table->columns[i];
    if (column.treatment.action == Action::kKeep && column.treatment.otherwise == nullptr) continue;
    if (std::find(key.attributes.begin(), key.attributes.end(), attribute.name) == key.attributes.end())
      continue;
    Verdict verdict = Judge(column.treatment, attribute, rows, column.unique, part);
    if (!verdict.ok() && !column.unique && Judge(column.treatment, attribute, rows, true, part).ok()) {
      column.unique = true;
      verdict = Judge(column.treatment, attribute, rows, true, part);
    }
    if (key.definition.find("NULLS NOT DISTINCT") != std::string::npos &&
        column.treatment.action == Action::kNull) {
      verdict = {false, 0, 1};
    }
    if (column.uniqueness.key.empty() || verdict.collision > column.uniqueness.collision) {
      column.uniqueness = {key.name, verdict.injective, verdict.bits, verdict.collision};
    }
    if (verdict.ok() || safe) continue;
    std::vector<std::string> kept;
    if (!key.expression) kept = KeptParts(relation, *table, key, attribute.name);
    auto* findings = kept.empty() ? errors : warnings;
    if (!kept.empty())
      table->partly_kept.push_back({key.name, attribute.name, std::move(kept), verdict.bits});
    findings->push_back(
        {WarningId(WarningKind::kNotUnique, fmt::format("{}.{}", table->QualifiedName(), attribute.name)),
         fmt::format("{}.{}: {} can give two rows the same value{}, but {} is unique{}; use {}null or keep",
                     table->QualifiedName(), attribute.name, column.treatment.ToString(),
                     part ? " in the part that its expression keeps" : "", key.name, Where(column),
                     part ? "" : "a kind that stays unique (email, login, token, uuid, number), ")});
  }
}

void CheckNull(const Relation& relation, const Attribute& attribute, const TablePlan& table,
               const ColumnPlan& column, std::vector<Finding>* errors) {
  if (!attribute.not_null) return;
  bool nulls = false;
  EachBranch(column.treatment, [&](const Treatment& t) { nulls = nulls || t.action == Action::kNull; });
  if (!nulls) return;
  const bool primary = std::find(relation.primary_key.begin(), relation.primary_key.end(), attribute.name) !=
                       relation.primary_key.end();
  errors->push_back(
      {WarningId(WarningKind::kNotNull, fmt::format("{}.{}", table.QualifiedName(), attribute.name)),
       fmt::format("{}.{}: null, but the column is {}{}; use secret (the empty text where NULL is not "
                   "allowed), empty, or a pseudonym",
                   table.QualifiedName(), attribute.name, primary ? "part of the primary key" : "NOT NULL",
                   Where(column))});
}

void CheckLength(const Attribute& attribute, const TablePlan& table, const ColumnPlan& column,
                 std::vector<Finding>* errors) {
  if (attribute.max_chars <= 0) return;
  EachBranch(column.treatment, [&](const Treatment& t) {
    if (t.action != Action::kFixed || CodePoints(t.text) <= static_cast<size_t>(attribute.max_chars)) return;
    errors->push_back(
        {WarningId(WarningKind::kTooLong, fmt::format("{}.{}", table.QualifiedName(), attribute.name)),
         fmt::format("{}.{}: the fixed text has {} characters, but the column takes {}{}",
                     table.QualifiedName(), attribute.name, CodePoints(t.text), attribute.max_chars,
                     Where(column))});
  });
}

void CheckType(const Attribute& attribute, const TablePlan& table, const ColumnPlan& column,
               std::vector<Finding>* errors) {
  const ValueForm form = FormOf(attribute.type);
  bool reported = false;
  EachBranch(column.treatment, [&](const Treatment& t) {
    const std::string_view mismatch = Mismatch(t, form.form, !attribute.not_null);
    if (mismatch.empty() || reported) return;
    reported = true;
    errors->push_back(
        {WarningId(WarningKind::kWrongType, fmt::format("{}.{}", table.QualifiedName(), attribute.name)),
         fmt::format("{}.{}: {} on {} ({}): {}{}", table.QualifiedName(), attribute.name, t.ToString(),
                     NameOf(form.form), attribute.type.name, mismatch, Where(column))});
  });
}

// A CHECK is SQL: whether a treatment keeps it can't be decided here, only suspected.
void CheckChecks(const Relation& relation, const TablePlan& table, std::vector<Finding>* warnings) {
  for (const Check& check : relation.checks) {
    for (const std::string& name : check.attributes) {
      const ColumnPlan* column = table.Find(name);
      if (column == nullptr) continue;
      std::string_view risk;
      EachBranch(column->treatment, [&](const Treatment& t) {
        const bool nulls =
            t.action == Action::kNull || t.action == Action::kSecret || t.action == Action::kSecretUnless;
        if (nulls && check.definition.find("IS NOT NULL") != std::string::npos) risk = WordOf(t.action);
        if (t.action == Action::kEmpty || t.action == Action::kFixed || t.action == Action::kMask) {
          risk = WordOf(t.action);
        }
      });
      if (risk.empty()) continue;
      warnings->push_back(
          {WarningId(WarningKind::kCheck, fmt::format("{}.{}:{}", table.QualifiedName(), name, check.name)),
           fmt::format("{}.{}: {} may not satisfy the constraint {}{}", table.QualifiedName(), name, risk,
                       check.name, Where(*column))});
    }
  }
}

}  // namespace

void CheckTable(const Relation& relation, TablePlan* table, std::vector<Finding>* errors,
                std::vector<Finding>* warnings) {
  if (table->empty) return;
  for (size_t i = 0; i < relation.attributes.size(); ++i) {
    const ColumnPlan& column = table->columns[i];
    if (column.source == Source::kGenerated) continue;
    CheckNull(relation, relation.attributes[i], *table, column, errors);
    CheckLength(relation.attributes[i], *table, column, errors);
    CheckType(relation.attributes[i], *table, column, errors);
  }
  for (const UniqueKey& key : relation.unique_keys) CheckUniqueKey(relation, key, table, errors, warnings);
  CheckChecks(relation, *table, warnings);
}

}  // namespace understudy::rules
