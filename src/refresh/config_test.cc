#include "refresh/config.h"

#include <gtest/gtest.h>

#include "base/status.h"

namespace understudy::refresh {
namespace {

std::optional<std::string> FakeEnvironment(const std::string& name) {
  if (name == "DB") return "host=h dbname=d";
  if (name == "N") return "4";
  if (name == "WORD") return "four";
  return std::nullopt;
}

constexpr ConfigOptions kOptions = {.environment = FakeEnvironment};

absl::StatusOr<Config> Parse(const std::string& text) { return ParseConfig("/etc/u/u.yaml", text, kOptions); }

constexpr char kWhole[] = R"(
source: {database: "${DB}"}
staging: {database: "host=db2 dbname=staging$$", keep_previous: 2}
odoo:
  filestore: {source: "prod:/srv/fs", staging: fs/staging, mode: 0660, owner: odoo, group: 1000}
  addons: [/opt/odoo, custom]
  staging_password: {env: STAGING_PASSWORD}
key: {file: understudy.key}
rules: [odoo, ./site.yaml, site2.yaml, odoo/sale]
policy:
  unclassified: fail
  leaks: warn
  neutralisation: warn
  fidelity: off
  attachments: {default: keep, rules: [{model: hr.applicant, mimetype: "image/.*", url: /x, public: true, larger_than: 9, do: strip}]}
  accepted: [a, "b:c"]
sandbox:
  smtp: {host: mailpit, port: 25}
  base_url: https://staging.example.com
  parameters: {"acme.endpoint": "https://x", empty: ""}
  payment: {stripe: {stripe_secret_key: "${DB}"}}
  jobs: {keep: ["base.autovacuum_job"]}
jobs: ${N}
state: ./state
)";

TEST(Config, EveryKey) {
  const auto config = Parse(kWhole);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->source.database, "host=h dbname=d");
  EXPECT_EQ(config->staging.database, "host=db2 dbname=staging$");
  EXPECT_EQ(config->staging.keep_previous, 2u);
  ASSERT_TRUE(config->odoo.has_value());
  EXPECT_EQ(config->odoo->filestore_source, "prod:/srv/fs");
  EXPECT_EQ(config->odoo->filestore_staging, "/etc/u/fs/staging");
  EXPECT_EQ(config->odoo->addons, (std::vector<std::string>{"/opt/odoo", "/etc/u/custom"}));
  EXPECT_EQ(config->odoo->staging_password.kind, SecretSource::Kind::kEnvironment);
  EXPECT_EQ(config->key.value, "/etc/u/understudy.key");
  EXPECT_EQ(config->rules,
            (std::vector<std::string>{"odoo", "/etc/u/site.yaml", "/etc/u/site2.yaml", "odoo/sale"}));
  EXPECT_EQ(config->policy.unclassified, UnclassifiedPolicy::kFail);
  EXPECT_EQ(config->policy.leaks, FindingPolicy::kWarn);
  EXPECT_EQ(config->policy.neutralisation, FindingPolicy::kWarn);
  EXPECT_EQ(config->policy.fidelity, FindingPolicy::kOff);
  EXPECT_EQ(config->policy.attachments.default_action, "keep");
  ASSERT_EQ(config->policy.attachments.rules.size(), 1u);
  const AttachmentRule& rule = config->policy.attachments.rules[0];
  EXPECT_EQ(rule.action, "strip");
  EXPECT_EQ(rule.url, "/x");
  EXPECT_EQ(rule.is_public, true);
  EXPECT_EQ(rule.larger_than, 9);
  EXPECT_EQ(config->odoo->file_mode, 0660u);
  EXPECT_EQ(config->odoo->owner, "odoo");
  EXPECT_EQ(config->odoo->group, "1000");
  EXPECT_EQ(config->sandbox.payment.at("stripe").at("stripe_secret_key"), "host=h dbname=d");
  EXPECT_TRUE(config->policy.Accepts("b:c"));
  EXPECT_FALSE(config->policy.Accepts("b"));
  EXPECT_EQ(config->sandbox.smtp_host, "mailpit");
  EXPECT_EQ(config->sandbox.smtp_port, 25);
  EXPECT_EQ(config->sandbox.parameters.at("empty"), "");
  EXPECT_EQ(config->sandbox.keep_jobs, (std::vector<std::string>{"base.autovacuum_job"}));
  EXPECT_EQ(config->jobs, 4u);
  EXPECT_EQ(config->state, "/etc/u/state");
}

TEST(Config, Defaults) {
  const auto config = Parse("source: {backup: a.zip}\nstaging: {backup: b.zip}\n");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->source.backup, "/etc/u/a.zip");
  EXPECT_EQ(config->staging.keep_previous, 1u);
  EXPECT_FALSE(config->odoo.has_value());
  EXPECT_FALSE(config->key.given());
  EXPECT_EQ(config->rules, (std::vector<std::string>{"odoo"}));
  EXPECT_EQ(config->policy.unclassified, UnclassifiedPolicy::kRewrite);
  EXPECT_EQ(config->policy.leaks, FindingPolicy::kFail);
  EXPECT_EQ(config->policy.attachments.default_action, "placeholder");
  EXPECT_EQ(config->sandbox.smtp_port, 1025);
  EXPECT_EQ(config->state, "/etc/u/understudy-state");
}

TEST(Config, LimitsOfTheSource) {
  const auto config =
      Parse("source: {database: a, max_rate: 1.5 MB/s, max_lanes: 2}\nstaging: {database: b}\n");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->source.max_rate, 1'500'000u);
  EXPECT_EQ(config->source.max_lanes, 2u);
  EXPECT_EQ(Parse("source: {database: a, max_rate: 0}\nstaging: {database: b}\n")->source.max_rate, 0u);
}

TEST(Config, StagingMayBeLeftOutWhereItIsNotNeeded) {
  EXPECT_TRUE(ParseConfig("u.yaml", "source: {backup: a.zip}\n", {.needs_staging = false}).ok());
}

TEST(Config, ErrorsPoint) {
  const std::string ends = "source: {database: a}\nstaging: {database: b}\n";
  const struct {
    std::string text;
    const char* message;
  } kCases[] = {
      {"staging: {database: b}\n",
       "/etc/u/u.yaml:1:1: source is missing; it says where production's rows come from"},
      {"source: {database: b}\n", "/etc/u/u.yaml:1:1: staging is missing; it says where the rows go"},
      {"source: {database: a, backup: b}\nstaging: {database: b}\n",
       "/etc/u/u.yaml:1:9: source: exactly one of database and backup is needed"},
      {"source: {database: a}\nstaging: {keep_previous: 1}\n",
       "/etc/u/u.yaml:2:10: staging: exactly one of database and backup is needed"},
      {ends + "odoo: {filestore: {source: a, staging: a}}\n",
       "/etc/u/u.yaml:3:19: odoo.filestore: source and staging are the same directory"},
      {"source: {backup: a}\nstaging: {backup: ./a}\n",
       "/etc/u/u.yaml:2:10: staging.backup is the source's own file"},
      {"source: {database: a}\nstaging: {backup: b.zip, verify: maybe}\n",
       "/etc/u/u.yaml:2:34: staging.verify: \"maybe\" is none of restore, off"},
      {"source: {database: a}\nstaging: {database: b, verify: restore}\n",
       "/etc/u/u.yaml:2:32: staging.verify belongs to staging.backup"},
      {"source: {database: a, max_rate: fast}\nstaging: {database: b}\n",
       "/etc/u/u.yaml:1:33: source.max_rate: \"fast\" is no rate; write bytes a second, such as 20MB or "
       "512KiB, "
       "of at least 1.0 kB; 0 is no limit"},
      {"source: {database: a, max_rate: 3}\nstaging: {database: b}\n",
       "/etc/u/u.yaml:1:33: source.max_rate: \"3\" is no rate; write bytes a second, such as 20MB or 512KiB, "
       "of "
       "at least 1.0 kB; 0 is no limit"},
      {"source: {backup: a, max_lanes: 3}\nstaging: {database: b}\n",
       "/etc/u/u.yaml:1:32: limits spare a live production; a backup is only a file"},
      {ends + "policy: {leaks: of}\n",
       "/etc/u/u.yaml:3:17: policy.leaks: \"of\" is none of fail, warn, off; did you mean off?"},
      {ends + "policy: {neutralisation: off}\n",
       "/etc/u/u.yaml:3:26: policy.neutralisation: \"off\" is none of fail, warn"},
      {ends + "state: ${NOPE}\n",
       "/etc/u/u.yaml:3:8: environment variable NOPE is not set; export it, or write the value here"},
      {ends + "state: ${NO PE}\n",
       "/etc/u/u.yaml:3:8: \"${\" begins the name of an environment variable, as in ${NAME}; write $$ for a "
       "$"},
      {ends + "jobs: ${WORD}\n", "/etc/u/u.yaml:3:7: jobs: expected a number from 0 to 1024"},
      {ends + "key: sesame\n",
       "/etc/u/u.yaml:3:6: key: expected one of {file: PATH}, {env: NAME}, {command: LINE}; a secret itself "
       "does not belong into this file"},
      {ends + "sandbox: {smtp: {port: 3}}\n", "/etc/u/u.yaml:3:17: sandbox.smtp: host is missing"},
      {ends + "sandbox: {smtp: {host: a, port: 0}}\n",
       "/etc/u/u.yaml:3:33: sandbox.smtp.port: expected a number from 1 to 65535"},
      {ends + "sandbox: {base_url: staging}\n",
       "/etc/u/u.yaml:3:21: sandbox.base_url: expected a URL that begins with https:// or http://"},
      {ends + "policy: {attachments: {rules: [{model: a}]}}\n",
       "/etc/u/u.yaml:3:32: an attachment rule needs \"do\""},
      {ends + "state: \"\"\n", "/etc/u/u.yaml:3:8: state is empty"},
  };
  for (const auto& c : kCases) {
    const auto config = Parse(c.text);
    ASSERT_FALSE(config.ok()) << c.text;
    EXPECT_EQ(MessageOf(config.status()), c.message);
    EXPECT_EQ(ExitClassOf(config.status()), ExitClass::kUsage);
  }
}

TEST(Config, UnknownKeysSuggest) {
  for (const char* text : {"source: {database: a}\nstaging: {database: b}\npolcy: {}\n",
                           "source: {databse: a}\nstaging: {database: b}\n",
                           "source: {database: a}\nstaging: {database: b}\npolicy: {leeks: off}\n",
                           "source: {database: a}\nstaging: {database: b}\nodoo: {filestroe: {}}\n",
                           "source: {database: a}\nstaging: {database: b}\nsandbox: {job: {}}\n"}) {
    const auto config = Parse(text);
    ASSERT_FALSE(config.ok()) << text;
    EXPECT_NE(MessageOf(config.status()).find("did you mean"), std::string::npos) << config.status();
    EXPECT_EQ(MessageOf(config.status()).rfind("/etc/u/u.yaml:", 0), 0u) << config.status();
  }
}

TEST(Config, MissingFileSaysWhatToDo) {
  const auto config = LoadConfig("/nowhere/u.yaml");
  EXPECT_EQ(MessageOf(config.status()),
            "configuration: opening /nowhere/u.yaml: No such file or directory; give its name with "
            "--config=FILE, or "
            "make one with understudy init");
  EXPECT_EQ(ExitClassOf(config.status()), ExitClass::kUsage);
}

}  // namespace
}  // namespace understudy::refresh
