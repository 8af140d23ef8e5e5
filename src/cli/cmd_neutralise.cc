// understudy neutralise: cut the channels of a copy that other means made, or print how.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "pg/conninfo.h"
#include "record/warning_id.h"
#include "refresh/neutralise.h"
#include "report/model.h"

namespace understudy::cli {
namespace {

using record::WarningKind;
using report::Plural;

// psql goes on after an error unless it is told not to, and would then commit nothing and say nothing.
constexpr const char* kScriptHead = "\\set ON_ERROR_STOP on\n";

uint64_t JobsOn(const refresh::NeutraliseOutcome& outcome) {
  uint64_t on = 0;
  for (const odoo::ScheduledJob& job : outcome.done.jobs) on += job.active && job.kept ? 1 : 0;
  return on;
}

void ShowStatements(const refresh::NeutraliseOutcome& outcome, bool all, std::string* text) {
  *text += fmt::format(
      "modules       {} of their own scripts run\n"
      "statements    {}, {} failed, {} changed\n",
      outcome.done.module_scripts, HumanCount(outcome.done.statements.size()), outcome.done.failed,
      Plural(outcome.done.rows, "row"));
  for (const odoo::StatementOutcome& s : outcome.done.statements) {
    if (!s.error.empty()) {
      *text += fmt::format("  failed  {}: {}: {}\n", s.module, s.statement, s.error);
    } else if (all) {
      *text += fmt::format("  {:>7} {}: {}\n", HumanCount(s.rows), s.module, s.statement);
    }
  }
}

void ShowJobs(const refresh::NeutraliseOutcome& outcome, bool all, std::string* text) {
  *text += fmt::format("jobs          {}, {} on\n", HumanCount(outcome.done.jobs.size()), JobsOn(outcome));
  for (const odoo::ScheduledJob& job : outcome.done.jobs) {
    const bool on = job.active && job.kept;
    if (!on && !all) continue;
    *text += fmt::format("  {:<4} {} ({}.{}, every {}, next {}) {}\n", on ? "on" : "off", job.name, job.model,
                         job.calls, job.every, job.next, job.xml_id);
  }
}

std::string Text(const std::string& database, const refresh::NeutraliseOutcome& outcome, bool all) {
  std::string text = fmt::format("database      {}\n", database);
  ShowStatements(outcome, all, &text);
  ShowJobs(outcome, all, &text);
  text += fmt::format("assertions    {} asked, {} violated, {} to look at\n",
                      outcome.assertions.assertions.size(), outcome.assertions.must_violated,
                      outcome.assertions.should_violated + outcome.assertions.review);
  for (const odoo::AssertionOutcome& a : outcome.assertions.assertions) {
    if (a.holds()) continue;
    text += fmt::format("  {:<6} {}: {}; {}\n", odoo::NameOf(a.severity), a.name,
                        a.error.empty() ? Plural(a.violations, "row") : a.error, a.reason);
  }
  text += fmt::format("outside       {} with an address, a mail domain or a key in it\n",
                      Plural(outcome.outside.size(), "column"));
  for (const record::Outside& o : outcome.outside) {
    text +=
        fmt::format("  {:<6} {}.{}: {} ({})\n", o.kind, o.table, o.column, Plural(o.rows, "row"), o.places);
  }
  return text + "\n" + outcome.egress_rules;
}

std::string Json(const std::string& database, const refresh::NeutraliseOutcome& outcome, int exit_code) {
  nlohmann::ordered_json json;
  json["format"] = 1;
  json["database"] = database;
  json["exit_code"] = exit_code;
  for (const char* list : {"neutralised", "missing_modules", "jobs", "assertions", "outside"}) {
    json[list] = nlohmann::ordered_json::array();
  }
  for (const odoo::StatementOutcome& s : outcome.done.statements) {
    json["neutralised"].push_back(
        {{"module", s.module}, {"statement", s.statement}, {"rows", s.rows}, {"error", s.error}});
  }
  for (const std::string& module : outcome.done.missing_modules) json["missing_modules"].push_back(module);
  for (const odoo::ScheduledJob& j : outcome.done.jobs) {
    json["jobs"].push_back({{"name", j.name},
                            {"model", fmt::format("{}.{}", j.model, j.calls)},
                            {"active", j.active && j.kept},
                            {"next", j.next},
                            {"kept", j.kept},
                            {"id", j.xml_id}});
  }
  for (const odoo::AssertionOutcome& a : outcome.assertions.assertions) {
    json["assertions"].push_back({{"name", a.name},
                                  {"violations", a.violations},
                                  {"error", a.error},
                                  {"severity", odoo::NameOf(a.severity)},
                                  {"reason", a.reason}});
  }
  for (const record::Outside& o : outcome.outside) {
    json["outside"].push_back(
        {{"kind", o.kind}, {"table", o.table}, {"column", o.column}, {"rows", o.rows}, {"places", o.places}});
  }
  json["egress_rules"] = outcome.egress_rules;
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void Warn(Console& console, const refresh::Config& config, const refresh::NeutraliseOutcome& outcome) {
  const auto warn = [&](const record::WarningId& id, const std::string& text) {
    if (!config.policy.Accepts(id.text())) console.Warning(id.text(), text);
  };
  if (!config.odoo.has_value() || config.odoo->addons.empty()) {
    warn(WarningKind::kNoAddons,
         "the modules' own neutralize.sql were not run; list under odoo.addons where their code is");
  } else if (!outcome.done.missing_modules.empty()) {
    warn(WarningKind::kModulesNotFound,
         fmt::format("{} are installed but on no addons path, so their neutralize.sql was not run: {}",
                     Plural(outcome.done.missing_modules.size(), "module"),
                     fmt::join(outcome.done.missing_modules, ", ")));
  }
  for (const std::string& job : outcome.done.unknown_jobs) {
    warn({WarningKind::kUnknownJob, job}, odoo::UnknownJobText(outcome.done, job));
  }
  for (const record::AcceptedProblem& problem : record::UnknownAccepted(config.policy.accepted)) {
    warn(problem.id, problem.text);
  }
  if (outcome.other_sessions > 0) {
    warn(WarningKind::kOtherSessions,
         fmt::format("{} were connected meanwhile; what an Odoo server has read before is still in its "
                     "memory: restart it",
                     Plural(outcome.other_sessions, "session")));
  }
}

int ExitCodeFor(const refresh::Config& config, const refresh::NeutraliseOutcome& outcome) {
  const bool open = outcome.done.failed > 0 || outcome.assertions.must_violated > 0;
  if (!open || config.policy.neutralisation != refresh::FindingPolicy::kFail) return 0;
  return static_cast<int>(ExitClass::kNotNeutralised);
}

}  // namespace

absl::StatusOr<int> RunNeutralise(Session& session) {
  const Args& args = session.args;
  ASSIGN_OR_RETURN(const refresh::RefreshOptions options, OptionsForDatabase(args));
  if (options.config.staging.database.empty()) {
    return UsageError("staging is a backup; neutralise works on a database: name one with --database");
  }
  refresh::NeutraliseRequest request;
  request.config = options.config;
  request.rules_directory = options.rules_directory;
  request.confirmed = args.Text(OptionId::kConfirm);
  ASSIGN_OR_RETURN(request.database, pg::ParseConninfo(options.config.staging.database));
  if (args.Has(OptionId::kStdout)) {
    ASSIGN_OR_RETURN(const std::string script, refresh::NeutraliseScript(request, session.cancel));
    RETURN_IF_ERROR(session.console.Data(kScriptHead + script));
    return 0;
  }
  ASSIGN_OR_RETURN(const refresh::NeutraliseOutcome outcome,
                   refresh::NeutraliseDatabase(request, session.cancel));
  Warn(session.console, request.config, outcome);
  const int code = ExitCodeFor(request.config, outcome);
  const std::string database = pg::Describe(request.database);
  RETURN_IF_ERROR(session.console.Data(args.Has(OptionId::kJson)
                                           ? Json(database, outcome, code)
                                           : Text(database, outcome, args.Has(OptionId::kAll))));
  return code;
}

}  // namespace understudy::cli
