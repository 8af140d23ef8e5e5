// Neutralisers and assertions on a real server, with a small database of Odoo's shape.
#include <algorithm>

#include "base/file.h"
#include "base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "odoo/assertions.h"
#include "odoo/modules.h"
#include "odoo/neutralise.h"
#include "odoo/sweep.h"
#include "pg/conninfo.h"
#include "support/postgres.h"
#include "support/status_matchers.h"
#include "support/temp_directory.h"

namespace understudy::odoo {
namespace {

using testing_support::TempDirectory;
using testing_support::WriteTestFile;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::UnorderedElementsAre;

constexpr const char* kOdoo = R"(
CREATE TABLE ir_module_module (id serial PRIMARY KEY, name varchar, state varchar, latest_version varchar);
INSERT INTO ir_module_module (name, state, latest_version) VALUES ('base', 'installed', '17.0.1.3'),
  ('web', 'installed', '17.0.1.0'), ('mail', 'installed', '17.0.1.15'), ('acme', 'to upgrade', '17.0.1'),
  ('gone', 'installed', '17.0.1'), ('not_here', 'uninstalled', NULL);
CREATE TABLE ir_module_module_dependency (id serial PRIMARY KEY, name varchar, module_id int);
INSERT INTO ir_module_module_dependency (name, module_id) VALUES ('base', 2), ('base', 3), ('web', 3), ('mail', 4);
CREATE TABLE ir_model_data (id serial PRIMARY KEY, module varchar, name varchar, model varchar, res_id int, noupdate bool);
INSERT INTO ir_model_data (module, name, model, res_id) VALUES ('base', 'autovacuum_job', 'ir.cron', 1),
  ('mail', 'ir_cron_mail', 'ir.cron', 2), ('base', 'user_admin', 'res.users', 2), ('base', 'public_user', 'res.users', 4),
  ('base', 'user_root', 'res.users', 1);
CREATE TABLE ir_act_server (id serial PRIMARY KEY, model_name varchar, code text, webhook_url varchar, state varchar);
INSERT INTO ir_act_server (model_name, code, webhook_url, state) VALUES
  ('ir.autovacuum', 'model._run_vacuum_cleaner()', NULL, 'code'),
  ('mail.mail', E'\nmodel.with_context(a=1).process_email_queue()', 'https://hooks.acme.com/T0K3N', 'webhook');
CREATE TABLE ir_cron (id serial PRIMARY KEY, ir_actions_server_id int, cron_name varchar, active bool,
  interval_number int, interval_type varchar, nextcall timestamp);
INSERT INTO ir_cron (ir_actions_server_id, cron_name, active, interval_number, interval_type, nextcall) VALUES
  (1, 'vacuum', true, 1, 'days', '2026-01-01'), (2, 'queue', true, 1, 'hours', '2026-01-02 03:04:05');
CREATE TABLE ir_config_parameter (id serial PRIMARY KEY, key varchar UNIQUE, value text NOT NULL);
INSERT INTO ir_config_parameter (key, value) VALUES ('database.secret', 'old-secret'), ('database.uuid', 'old-uuid'),
  ('web.base.url', 'https://erp.acme.com'), ('acme.sftp.password', 'hEwujQbuFqtMa395'),
  ('acme.endpoint', 'https://api.acme.com/v1'), ('acme.dsn', 'postgresql://etl:pw@dwh.acme.com/x'),
  ('base.template_portal_user_id', '5'), ('auth_signup.reset_password', 'True');
CREATE TABLE ir_mail_server (id serial PRIMARY KEY, name varchar NOT NULL, active bool, smtp_host varchar,
  smtp_port int, smtp_encryption varchar NOT NULL, smtp_authentication varchar NOT NULL, from_filter varchar,
  smtp_user varchar, smtp_pass varchar, sequence int);
INSERT INTO ir_mail_server (name, active, smtp_host, smtp_port, smtp_encryption, smtp_authentication, smtp_user, smtp_pass)
  VALUES ('live', true, 'smtp.acme.com', 465, 'ssl', 'login', 'u', 'p');
CREATE TABLE mail_mail (id serial PRIMARY KEY, state varchar, body_html text);
INSERT INTO mail_mail (state, body_html) VALUES ('outgoing', '<a href="https://erp.acme.com/x?token=abc&amp;y=1">'),
  ('sent', 'nothing');
CREATE TABLE res_users (id serial PRIMARY KEY, login varchar, active bool, password varchar, totp_secret varchar);
INSERT INTO res_users (login, active, password, totp_secret) VALUES ('__system__', false, NULL, NULL),
  ('admin', true, '$pbkdf2-sha512$600000$prod$x', 'T'), ('ana', true, NULL, NULL), ('public', false, '$pbkdf2-x', NULL);
CREATE TABLE sale_order (id serial PRIMARY KEY, access_token varchar);
INSERT INTO sale_order (access_token) VALUES ('11111111-1111-1111-1111-111111111111'), (NULL), ('');
CREATE TABLE unheard_of_connector (id serial PRIMARY KEY, name varchar, api_key varchar NOT NULL, base_url varchar);
INSERT INTO unheard_of_connector (name, api_key, base_url) VALUES ('c', 'k3y', 'https://partner.example.co.uk/api');
)";

class NeutraliseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(database_, TestPostgres::Shared().FreshDatabase());
    ASSERT_OK(TestPostgres::Shared().Run(database_, kOdoo));
    ASSERT_OK_AND_ASSIGN(const pg::ConnOptions options,
                         pg::ParseConninfo(TestPostgres::Shared().Conninfo(database_)));
    ASSERT_OK_AND_ASSIGN(connection_, pg::Connection::Open(options, nullptr));
    const std::string rules = std::string(UNDERSTUDY_SOURCE_DIR) + "/rules/odoo/";
    ASSERT_OK_AND_ASSIGN(neutralisers_, LoadPacks(PackKind::kNeutralisers, rules + "neutralise"));
    ASSERT_OK_AND_ASSIGN(assertions_, LoadPacks(PackKind::kAssertions, rules + "assertions"));
    options_.specs = &neutralisers_;
    options_.sandbox.smtp_host = "mailpit.internal";
    options_.sandbox.base_url = "https://staging.example.net";
    options_.sandbox.password_hash = "$pbkdf2-sha512$600000$dW5kZXJzdHVkeTAxMjM0NQ$hash";
  }
  void TearDown() override { connection_.reset(); }

  std::string One(const std::string& sql) {
    const auto value = TestPostgres::Shared().Scalar(database_, sql);
    return value.ok() ? *value : std::string(value.status().message());
  }
  std::string Parameter(const std::string& key) {
    return One("SELECT value FROM ir_config_parameter WHERE key = '" + key + "'");
  }
  std::vector<std::string> Violated(Severity severity) {
    const auto result = RunAssertions(*connection_, assertions_, options_.sandbox);
    EXPECT_OK(result);
    std::vector<std::string> names;
    if (!result.ok()) return names;
    for (const AssertionOutcome& outcome : result->assertions) {
      EXPECT_EQ(outcome.error, "") << outcome.name;
      if (outcome.severity == severity && !outcome.holds()) names.push_back(outcome.name);
    }
    return names;
  }

  std::string database_;
  std::unique_ptr<pg::Connection> connection_;
  std::vector<Spec> neutralisers_, assertions_;
  NeutraliseOptions options_;
};

TEST_F(NeutraliseTest, RedBeforeGreenAfterAndTheSecondRunDoesNothing) {
  const std::vector<std::string> before = Violated(Severity::kMust);
  for (const char* name :
       {"mail_server_active_real", "mail_server_no_dummy", "cred:ir_mail_server.smtp_pass",
        "mail_queue_outgoing", "cron_active", "webhook_action_url", "identity:database.secret",
        "base_url_real", "icp_secret_shaped", "icp_url_foreign", "password_unchanged",
        "cred:res_users.totp_secret", "token:sale_order.access_token", "secret:unheard_of_connector.api_key",
        "odoo_flag:database.is_neutralized", "endpoint:sms.endpoint"}) {
    EXPECT_THAT(before, ::testing::Contains(name));
  }
  ASSERT_OK_AND_ASSIGN(const NeutraliseResult result, Neutralise(*connection_, options_));
  for (const StatementOutcome& outcome : result.statements) EXPECT_EQ(outcome.error, "") << outcome.statement;
  EXPECT_THAT(Violated(Severity::kMust), ElementsAre());
  EXPECT_THAT(Violated(Severity::kShould), ElementsAre());

  ASSERT_OK_AND_ASSIGN(const NeutraliseResult again, Neutralise(*connection_, options_));
  EXPECT_EQ(again.rows, 0u);
  EXPECT_EQ(again.statements.size(), result.statements.size());
}

TEST_F(NeutraliseTest, WhatItWrites) {
  options_.sandbox.parameters = {{"acme.endpoint", "https://sandbox.acme.org/v1"}};
  ASSERT_OK_AND_ASSIGN(const NeutraliseResult result, Neutralise(*connection_, options_));
  EXPECT_EQ(result.failed, 0u);
  EXPECT_EQ(One("SELECT string_agg(smtp_host || ':' || active, ' ' ORDER BY id) FROM ir_mail_server"),
            "invalid:false mailpit.internal:true");
  EXPECT_EQ(Parameter("acme.endpoint"), "https://sandbox.acme.org/v1");
  EXPECT_EQ(Parameter("acme.sftp.password"), "neutralised");
  EXPECT_EQ(Parameter("acme.dsn"), "neutralised");
  EXPECT_EQ(Parameter("base.template_portal_user_id"), "5");
  EXPECT_EQ(Parameter("auth_signup.reset_password"), "True");
  EXPECT_EQ(Parameter("web.base.url"), "https://staging.example.net");
  EXPECT_EQ(Parameter("database.uuid").size(), 36u);
  EXPECT_EQ(One("SELECT body_html FROM mail_mail WHERE id = 1"),
            "<a href=\"https://staging.example.net/x?token=neutralised&amp;y=1\">");
  EXPECT_EQ(One("SELECT string_agg(coalesce(left(password, 21), '-'), ' ' ORDER BY id) FROM res_users"),
            "- $pbkdf2-sha512$600000 $pbkdf2-sha512$600000 -");
  EXPECT_EQ(One("SELECT count(*) FROM sale_order WHERE access_token LIKE '1111%'"), "0");
  EXPECT_EQ(One("SELECT count(*) FROM sale_order WHERE access_token IS NULL OR access_token = ''"), "2");
  EXPECT_EQ(One("SELECT string_agg(cron_name, ' ') FROM ir_cron WHERE active"), "vacuum");
  ASSERT_EQ(result.jobs.size(), 2u);
  EXPECT_EQ(result.jobs[0].calls, "process_email_queue");
  EXPECT_EQ(result.jobs[0].next, "2026-01-02 03:04:05");
  EXPECT_TRUE(result.jobs[0].active);
  EXPECT_TRUE(result.jobs[1].kept);
}

// Invariant 5: the same key gives the same bytes, another one others.
TEST_F(NeutraliseTest, TheSeedDecidesTokensAndIdentity) {
  const auto identity = [&](const std::string& seed) {
    options_.sandbox.token_seed = seed;
    EXPECT_OK(connection_->Run("DELETE FROM ir_config_parameter WHERE key LIKE 'understudy.%'"));
    EXPECT_OK(Neutralise(*connection_, options_));
    return Parameter("database.uuid") + Parameter("database.secret") +
           One("SELECT string_agg(access_token, ',' ORDER BY id) FROM sale_order");
  };
  const std::string first = identity("one");
  EXPECT_NE(identity("two"), first);
  EXPECT_EQ(identity("one"), first);
  EXPECT_NE(Parameter("database.uuid"), Parameter("database.secret"));
  EXPECT_EQ(One("SELECT coalesce(current_setting('understudy.token_seed', true), '')"), "");
}

TEST_F(NeutraliseTest, JobsOnTheAllowListStay) {
  options_.sandbox.keep_jobs = {"mail.ir_cron_mail", "mail.no_such_job"};
  ASSERT_OK_AND_ASSIGN(const NeutraliseResult result, Neutralise(*connection_, options_));
  EXPECT_THAT(result.unknown_jobs, ElementsAre("mail.no_such_job"));
  EXPECT_EQ(One("SELECT count(*) FROM ir_cron WHERE active"), "2");
}

TEST_F(NeutraliseTest, ModulesScriptsRunInLoadingOrderAndFailuresUndoOnlyThemselves) {
  TempDirectory temp;
  for (const char* module : {"a/base", "a/mail", "b/mail", "b/acme", "b/web", "b/not_here"}) {
    WriteTestFile(temp / (std::string(module) + "/__manifest__.py"), "{}");
  }
  WriteTestFile(temp / "a/base/data/neutralize.sql",
                "-- base\nUPDATE ir_cron SET active = false WHERE id = 2;");
  WriteTestFile(temp / "a/mail/data/neutralize.sql",
                "UPDATE no_such_table SET x = 'secret';\nCOMMIT;\nUPDATE mail_mail SET state = 'cancel' "
                "WHERE state = 'sent';");
  WriteTestFile(temp / "b/mail/data/neutralize.sql", "DELETE FROM mail_mail;");
  WriteTestFile(temp / "b/acme/data/neutralize.sql",
                "INSERT INTO ir_config_parameter (key, value) VALUES ('acme.ran', '1');");
  options_.addons = {temp / "a", temp / "b"};
  options_.specs = nullptr;
  ASSERT_OK_AND_ASSIGN(const NeutraliseResult result, Neutralise(*connection_, options_));
  std::vector<std::string> got;
  for (const StatementOutcome& o : result.statements) {
    got.push_back(o.module + "|" + o.statement + "|" + std::to_string(o.rows) + "|" + o.error.substr(0, 5));
  }
  EXPECT_THAT(
      got,
      ElementsAre("base|neutralize.sql:2 UPDATE ir_cron SET active = false WHERE id = 2|1|",
                  "mail|neutralize.sql:1 UPDATE no_such_table SET x = '…'|0|42P01",
                  "mail|neutralize.sql:2 COMMIT|0|would",
                  "mail|neutralize.sql:3 UPDATE mail_mail SET state = '…' WHERE state = '…'|1|",
                  "acme|neutralize.sql:1 INSERT INTO ir_config_parameter (key, value) VALUES ('…', '…')|1|"));
  EXPECT_THAT(result.missing_modules, ElementsAre("gone"));
  EXPECT_EQ(result.failed, 2u);
  EXPECT_EQ(result.module_scripts, 3u);
  EXPECT_EQ(One("SELECT count(*) FROM mail_mail"), "2");
  options_.addons = {temp / "nowhere"};
  EXPECT_THAT(Neutralise(*connection_, options_).status().message(), HasSubstr("opening addons path"));
}

TEST_F(NeutraliseTest, TheRenderedScriptDoesTheSame) {
  ASSERT_OK_AND_ASSIGN(const std::string script, RenderNeutralise(*connection_, options_));
  EXPECT_THAT(script, HasSubstr("-- base / jobs_off (jobs): "));
  EXPECT_EQ(Parameter("database.uuid"), "old-uuid");
  ASSERT_OK(TestPostgres::Shared().Run(database_, script));
  EXPECT_THAT(Parameter("database.uuid"), MatchesRegex("[0-9a-f-]{36}"));
  EXPECT_THAT(Violated(Severity::kMust), ElementsAre());
}

TEST_F(NeutraliseTest, WhatNoRowNeedsIsNotRun) {
  const auto run = [this](const std::vector<Spec>& specs) {
    options_.specs = &specs;
    auto result = Neutralise(*connection_, options_);
    EXPECT_OK(result.status());
    std::vector<std::string> got;
    for (const StatementOutcome& o : result->statements) {
      got.push_back(o.statement + "|" + std::to_string(o.rows) + "|" + o.error.substr(0, 5));
    }
    return got;
  };
  const auto parse = [](const std::string& if_text, const std::string& action) {
    return ParsePack(PackKind::kNeutralisers,
                     "pack: t\nstatements:\n  - {name: mails, channel: email, reason: r, if_text: " +
                         if_text + ", " + action + "}\n",
                     "t.yaml");
  };
  const auto specs = [&](const std::string& if_text) {
    auto parsed = parse(if_text, "sql: \"UPDATE mail_mail SET state = 'cut'\"");
    EXPECT_OK(parsed.status());
    return *std::move(parsed);
  };
  EXPECT_THAT(run(specs("{mail_mail.state: [nowhere, \"else'where\"]}")), ElementsAre("mails|0|"));
  EXPECT_EQ(One("SELECT count(*) FROM mail_mail WHERE state = 'cut'"), "0");
  // A query that fails proves nothing.
  EXPECT_THAT(run(specs("{mail_mail.no_column: [abc]}")), ElementsAre("mails|2|"));
  EXPECT_EQ(One("SELECT DISTINCT state FROM mail_mail"), "cut");
  EXPECT_THAT(run(specs("{mail_mail.state: [nowhere, cut]}")), ElementsAre("mails|2|"));
  EXPECT_EQ(One("SELECT current_setting('max_parallel_workers_per_gather')"), "2");
  // Who knows better is not asked again; about these texts alone.
  options_.absent = {{"mail_mail", "state", {"cut"}}};
  EXPECT_THAT(run(specs("{mail_mail.state: [cut]}")), ElementsAre("mails|0|"));
  EXPECT_THAT(run(specs("{mail_mail.state: [cut, other]}")), ElementsAre("mails|2|"));
  const auto refusal = [&](const std::string& if_text, const std::string& action) {
    return std::string(parse(if_text, action).status().message());
  };
  EXPECT_THAT(refusal("{a.b: [abc]}", "empty: [b]"), HasSubstr("if_text goes with sql only"));
  EXPECT_THAT(refusal("{a: [abc]}", "sql: s"), HasSubstr("one table.column"));
  EXPECT_THAT(refusal("{a.b: [abc], a.c: [abc]}", "sql: s"), HasSubstr("one table.column"));
  for (const char* texts : {"[]", "[ab]", "['a c']", "['a\\b']", "['éé']"}) {
    EXPECT_THAT(refusal(std::string("{a.b: ") + texts + "}", "sql: s"), HasSubstr("three printable"))
        << texts;
  }
}

TEST_F(NeutraliseTest, AFailedRotationLeavesNoPromise) {
  ASSERT_OK(TestPostgres::Shared().Run(
      database_,
      "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no: %', OLD.id; "
      "END $$;"
      "CREATE TRIGGER no BEFORE UPDATE ON sale_order FOR EACH ROW EXECUTE FUNCTION no()"));
  ASSERT_OK_AND_ASSIGN(const NeutraliseResult result, Neutralise(*connection_, options_));
  EXPECT_EQ(result.failed, 1u);
  EXPECT_EQ(One("SELECT count(*) FROM ir_config_parameter WHERE key = 'understudy.tokens'"), "0");
  EXPECT_THAT(Violated(Severity::kMust), ElementsAre("token:sale_order.access_token"));
}

TEST_F(NeutraliseTest, TheSweepSeesUnknownConnectors) {
  ASSERT_OK_AND_ASSIGN(const Schema schema, LoadSchema(*connection_));
  ASSERT_OK_AND_ASSIGN(const auto hits, Sweep(*connection_, schema, options_.sandbox));
  std::vector<std::string> got;
  for (const SweepHit& hit : hits)
    got.push_back(hit.kind + " " + hit.table + "." + hit.column + " " + hit.places);
  EXPECT_THAT(got, ElementsAre("url ir_act_server.webhook_url 2",
                               "url ir_config_parameter.value acme.dsn, acme.endpoint, web.base.url",
                               "email ir_config_parameter.value acme.dsn", "host ir_mail_server.smtp_host 1",
                               "url unheard_of_connector.base_url 1"));
}

// open_channels.sql: no assertion may be one that nothing can violate, and what each names gets closed.
TEST_F(NeutraliseTest, EveryAssertionIsRedOnceAndGreenAfterwards) {
  ASSERT_OK_AND_ASSIGN(const std::string sql,
                       ReadFile(std::string(UNDERSTUDY_SOURCE_DIR) + "/src/odoo/open_channels.sql"));
  ASSERT_OK(TestPostgres::Shared().Run(
      database_, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET search_path = public;" + sql));
  ASSERT_OK_AND_ASSIGN(const AssertionResult before,
                       RunAssertions(*connection_, assertions_, options_.sandbox));
  for (const AssertionOutcome& outcome : before.assertions) {
    EXPECT_GT(outcome.violations, 0u) << outcome.name << " is green on open channels";
    EXPECT_EQ(outcome.error, "") << outcome.name;
  }
  for (const Spec& spec : assertions_) {
    if (!spec.guard.odoo.empty()) continue;  // of other releases: OldServersAndReleases
    const bool red = std::any_of(before.assertions.begin(), before.assertions.end(), [&](const auto& o) {
      return o.channel == spec.channel && (o.name == spec.name || o.name.starts_with(spec.name + ":"));
    });
    EXPECT_TRUE(red) << spec.pack << "/" << spec.name << " was not asked: open_channels.sql lacks its tables";
  }
  ASSERT_OK_AND_ASSIGN(const NeutraliseResult result, Neutralise(*connection_, options_));
  for (const StatementOutcome& outcome : result.statements) EXPECT_EQ(outcome.error, "") << outcome.statement;
  // These two say what must not be broken; nothing here repairs it.
  EXPECT_THAT(Violated(Severity::kMust), UnorderedElementsAre("system_users_intact", "login_duplicate"));
  EXPECT_THAT(Violated(Severity::kShould), ElementsAre());
}

TEST_F(NeutraliseTest, NotAnOdooDatabase) {
  ASSERT_OK(TestPostgres::Shared().Run(database_, "DROP TABLE ir_module_module"));
  EXPECT_THAT(Neutralise(*connection_, options_).status().message(), HasSubstr("not an Odoo database"));
}

TEST_F(NeutraliseTest, OldServersAndReleases) {
  // Odoo 14 on PostgreSQL 12: other columns, another way to a UUID. The statements must at least parse.
  ASSERT_OK(TestPostgres::Shared().Run(
      database_,
      "UPDATE ir_module_module SET latest_version = '14.0.1.3' WHERE name = 'base';"
      "ALTER TABLE ir_mail_server DROP COLUMN smtp_authentication, DROP COLUMN from_filter;"
      "CREATE TABLE payment_acquirer (id serial, provider varchar, state varchar, stripe_secret_key varchar);"
      "INSERT INTO payment_acquirer VALUES (1, 'stripe', 'enabled', 'sk_live_x');"
      "CREATE TABLE payment_token (id serial, active bool, acquirer_ref varchar);"
      "INSERT INTO payment_token VALUES (1, true, 'cus_1')"));
  options_.sandbox.payment["stripe"] = {{"stripe_secret_key", "sk_test_y"}, {"nope", "z"}};
  EXPECT_THAT(Violated(Severity::kMust),
              ::testing::IsSupersetOf({"proxy_demo_mode:account_edi_proxy_client.demo", "acquirer_enabled",
                                       "cred:payment_acquirer.stripe_secret_key", "token_ref_old"}));
  ASSERT_OK_AND_ASSIGN(const NeutraliseResult result, Neutralise(*connection_, options_));
  EXPECT_EQ(result.failed, 0u);
  EXPECT_EQ(One("SELECT state || ' ' || stripe_secret_key FROM payment_acquirer"), "test sk_test_y");
  EXPECT_EQ(One("SELECT acquirer_ref || active FROM payment_token"), "neutralised-1false");
  EXPECT_EQ(Parameter("account_edi_proxy_client.demo"), "true");
  EXPECT_THAT(Violated(Severity::kMust), ElementsAre());
  for (const int version : {100000, 120000, 150000}) {
    EXPECT_EQ(
        One("BEGIN; " + SqlRandomSeed(version) + "; SELECT length(" + SqlUuid(version, "t.c", "1") + ")"),
        "36");
    ASSERT_OK(connection_->Run("ROLLBACK"));
  }
}

}  // namespace
}  // namespace understudy::odoo
