// What a filter knows before and after it saw the dump's schema.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/status.h"
#include "dump/sql_cursor.h"
#include "pg/quote.h"
#include "refresh/backup_source.h"
#include "refresh/filter_work.h"
#include "refresh/snapshot_stage.h"

namespace understudy::refresh {
namespace {

// The modules are not known: every pack may apply whose tables are there.
absl::Status AssumeModules(FilterWork& work) {
  RunContext& context = work.context;
  ASSIGN_OR_RETURN(const std::vector<rules::Pack>* packs, context.packs.Get());
  rules::Facts& facts = context.catalog.facts;
  for (const rules::Pack& pack : *packs) {
    for (const std::string& module : pack.when.modules) facts.modules.emplace(module, "");
  }
  const bool odoo = std::any_of(facts.relations.begin(), facts.relations.end(), [](const rules::Relation& r) {
    return r.schema == "public" && r.name == "ir_module_module";
  });
  // Newer than any bound a pack may have.
  if (odoo) facts.odoo_version = "99.0";
  return absl::OkStatus();
}

// What known values would have cleaned, and what nobody classified, loses its content.
void Weaken(rules::Treatment* treatment) {
  using rules::Action;
  if (treatment->action == Action::kRewrite || treatment->action == Action::kRewriteJson) {
    treatment->action = Action::kLorem;
  } else if (treatment->action == Action::kRewriteHtml) {
    treatment->action = Action::kLoremHtml;
  }
  if (treatment->otherwise == nullptr) return;
  auto otherwise = std::make_shared<rules::Treatment>(*treatment->otherwise);
  Weaken(otherwise.get());
  treatment->otherwise = std::move(otherwise);
}

// The texts that CHECK constraints compare the column with: words of the schema, which are nobody's data.
std::vector<std::string> WordsOfChecks(const rules::Relation& relation, const std::string& column) {
  std::set<std::string> words;
  for (const rules::Check& check : relation.checks) {
    if (std::find(check.attributes.begin(), check.attributes.end(), column) == check.attributes.end())
      continue;
    for (dump::SqlCursor cursor(check.definition); !cursor.AtEnd();) {
      if (cursor.token() == pg::SqlToken::kLiteral) {
        words.insert(cursor.TakeLiteral());
      } else {
        cursor.Next();
      }
    }
  }
  return {words.begin(), words.end()};
}

// What no rule names loses its content, but for the words of the schema: with another one in its place, a
// CHECK would refuse the row, and psql the table.
rules::Treatment WithoutContent(const rules::Relation& relation, const rules::Attribute& attribute) {
  rules::Treatment lost;
  // Not every type can lose its content and stay what it is; what rewriting takes otherwise (arrays,
  // composites, hstore) goes as a secret.
  const std::string& base = attribute.type.base_name;
  const bool json = base == "jsonb" || base == "json";
  const bool text = base == "text" || base == "character varying" || base == "character" || base == "name" ||
                    base.ends_with("citext");
  lost.action = text || json ? rules::Action::kLorem : rules::Action::kSecret;
  std::vector<std::string> words = WordsOfChecks(relation, attribute.name);
  if (!text || words.empty()) return lost;
  rules::Treatment kept;
  kept.condition.tests.push_back({.column = attribute.name, .values = std::move(words)});
  kept.otherwise = std::make_shared<const rules::Treatment>(std::move(lost));
  return kept;
}

void WeakenPlan(FilterWork& work) {
  uint64_t unclassified = 0;
  RunContext& context = work.context;
  for (size_t t = 0; t < context.plan.tables.size(); ++t) {
    rules::TablePlan& table = context.plan.tables[t];
    for (size_t c = 0; c < table.columns.size(); ++c) {
      rules::ColumnPlan& column = table.columns[c];
      const bool keep = work.options.config.policy.unclassified == UnclassifiedPolicy::kKeep;
      if (column.unclassified() && !keep) {
        ++unclassified;
        const rules::Relation& relation = context.catalog.facts.relations[t];
        column.treatment = WithoutContent(relation, relation.attributes[c]);
        continue;
      }
      Weaken(&column.treatment);
    }
  }
  context.Warn(WarningKind::kOnePass,
               fmt::format("standard input is read once, without known values: free text loses its content, "
                           "and so do {} columns that no rule names; --plan-from=DATABASE or an earlier "
                           "backup gives what a file gives",
                           unclassified));
}

// What another database or backup knows of the same table, put onto the dump's own.
void Join(const rules::Facts& from, std::vector<rules::Relation>* relations) {
  for (rules::Relation& relation : *relations) {
    const auto other = std::find_if(
        from.relations.begin(), from.relations.end(),
        [&](const rules::Relation& r) { return r.schema == relation.schema && r.name == relation.name; });
    if (other == from.relations.end()) continue;
    relation.odoo_model = other->odoo_model;
    relation.rows_estimate = other->rows_estimate;
    relation.unique_keys = other->unique_keys;
    relation.primary_key = other->primary_key;
    if (relation.checks.empty()) relation.checks = other->checks;
    for (rules::Attribute& attribute : relation.attributes) {
      const rules::Attribute* known = other->Find(attribute.name);
      if (known != nullptr) attribute.odoo = known->odoo;
    }
  }
}

}  // namespace

absl::Status LearnBefore(FilterWork& work) {
  RunContext& context = work.context;
  const std::string& from = work.options.plan_from.empty() ? work.options.input : work.options.plan_from;
  if (from.empty()) return absl::OkStatus();
  std::error_code none;
  if (std::filesystem::exists(from, none)) {
    RETURN_IF_ERROR(Annotate(LookAtBackup(context, from), "reading " + from));
  } else if (from.find('=') != std::string::npos || from.find("://") != std::string::npos) {
    ASSIGN_OR_RETURN(context.source, pg::ParseConninfo(from));
    RETURN_IF_ERROR(TakeSnapshot(context));
    RETURN_IF_ERROR(ReadSourceCatalog(context));
  } else {
    return UsageError(fmt::format("{}: no such file", from));
  }
  RETURN_IF_ERROR(MakePlan(context));
  RETURN_IF_ERROR(context.plan.Check());
  RETURN_IF_ERROR(GatherKnownValues(context));
  work.plan_facts = context.catalog.facts;
  work.strong = true;
  return absl::OkStatus();
}

absl::Status PlanFor(FilterWork& work, std::vector<rules::Relation> relations) {
  RunContext& context = work.context;
  if (work.strong) {
    // A file that is its own plan: what was surveyed is what comes.
    if (!work.options.plan_from.empty()) {
      Join(work.plan_facts, &relations);
      context.catalog.facts.relations = std::move(relations);
      RETURN_IF_ERROR(PlanAgain(context));
    }
  } else {
    context.catalog.facts.relations = std::move(relations);
    RETURN_IF_ERROR(AssumeModules(work));
    RETURN_IF_ERROR(MakePlan(context));
    RETURN_IF_ERROR(GoWithoutKnownValues(context));
    WeakenPlan(work);
  }
  RETURN_IF_ERROR(context.plan.Check());
  RETURN_IF_ERROR(HashPassword(context));
  work.toolbox.pseudonymiser = context.pseudonymiser.get();
  work.toolbox.rewrite = &context.rewrite;
  work.toolbox.countries = context.catalog.countries;
  work.toolbox.password_hash = context.password_hash;
  work.engine = std::make_unique<engine::Engine>(engine::EngineOptions{.workers = context.lanes});
  return absl::OkStatus();
}

}  // namespace understudy::refresh
