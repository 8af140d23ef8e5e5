// understudy verify: is staging still what was published, and is every channel closed?
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/locate_rows.h"
#include "cli/progress.h"
#include "odoo/password.h"
#include "record/state_directory.h"
#include "refresh/key.h"
#include "refresh/neutralise.h"
#include "refresh/run.h"
#include "report/model.h"
#include "verify/run_verify.h"

namespace understudy::cli {
namespace {

using report::Plural;

// None is configured: none.
absl::StatusOr<std::optional<pseudonym::Key>> KeyOf(const refresh::SecretSource& source) {
  if (!source.given()) return std::optional<pseudonym::Key>();
  ASSIGN_OR_RETURN(pseudonym::Key key, refresh::LoadKey(source));
  return std::optional(std::move(key));
}

// The run that is asked for, else the newest that published; none: nothing to compare with.
absl::StatusOr<std::optional<record::RunRecord>> RunOf(const Args& args, const std::string& state) {
  if (!args.positional.empty()) {
    ASSIGN_OR_RETURN(record::RunRecord run, record::LoadRun(state, args.positional[0]));
    return std::optional(std::move(run));
  }
  // Runs made the configured staging; nobody says that one made this database.
  if (args.Has(OptionId::kDatabase)) return std::optional<record::RunRecord>();
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, record::ListRuns(state));
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(record::RunRecord run, record::LoadRun(state, id));
    if (run.outcome == record::Outcome::kPublished) return std::optional(std::move(run));
  }
  return std::optional<record::RunRecord>();
}

struct Verified {
  std::string staging;
  std::optional<record::RunRecord> run;
  std::string why_no_fingerprints;  // empty: they were compared
  verify::VerifyResult result;
};

void ShowAssertions(const verify::VerifyResult& result, std::string* text) {
  if (!result.assertions.has_value()) {
    *text += "assertions    not an Odoo database\n";
    return;
  }
  *text += fmt::format("assertions    {} asked, {} violated, {} to look at\n",
                       result.assertions->assertions.size(), result.assertions->must_violated,
                       result.assertions->should_violated + result.assertions->review);
  for (const odoo::AssertionOutcome& a : result.assertions->assertions) {
    if (a.holds()) continue;
    *text += fmt::format("  {:<6} {}: {}; {}\n", odoo::NameOf(a.severity), a.name,
                         a.error.empty() ? Plural(a.violations, "row") : a.error, a.reason);
  }
}

void ShowOutside(const verify::VerifyResult& result, std::string* text) {
  if (!result.assertions.has_value()) return;
  *text += fmt::format("outside       {} with an address, a mail domain or a key in it\n",
                       Plural(result.outside.size(), "column"));
  for (const odoo::SweepHit& hit : result.outside) {
    *text += fmt::format("  {:<6} {}.{}: {} ({})\n", hit.kind, hit.table, hit.column, Plural(hit.rows, "row"),
                         hit.places);
  }
}

void ShowSchema(const verify::VerifyResult& result, std::string* text) {
  if (!result.schema_checked) {
    *text += "schema        not compared: no live production to compare with\n";
    return;
  }
  *text += fmt::format("schema        {} against production, {} accepted, deliberate or of the server\n",
                       Plural(result.schema_findings(), "difference"),
                       result.schema.size() - result.schema_findings());
  for (const verify::SchemaChange& change : result.schema) {
    if (change.kind != verify::DifferenceKind::kFinding) continue;
    *text += fmt::format("  {}: {} [{}]\n", change.object, change.difference, verify::IdOf(change).text());
  }
}

void ShowFingerprints(const Verified& v, std::string* text) {
  if (!v.why_no_fingerprints.empty()) {
    *text += fmt::format("fingerprints  not compared: {}\n", v.why_no_fingerprints);
    return;
  }
  *text += fmt::format(
      "fingerprints  {} in {} of {}: {}\n", Plural(v.result.columns_checked, "column"),
      Plural(v.result.rows_checked, "row"), Plural(v.result.tables_checked, "table"),
      v.result.differences.empty() ? "all as published" : Plural(v.result.differences.size(), "difference"));
  for (const verify::Difference& d : v.result.differences) *text += fmt::format("  {}\n", d.ToString());
  if (v.result.tables_without_fingerprint > 0) {
    *text += fmt::format("  ({} without fingerprints in the record)\n",
                         Plural(v.result.tables_without_fingerprint, "table"));
  }
}

std::string Text(const Verified& v) {
  std::string text = fmt::format(
      "staging       {}{}\n", v.staging,
      v.run.has_value() ? fmt::format(", run {}", v.run->run_id) : std::string(", no run on record"));
  ShowAssertions(v.result, &text);
  ShowOutside(v.result, &text);
  ShowSchema(v.result, &text);
  ShowFingerprints(v, &text);
  if (!v.result.differences.empty()) {
    text += "\"understudy verify --locate=TABLE[.COLUMN]\" finds the rows\n";
  }
  return text;
}

std::string Json(const Verified& v) {
  nlohmann::ordered_json json;
  json["format"] = 1;
  json["staging"] = v.staging;
  json["run_id"] = v.run.has_value() ? v.run->run_id : "";
  json["assertions"] = nlohmann::ordered_json::array();
  if (v.result.assertions.has_value()) {
    for (const odoo::AssertionOutcome& a : v.result.assertions->assertions) {
      json["assertions"].push_back({{"name", a.name},
                                    {"severity", odoo::NameOf(a.severity)},
                                    {"violations", a.violations},
                                    {"error", a.error}});
    }
  }
  json["outside"] = nlohmann::ordered_json::array();
  for (const odoo::SweepHit& hit : v.result.outside) {
    json["outside"].push_back({{"kind", hit.kind},
                               {"table", hit.table},
                               {"column", hit.column},
                               {"rows", hit.rows},
                               {"places", hit.places}});
  }
  json["schema_checked"] = v.result.schema_checked;
  json["schema"] = nlohmann::ordered_json::array();
  for (const verify::SchemaChange& c : v.result.schema) {
    json["schema"].push_back({{"object", c.object},
                              {"difference", c.difference},
                              {"deliberate", c.kind == verify::DifferenceKind::kDeliberate},
                              {"finding", c.kind == verify::DifferenceKind::kFinding},
                              {"id", verify::IdOf(c).text()}});
  }
  json["fingerprints_checked"] = v.why_no_fingerprints.empty();
  json["tables"] = v.result.tables_checked;
  json["columns"] = v.result.columns_checked;
  json["rows"] = v.result.rows_checked;
  json["differences"] = nlohmann::ordered_json::array();
  for (const verify::Difference& d : v.result.differences) {
    json["differences"].push_back(
        {{"schema", d.schema}, {"table", d.table}, {"column", d.column}, {"text", d.ToString()}});
  }
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

absl::StatusOr<int> Verify(Session& session, const refresh::RefreshOptions& refresh) {
  const refresh::Config& config = refresh.config;
  Verified v;
  verify::VerifyOptions options;
  ASSIGN_OR_RETURN(options.staging, pg::ParseConninfo(config.staging.database));
  v.staging = pg::Describe(options.staging);
  if (!config.source.database.empty() && !session.args.Has(OptionId::kDatabase)) {
    ASSIGN_OR_RETURN(options.production, pg::ParseConninfo(config.source.database));
  }
  ASSIGN_OR_RETURN(v.run, RunOf(session.args, config.state));
  ASSIGN_OR_RETURN(const std::optional<pseudonym::Key> key, KeyOf(config.key));
  const std::string key_id = key.has_value() ? key->key_id() : "";
  verify::FingerprintSecret secret{};
  if (key.has_value()) secret = verify::DeriveFingerprintSecret(*key);
  if (!v.run.has_value() && session.args.Has(OptionId::kDatabase)) {
    v.why_no_fingerprints = "no run is named";
  } else if (!v.run.has_value()) {
    v.why_no_fingerprints = fmt::format("no published run in {}", config.state);
  } else if (v.run->key_id != key_id) {
    v.why_no_fingerprints = "the run had another key";
  } else {
    options.run = &*v.run;
    options.secret = &secret;
  }
  options.assertions_directory = refresh.rules_directory + "/odoo/assertions";
  options.sandbox = refresh::SandboxOf(config);
  if (config.odoo.has_value() && config.odoo->staging_password.given()) {
    options.password_hash = [&](int major) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const Secret password, refresh::ReadSecret(config.odoo->staging_password));
      return odoo::HashStagingPassword(password, odoo::RoundsFor(major), key_id);
    };
  }
  engine::Engine engine({.workers = static_cast<int>(config.jobs)});
  options.lanes = engine.workers().size();
  options.cancel = &session.cancel;
  {
    Progress progress(session.console,
                      ProgressModeFor(session.args.Text(OptionId::kProgress), session.console));
    options.counters = &progress.CountersOf("verify");
    progress.StageStarted("verify");
    ASSIGN_OR_RETURN(v.result, verify::RunVerify(options, engine));
    verify::Accept(config.policy.accepted, &v.result.schema);
    progress.StageFinished("verify", 0);
  }
  RETURN_IF_ERROR(session.console.Data(session.args.Has(OptionId::kJson) ? Json(v) : Text(v)));
  if (v.result.open_channels() > 0) return static_cast<int>(ExitClass::kNotNeutralised);
  const bool differs = !v.result.differences.empty() || v.result.schema_findings() > 0;
  return static_cast<int>(differs ? ExitClass::kFidelity : ExitClass::kDone);
}

absl::StatusOr<int> Locate(Session& session, const refresh::RefreshOptions& options) {
  if (options.config.source.database.empty()) {
    return UsageError("--locate compares with a live production; this source is a backup");
  }
  ASSIGN_OR_RETURN(const std::optional<record::RunRecord> run, RunOf(session.args, options.config.state));
  if (!run.has_value()) return Failed(fmt::format("no published run in {}", options.config.state));
  ASSIGN_OR_RETURN(const std::optional<pseudonym::Key> key, KeyOf(options.config.key));
  return LocateRows(session, options, *run, key.has_value() && key->key_id() == run->key_id);
}

}  // namespace

absl::StatusOr<int> RunVerifyCommand(Session& session) {
  ASSIGN_OR_RETURN(const refresh::RefreshOptions options, OptionsForDatabase(session.args));
  if (options.config.staging.database.empty()) {
    return UsageError("staging is a backup; verify looks at a database");
  }
  if (session.args.Has(OptionId::kLocate)) return Locate(session, options);
  return Verify(session, options);
}

}  // namespace understudy::cli
