// Key, rule packs and plan: what happens to every column, decided before anything is written.
#include <fmt/format.h>

#include "base/status.h"
#include "refresh/context.h"
#include "refresh/key.h"
#include "scan/constraint_trial.h"

namespace understudy::refresh {
namespace {

rules::Policy PolicyOf(const Policy& policy) {
  rules::Policy out;
  switch (policy.unclassified) {
    case UnclassifiedPolicy::kRewrite:
      out.unclassified = rules::Unclassified::kRewrite;
      break;
    case UnclassifiedPolicy::kFail:
      out.unclassified = rules::Unclassified::kFail;
      break;
    case UnclassifiedPolicy::kKeep:
      out.unclassified = rules::Unclassified::kKeep;
      break;
  }
  out.accepted = policy.accepted;
  return out;
}

// What rows of the source would become is held against its CHECK constraints and domains. A backup is read
// only once, so there the load is the proof.
absl::Status TryConstraints(RunContext& context) {
  if (context.snapshot == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto session, context.snapshot->Import(&context.cancel));
  rules::Toolbox toolbox;
  toolbox.pseudonymiser = context.pseudonymiser.get();
  toolbox.countries = context.catalog.countries;
  return Annotate(scan::TryConstraints(*session, context.catalog.facts, toolbox,
                                       context.options.config.policy.accepted, &context.plan),
                  "trying constraints");
}

void RecordUnclassified(RunContext& context) {
  for (const rules::TablePlan& table : context.plan.tables) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (!table.columns[i].unclassified()) continue;
      const size_t relation = static_cast<size_t>(&table - context.plan.tables.data());
      context.record.unclassified.push_back(
          {table.QualifiedName(), table.columns[i].column,
           context.catalog.facts.relations[relation].attributes[i].type.name,
           NameOf(context.options.config.policy.unclassified)});
    }
  }
}

}  // namespace

absl::Status MakePlan(RunContext& context) {
  StageScope stage(context, "plan");
  ASSIGN_OR_RETURN(const pseudonym::Key key, LoadKey(context.options.config.key));
  context.record.key_id = key.key_id();
  context.record.key_ephemeral = key.ephemeral();
  context.token_seed = TokenSeed(key);
  context.fingerprint_secret = verify::DeriveFingerprintSecret(key);
  if (key.ephemeral()) {
    context.Warn(
        WarningKind::kKeyEphemeral,
        "no key is configured: this run uses a fresh one, and its pseudonyms cannot be linked to those of "
        "another refresh; `understudy keygen` makes a key");
  }
  pseudonym::Options defaults;
  defaults.default_country = context.catalog.facts.default_country;
  if (!context.catalog.facts.default_language.empty()) {
    defaults.default_language = context.catalog.facts.default_language;
  }
  ASSIGN_OR_RETURN(context.pseudonymiser, pseudonym::Pseudonymiser::Create(
                                              key, context.options.rules_directory + "/lexicon", defaults));
  return PlanAgain(context);
}

absl::Status PlanAgain(RunContext& context) {
  ASSIGN_OR_RETURN(const std::vector<rules::Pack>* packs, context.packs.Get());
  context.record.packs.clear();
  for (const rules::Pack& pack : *packs) context.record.packs.push_back(pack.name);
  context.plan = rules::MakePlan(*packs, context.catalog.facts, PolicyOf(context.options.config.policy));
  RETURN_IF_ERROR(TryConstraints(context));
  for (const rules::Finding& warning : context.plan.warnings) context.Warn(warning.id, warning.text);
  context.WarnOfAccepted(record::WarningScope::kPlan);
  context.record.unclassified.clear();
  RecordUnclassified(context);
  return absl::OkStatus();
}

}  // namespace understudy::refresh
