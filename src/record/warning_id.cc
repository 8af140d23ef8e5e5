#include "record/warning_id.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace understudy::record {
namespace {

std::vector<WarningSpec> PlanSpecs() {
  using K = WarningKind;
  constexpr auto kScope = WarningScope::kPlan;
  return {
      {K::kUnclassified, "unclassified", "TABLE.COLUMN", kScope,
       "A column that can hold text and that no rule names. Give it a rule (scan proposes one), or accept "
       "it: "
       "it is then treated as policy.unclassified says, and does not stop a run under fail."},
      {K::kMissingTable, "missing-table", "TABLE", kScope,
       "A rule names a table that this database does not have: one of your own packs does, or the name is "
       "spelt nearly as a table that no rule names. Correct the name or take the rule out."},
      {K::kMissingColumn, "missing-column", "TABLE.COLUMN", kScope,
       "A rule names a column that its table does not have. Correct the name, or put the rule below "
       "_optional "
       "if only some versions have the column."},
      {K::kUnusedPattern, "unused-pattern", "PACK:TABLE:COLUMN", kScope,
       "A pattern matches no column although it matches tables. Correct it or take it out."},
      {K::kNotUnique, "not-unique", "TABLE.COLUMN", kScope,
       "A treatment can give two rows the same value under a unique key; without being accepted it stops the "
       "run. Use a kind that stays unique (email, login, token, uuid, number), null or keep."},
      {K::kNotNull, "not-null", "TABLE.COLUMN", kScope,
       "NULL is written to a column that does not allow it; without being accepted it stops the run. Use "
       "secret, empty or a pseudonym."},
      {K::kTooLong, "too-long", "TABLE.COLUMN", kScope,
       "A fixed text is longer than its column takes; without being accepted it stops the run. Shorten it."},
      {K::kWrongType, "wrong-type", "TABLE.COLUMN", kScope,
       "A treatment does not fit the type of its column; without being accepted it stops the run."},
      {K::kCheck, "check", "TABLE.COLUMN:CONSTRAINT", kScope,
       "What a column becomes violates a CHECK constraint or a domain, or the constraint could not be tried. "
       "A "
       "violation stops the run unless it is accepted."},
      {K::kKeyEphemeral, "key-ephemeral", "", kScope,
       "No key is configured, so this run's pseudonyms have nothing in common with those of another run. "
       "keygen makes a key; key: {file: understudy.key} names it."},
  };
}

std::vector<WarningSpec> RunSpecs() {
  using K = WarningKind;
  constexpr auto kScope = WarningScope::kRun;
  return {
      {K::kNoAddons, "no-addons", "", kScope,
       "odoo.addons is not set, so the modules' own neutralize.sql were not run; ours were."},
      {K::kModulesNotFound, "modules-not-found", "", kScope,
       "Installed modules are on no path of odoo.addons, so their neutralize.sql was not run. Add the "
       "paths."},
      {K::kUnknownJob, "unknown-job", "XML-ID", kScope,
       "sandbox.jobs.keep names a scheduled job that this database does not have."},
      {K::kNoFilestore, "no-filestore", "", kScope,
       "odoo.filestore is not set: staging gets no files, and attachments that need one are emptied."},
      {K::kFilestoreProblems, "filestore-problems", "", kScope,
       "Files of the source's filestore are missing or damaged; the report lists them by attachment."},
      {K::kAttachmentsUnread, "attachments-unread", "", kScope,
       "Attachments that were to be rewritten or stripped became placeholders, since their content can't be "
       "read while rows flow."},
      {K::kFilestoreNotUndone, "filestore-not-undone", "", kScope,
       "The database could not be published, and the filestore could not be switched back."},
      {K::kFilestoreNotPruned, "filestore-not-pruned", "", kScope,
       "An old filestore of staging could not be removed; it takes room and does no harm."},
      {K::kLargeObjectsEmptied, "large-objects-emptied", "", kScope,
       "Large objects were kept with their numbers and without content."},
      {K::kBackupNotRestored, "backup-not-restored", "", kScope,
       "The backup that was written was not restored and compared, so that it can be is not proved."},
      {K::kUserMappingsLeftOut, "user-mappings-left-out", "", kScope,
       "User mappings of foreign servers hold passwords and were not copied."},
      {K::kLeaks, "leaks", "", kScope,
       "Personal data or secrets are in what went to staging, and policy.leaks is warn. Give the columns a "
       "rule."},
      {K::kFidelity, "fidelity", "", kScope,
       "Staging differs from what was sent or from production's schema, and policy.fidelity is warn."},
      {K::kNotNeutralised, "not-neutralised", "", kScope,
       "A statement failed or an outbound channel is open, and policy.neutralisation is warn."},
      {K::kAssertion, "assertion", "NAME", kScope,
       "An assertion that should hold does not; see docs/neutralise.md and the report."},
      {K::kNamesHoldData, "names-hold-data", "", kScope,
       "Names of tables or columns hold what production has as somebody's data; the report shows them."},
      {K::kPreviousNotDropped, "previous-not-dropped", "", kScope,
       "An older staging could not be dropped; the next run tries again."},
      {K::kLeftover, "leftover", "", kScope,
       "The hidden database of a run that failed could not be dropped; the next run drops it."},
      {K::kCopiedAgain, "copied-again", "END", kScope,
       "A connection to source or staging was lost while rows travelled, and slices were copied again from "
       "the "
       "same snapshot."},
      {K::kMadeAgain, "made-again", "", kScope,
       "A connection to staging was lost while indexes and constraints were made, and what was under way was "
       "begun again."},
      {K::kUnloggedOnStandby, "unlogged-on-standby", "", kScope,
       "The source is a standby, which has no rows of unlogged tables: they are empty on staging."},
      {K::kNotKept, "not-kept", "", kScope, "What a failed run had loaded could not be kept for --resume."},
      {K::kPolicyRoles, "policy-roles", "SCHEMA.TABLE.POLICY", kScope,
       "A row security policy is for roles that staging's server does not have: it was made for those it "
       "has, "
       "or left out. Create the roles there to have it whole."},
  };
}

std::vector<WarningSpec> CommandSpecs() {
  using K = WarningKind;
  constexpr auto kScope = WarningScope::kCommand;
  constexpr auto kNever = WarningScope::kNever;
  return {
      {K::kOnePass, "one-pass", "", kScope,
       "filter: standard input is read once and without --plan-from, so free text and columns that no rule "
       "names lose their content."},
      {K::kOtherSessions, "other-sessions", "", kScope,
       "neutralise: other sessions were connected; an Odoo server keeps what it has read until it is "
       "restarted."},
      {K::kServerVersions, "server-versions", "", kScope,
       "check: the two ends have different major versions of PostgreSQL."},
      {K::kCollationVersion, "collation-version", "", kScope,
       "check: the same locale has different versions on the two ends, so texts may sort differently."},
      {K::kDiskUnknown, "disk-unknown", "", kScope,
       "check: how much room there is for staging can't be seen from here."},
      {K::kNetworkSlow, "network-slow", "", kScope,
       "check: the source sends less than 10 MB/s on one connection. Run closer to it."},
      {K::kFilestoreRemote, "filestore-remote", "", kScope,
       "check: the filestore is on another host; whether rsync reaches it shows when it runs."},
      {K::kUnclassifiedKept, "unclassified-kept", "", kScope,
       "check: columns have no rule, and policy.unclassified keeps them as they are."},
      {K::kNotImported, "not-imported", "", kNever, "rules import: this has no counterpart in our rules."},
      {K::kFirstRun, "first-run", "", kNever,
       "init: something it did not find or could not read; there is no configuration yet that could accept "
       "it."},
      {K::kUnknownAccepted, "unknown-accepted", "ID", kNever,
       "policy.accepted names an id that no warning has. Correct it or take it out."},
      {K::kStaleAccepted, "stale-accepted", "ID", kNever,
       "policy.accepted names an id of which nothing is found any more: the next finding of that name would "
       "pass unseen. Take it out."},
  };
}

std::vector<WarningSpec> DriftSpecs() {
  using K = WarningKind;
  return {
      {K::kSchemaDiffers, "schema-differs", "OBJECT[:PROPERTY]", WarningScope::kDrift,
       "An object of the schema is missing on one end, or the property differs. Refresh, or accept what is "
       "to differ (an index that only staging has): verify and refresh take it as accepted, too."},
      {K::kEnvironmentDiffers, "environment-differs", "KEY", WarningScope::kDrift,
       "Odoo's version, a module's or an extension's differs. Refresh, or bring the other server to the same "
       "version."},
      {K::kAddonDiffers, "addon-differs", "MODULE", WarningScope::kDrift,
       "The code below odoo.addons is not of the version that staging's database has installed, or is not "
       "there."},
      {K::kTooOld, "too-old", "", WarningScope::kNever,
       "drift: staging is older than --max-age, which sets the limit. Refresh."},
  };
}

std::vector<std::string> AcceptableNames() {
  std::vector<std::string> names;
  for (const WarningSpec& spec : WarningSpecs()) {
    if (spec.scope != WarningScope::kNever) names.emplace_back(spec.name);
  }
  return names;
}

}  // namespace

const std::vector<WarningSpec>& WarningSpecs() {
  static const auto* const specs = [] {
    auto* const all = new std::vector<WarningSpec>(PlanSpecs());
    for (auto* part : {RunSpecs, DriftSpecs, CommandSpecs}) {
      for (const WarningSpec& spec : part()) all->push_back(spec);
    }
    return all;
  }();
  return *specs;
}

const WarningSpec& SpecOf(WarningKind kind) {
  const auto& specs = WarningSpecs();
  return *std::find_if(specs.begin(), specs.end(), [kind](const WarningSpec& s) { return s.kind == kind; });
}

const WarningSpec* FindWarning(std::string_view id) {
  const size_t colon = id.find(':');
  const std::string_view name = id.substr(0, colon);
  for (const WarningSpec& spec : WarningSpecs()) {
    // With a subject where one belongs, and without where none does.
    if (spec.name == name && spec.subject.empty() == (colon == std::string_view::npos)) return &spec;
  }
  return nullptr;
}

WarningId::WarningId(WarningKind kind, std::string_view subject) : kind_(kind), text_(SpecOf(kind).name) {
  if (!subject.empty()) text_.append(":").append(subject);
}

std::string_view WarningId::subject() const {
  const size_t name = SpecOf(kind_).name.size();
  return text_.size() > name ? std::string_view(text_).substr(name + 1) : std::string_view();
}

std::vector<AcceptedProblem> UnknownAccepted(const std::vector<std::string>& accepted) {
  std::vector<AcceptedProblem> problems;
  for (const std::string& id : accepted) {
    const WarningSpec* spec = FindWarning(id);
    if (spec != nullptr && spec->scope != WarningScope::kNever) continue;
    const std::string name = id.substr(0, id.find(':'));
    const WarningSpec* named = FindWarning(name);
    if (named == nullptr) named = FindWarning(name + ":x");
    std::string hint = DidYouMean(name, AcceptableNames());
    if (named != nullptr && named->scope == WarningScope::kNever) {
      hint = "; this one cannot be accepted";
    } else if (named != nullptr) {
      hint = named->subject.empty() ? fmt::format("; it is {} alone", named->name)
                                    : fmt::format("; one looks like {}:{}", named->name, named->subject);
    }
    problems.push_back({WarningId(WarningKind::kUnknownAccepted, id),
                        fmt::format("policy.accepted lists {}, which is no id of a warning{}", id, hint)});
  }
  return problems;
}

std::vector<AcceptedProblem> StaleAccepted(const std::vector<std::string>& accepted, WarningScope scope,
                                           const std::vector<std::string>& found) {
  std::vector<AcceptedProblem> problems;
  for (const std::string& id : accepted) {
    const WarningSpec* spec = FindWarning(id);
    if (spec == nullptr || spec->scope != scope) continue;
    if (std::find(found.begin(), found.end(), id) != found.end()) continue;
    problems.push_back(
        {WarningId(WarningKind::kStaleAccepted, id),
         fmt::format("policy.accepted lists {}, but nothing of that name is found any more{}; take it out",
                     id, DidYouMean(id, found))});
  }
  return problems;
}

}  // namespace understudy::record
