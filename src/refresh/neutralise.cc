#include "refresh/neutralise.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/status.h"
#include "clone/hidden_database.h"
#include "odoo/egress.h"
#include "odoo/pack.h"
#include "odoo/password.h"
#include "odoo/schema.h"
#include "pg/quote.h"
#include "pg/snapshot.h"
#include "refresh/key.h"

namespace understudy::refresh {
namespace {

constexpr int kPostgresPort = 5432;

struct Identity {
  std::string system_identifier;
  std::string name;
  clone::PublishedState state;

  bool Is(const Identity& other) const {
    return system_identifier == other.system_identifier && state.oid == other.state.oid;
  }
};

absl::StatusOr<Identity> IdentityOf(pg::Connection& session) {
  Identity identity;
  ASSIGN_OR_RETURN(const pg::Result row,
                   session.Exec("SELECT pg_catalog.current_database(), system_identifier"
                                " FROM pg_catalog.pg_control_system()"));
  identity.name = row.String(0, 0);
  identity.system_identifier = row.String(0, 1);
  ASSIGN_OR_RETURN(identity.state, clone::LookAtPublished(session, identity.name));
  return identity;
}

absl::Status RefuseSource(const Config& config, const Identity& target, const CancelToken& cancel) {
  if (config.source.database.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const pg::ConnOptions options, pg::ParseConninfo(config.source.database));
  absl::StatusOr<std::unique_ptr<pg::Connection>> source = pg::OpenSource(options, &cancel);
  if (!source.ok()) {
    if (target.state.ours) return absl::OkStatus();
    return Annotate(source.status(), fmt::format("source (to see that it is not {})", target.name));
  }
  absl::StatusOr<Identity> production = IdentityOf(**source);
  if (!production.ok()) return Annotate(production.status(), "source");
  if (!production->Is(target)) return absl::OkStatus();
  return Refused(fmt::format("{} is the configured source; name the copy", target.name));
}

absl::Status MayTouch(const NeutraliseRequest& request, pg::Connection& session, const CancelToken& cancel) {
  ASSIGN_OR_RETURN(const Identity target, IdentityOf(session));
  RETURN_IF_ERROR(RefuseSource(request.config, target, cancel));
  if (target.state.ours || request.confirmed == target.name) return absl::OkStatus();
  return Refused(
      fmt::format("database {0} was not made by Understudy; if it is a copy and nobody works in it, pass "
                  "--confirm={0}",
                  target.name));
}

// Password hash and seed: what the configuration's secrets make of the mapping.
absl::StatusOr<odoo::Sandbox> WholeSandbox(const Config& config, pg::Connection& session) {
  odoo::Sandbox sandbox = SandboxOf(config);
  std::string key_id;
  if (config.key.given()) {
    ASSIGN_OR_RETURN(const pseudonym::Key key, LoadKey(config.key));
    sandbox.token_seed = TokenSeed(key);
    key_id = key.key_id();
  }
  if (!config.odoo.has_value() || !config.odoo->staging_password.given()) return sandbox;
  ASSIGN_OR_RETURN(const odoo::Schema schema, odoo::LoadSchema(session));
  ASSIGN_OR_RETURN(const Secret password, ReadSecret(config.odoo->staging_password));
  ASSIGN_OR_RETURN(sandbox.password_hash,
                   odoo::HashStagingPassword(password, odoo::RoundsFor(schema.odoo_major()), key_id));
  return sandbox;
}

absl::StatusOr<odoo::NeutraliseOptions> OptionsOf(const NeutraliseRequest& request,
                                                  const std::vector<odoo::Spec>& specs,
                                                  pg::Connection& session) {
  odoo::NeutraliseOptions options;
  if (request.config.odoo.has_value()) options.addons = request.config.odoo->addons;
  options.specs = &specs;
  ASSIGN_OR_RETURN(options.sandbox, WholeSandbox(request.config, session));
  return options;
}

std::string Get(const pg::ConnOptions& options, const std::string& key) {
  const auto found = options.find(key);
  return found == options.end() ? std::string() : found->second;
}

}  // namespace

absl::StatusOr<std::vector<odoo::Spec>> OdooPacks(const std::string& rules_directory, odoo::PackKind kind) {
  const char* folder = kind == odoo::PackKind::kNeutralisers ? "/odoo/neutralise" : "/odoo/assertions";
  return odoo::LoadPacks(kind, rules_directory + folder);
}

odoo::Sandbox SandboxOf(const Config& config) {
  odoo::Sandbox sandbox;
  if (!config.sandbox.smtp_host.empty()) {
    sandbox.smtp_host = config.sandbox.smtp_host;
    sandbox.smtp_port = config.sandbox.smtp_port;
  }
  if (!config.sandbox.base_url.empty()) sandbox.base_url = config.sandbox.base_url;
  sandbox.parameters = config.sandbox.parameters;
  sandbox.keep_jobs = config.sandbox.keep_jobs;
  sandbox.payment = config.sandbox.payment;
  return sandbox;
}

absl::StatusOr<std::unique_ptr<pg::Connection>> OpenAsOdoo(const pg::ConnOptions& options,
                                                           const std::string& encoding,
                                                           const CancelToken* cancel) {
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> session, pg::Connection::Open(options, cancel));
  const std::string wanted = encoding.empty() ? session->Parameter("server_encoding") : encoding;
  // Modules' scripts name tables without a schema, so the search_path stays the database's own.
  RETURN_IF_ERROR(
      session->Run(fmt::format("SET client_encoding = {};"
                               "SET synchronous_commit = off;"
                               "SET statement_timeout = 0;"
                               "SET client_min_messages = error",
                               pg::QuoteLiteral(wanted))));
  return session;
}

absl::StatusOr<std::vector<record::Outside>> SweepDatabase(pg::Connection& session,
                                                           const odoo::Sandbox& sandbox) {
  ASSIGN_OR_RETURN(const odoo::Schema schema, odoo::LoadSchema(session));
  ASSIGN_OR_RETURN(const std::vector<odoo::SweepHit> hits, odoo::Sweep(session, schema, sandbox));
  std::vector<record::Outside> outside;
  for (const odoo::SweepHit& hit : hits) {
    outside.push_back({hit.kind, hit.table, hit.column, hit.rows, hit.places});
  }
  return outside;
}

std::string EgressRulesOf(const Config& config, const odoo::Sandbox& sandbox,
                          const pg::ConnOptions& staging) {
  std::string account = "odoo";
  if (config.odoo.has_value() && !config.odoo->owner.empty()) account = config.odoo->owner;
  const int port = std::atoi(Get(staging, "port").c_str());
  return odoo::EgressRules(sandbox, account, Get(staging, "host"), port > 0 ? port : kPostgresPort);
}

absl::StatusOr<NeutraliseOutcome> NeutraliseDatabase(const NeutraliseRequest& request,
                                                     const CancelToken& cancel) {
  NeutraliseOutcome outcome;
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> session, OpenAsOdoo(request.database, "", &cancel));
  RETURN_IF_ERROR(MayTouch(request, *session, cancel));
  ASSIGN_OR_RETURN(const std::vector<odoo::Spec> neutralisers,
                   OdooPacks(request.rules_directory, odoo::PackKind::kNeutralisers));
  ASSIGN_OR_RETURN(const std::vector<odoo::Spec> assertions,
                   OdooPacks(request.rules_directory, odoo::PackKind::kAssertions));
  ASSIGN_OR_RETURN(const odoo::NeutraliseOptions options, OptionsOf(request, neutralisers, *session));
  ASSIGN_OR_RETURN(const pg::Result others,
                   session->Exec("SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname ="
                                 " pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()"
                                 " AND backend_type = 'client backend'"));
  outcome.other_sessions = static_cast<uint64_t>(others.Int(0, 0));
  ASSIGN_OR_RETURN(outcome.done, odoo::Neutralise(*session, options));
  ASSIGN_OR_RETURN(outcome.assertions, odoo::RunAssertions(*session, assertions, options.sandbox));
  ASSIGN_OR_RETURN(outcome.outside, SweepDatabase(*session, options.sandbox));
  outcome.egress_rules = EgressRulesOf(request.config, options.sandbox, request.database);
  return outcome;
}

absl::StatusOr<std::string> NeutraliseScript(const NeutraliseRequest& request, const CancelToken& cancel) {
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Connection> session, pg::OpenSource(request.database, &cancel));
  ASSIGN_OR_RETURN(const std::vector<odoo::Spec> specs,
                   OdooPacks(request.rules_directory, odoo::PackKind::kNeutralisers));
  ASSIGN_OR_RETURN(const odoo::NeutraliseOptions options, OptionsOf(request, specs, *session));
  return odoo::RenderNeutralise(*session, options);
}

}  // namespace understudy::refresh
