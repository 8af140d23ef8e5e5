// Cuts every outbound channel of the copy and asks it what is still open, before anybody can connect.
#include <fmt/format.h>

#include <cstdlib>

#include "base/status.h"
#include "odoo/assertions.h"
#include "odoo/neutralise.h"
#include "odoo/pack.h"
#include "odoo/password.h"
#include "refresh/context.h"
#include "refresh/neutralise.h"
#include "refresh/secret_source.h"
#include "report/model.h"

namespace understudy::refresh {
namespace {

odoo::Sandbox SandboxOfRun(const RunContext& context) {
  odoo::Sandbox sandbox = SandboxOf(context.options.config);
  sandbox.password_hash = context.password_hash;
  sandbox.token_seed = context.token_seed;
  return sandbox;
}

void RecordNeutralised(RunContext& context, const odoo::NeutraliseResult& result) {
  for (const odoo::StatementOutcome& s : result.statements) {
    context.record.neutralised.push_back({s.module, s.statement, s.rows, s.error});
  }
  for (const odoo::ScheduledJob& job : result.jobs) {
    // `active` of the record is staging's: only what the allow list keeps stays on.
    context.record.jobs.push_back({job.name, fmt::format("{}.{}", job.model, job.calls),
                                   job.active && job.kept, job.next, job.kept, job.xml_id});
  }
  const bool has_addons =
      context.options.config.odoo.has_value() && !context.options.config.odoo->addons.empty();
  if (!has_addons) {
    context.Warn(WarningKind::kNoAddons,
                 "the modules' own neutralize.sql were not run; list under odoo.addons where their code is");
  } else if (!result.missing_modules.empty()) {
    context.Warn(
        WarningKind::kModulesNotFound,
        fmt::format("{} installed modules are on no addons path, so their neutralize.sql was not run: {}",
                    result.missing_modules.size(), fmt::join(result.missing_modules, ", ")));
  }
  for (const std::string& job : result.unknown_jobs) {
    context.Warn({WarningKind::kUnknownJob, job}, odoo::UnknownJobText(result, job));
  }
  context.record.sandbox["base_url"] = context.options.config.sandbox.base_url;
  context.record.sandbox["smtp"] = context.options.config.sandbox.smtp_host.empty()
                                       ? "nowhere"
                                       : fmt::format("{}:{}", context.options.config.sandbox.smtp_host,
                                                     context.options.config.sandbox.smtp_port);
}

absl::Status Judge(RunContext& context, const std::string& what) {
  if (context.options.config.policy.neutralisation == FindingPolicy::kFail) {
    return WithExit(Failed(what + "; policy.neutralisation: warn publishes all the same"),
                    ExitClass::kNotNeutralised);
  }
  context.Warn(WarningKind::kNotNeutralised, what);
  return absl::OkStatus();
}

absl::Status Assert(RunContext& context, pg::Connection& session, const odoo::Sandbox& sandbox) {
  ASSIGN_OR_RETURN(const std::vector<odoo::Spec>* specs, context.packs.Odoo(odoo::PackKind::kAssertions));
  ASSIGN_OR_RETURN(const odoo::AssertionResult result, odoo::RunAssertions(session, *specs, sandbox));
  std::vector<std::string> open;
  for (const odoo::AssertionOutcome& a : result.assertions) {
    context.record.assertions.push_back({a.name, a.violations, a.error, odoo::NameOf(a.severity), a.reason});
    if (a.holds()) continue;
    if (a.severity == odoo::Severity::kMust) {
      open.push_back(a.name);
    } else {
      context.Warn({WarningKind::kAssertion, a.name},
                   fmt::format("{}: {} ({})", a.name, report::Plural(a.violations, "row"), a.reason));
    }
  }
  if (open.empty()) return absl::OkStatus();
  return Judge(context, fmt::format("staging is not neutralised: {} assertions are violated ({})",
                                    open.size(), fmt::join(open, ", ")));
}

absl::StatusOr<std::unique_ptr<pg::Connection>> OpenHiddenAsOdoo(const RunContext& context) {
  pg::ConnOptions target(context.staging.options);
  target["dbname"] = context.hidden;
  absl::StatusOr<std::unique_ptr<pg::Connection>> session =
      OpenAsOdoo(target, context.catalog.database.encoding, &context.cancel);
  if (!session.ok()) return Annotate(session.status(), "staging");
  return session;
}

// Returns how many rows were touched. Its session ends with it, so that the server's counters tell them.
absl::StatusOr<uint64_t> CutChannels(RunContext& context, const odoo::Sandbox& sandbox,
                                     verify::WriteCounts* before) {
  ASSIGN_OR_RETURN(const std::unique_ptr<pg::Connection> session, OpenHiddenAsOdoo(context));
  ASSIGN_OR_RETURN(*before, verify::ReadWriteCounts(*session));
  ASSIGN_OR_RETURN(const std::vector<odoo::Spec>* specs, context.packs.Odoo(odoo::PackKind::kNeutralisers));
  odoo::NeutraliseOptions options;
  if (context.options.config.odoo.has_value()) options.addons = context.options.config.odoo->addons;
  options.specs = specs;
  options.sandbox = sandbox;
  options.absent = context.absent_texts;
  ASSIGN_OR_RETURN(const odoo::NeutraliseResult result, odoo::Neutralise(*session, options));
  RecordNeutralised(context, result);
  if (result.failed > 0) {
    RETURN_IF_ERROR(
        Judge(context, fmt::format("{} neutralising statements failed; the report lists them with their "
                                   "errors",
                                   result.failed)));
  }
  return result.rows;
}

absl::Status AskWhatIsOpen(RunContext& context, const odoo::Sandbox& sandbox) {
  ASSIGN_OR_RETURN(const std::unique_ptr<pg::Connection> session, OpenHiddenAsOdoo(context));
  // Before the assertions are judged: who has to find an open channel wants to see this list.
  ASSIGN_OR_RETURN(context.record.outside, SweepDatabase(*session, sandbox));
  context.record.egress_rules = EgressRulesOf(context.options.config, sandbox, context.staging.options);
  return Assert(context, *session, sandbox);
}

}  // namespace

absl::Status HashPassword(RunContext& context) {
  if (!context.options.config.odoo.has_value() || !context.options.config.odoo->staging_password.given()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Secret password, ReadSecret(context.options.config.odoo->staging_password));
  const int major = std::atoi(context.catalog.facts.odoo_version.c_str());
  ASSIGN_OR_RETURN(context.password_hash,
                   odoo::HashStagingPassword(password, odoo::RoundsFor(major), context.record.key_id));
  return absl::OkStatus();
}

absl::Status NeutraliseStaging(RunContext& context) {
  if (!context.catalog.facts.is_odoo()) return absl::OkStatus();
  const odoo::Sandbox sandbox = SandboxOfRun(context);
  StageScope stage(context, "neutralise");
  verify::WriteCounts before;
  ASSIGN_OR_RETURN(const uint64_t rows, CutChannels(context, sandbox, &before));
  stage.counters().rows = rows;
  // From here on nobody writes: what was changed is read again while questions are asked.
  SideWork read([&] { return RecordWhatIsPublished(context, before, rows); }, &context.stop);
  RETURN_IF_ERROR(AskWhatIsOpen(context, sandbox));
  return read.Join();
}

}  // namespace understudy::refresh
