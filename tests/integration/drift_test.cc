// Drift between two real databases: what changed on production since the copy is named, once and in words.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "clone/catalog.h"
#include "drift/compare.h"
#include "pg/snapshot.h"
#include "record/state_directory.h"
#include "support/postgres.h"

namespace understudy::drift {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;

constexpr char kOdoo[] =
    "CREATE TABLE ir_module_module (id serial PRIMARY KEY, name varchar, state varchar, latest_version "
    "varchar);"
    "INSERT INTO ir_module_module (name, state, latest_version) VALUES ('base', 'installed', '17.0.1.3'),"
    " ('sale', 'installed', '17.0.1.2'), ('crm', 'uninstalled', NULL);"
    "CREATE TABLE ir_module_module_dependency (id serial PRIMARY KEY, name varchar, module_id int);"
    "CREATE TABLE ir_config_parameter (id serial PRIMARY KEY, key varchar, value text);"
    "INSERT INTO ir_config_parameter (key, value) VALUES ('web.base.url', 'https://secret.example'),"
    " ('mail.catchall', 'x'), ('gone', '1');"
    "CREATE TABLE res_partner (id serial PRIMARY KEY, name varchar, state varchar DEFAULT 'new');"
    "CREATE INDEX res_partner_name_index ON res_partner (name);"
    "INSERT INTO res_partner (name) SELECT 'p' || i FROM generate_series(1, 5000) i; ANALYZE";

class DriftTest : public ::testing::Test {
 protected:
  void SetUp() override {
    production_ = postgres_.FreshDatabase().value();
    staging_ = production_ + "_copy";
    ASSERT_TRUE(postgres_.Run(production_, kOdoo).ok());
    ASSERT_TRUE(postgres_.CreateDatabase(staging_, "TEMPLATE " + production_).ok());
  }
  void OnProduction(const std::string& sql) {
    const absl::Status status = postgres_.Run(production_, sql);
    ASSERT_TRUE(status.ok()) << MessageOf(status);
  }
  void OnStaging(const std::string& sql) {
    const absl::Status status = postgres_.Run(staging_, sql);
    ASSERT_TRUE(status.ok()) << MessageOf(status);
  }
  std::unique_ptr<pg::Connection> Open(const std::string& database) {
    return pg::OpenSource(pg::ParseConninfo(postgres_.Conninfo(database)).value(), nullptr).value();
  }
  Drift Find(DriftOptions options = {}) {
    const auto drift = FindDrift(*Open(production_), *Open(staging_), options);
    EXPECT_TRUE(drift.ok()) << MessageOf(drift.status());
    return drift.ok() ? *drift : Drift{};
  }
  static std::vector<std::string> Findings(const Drift& drift) {
    std::vector<std::string> texts;
    for (const verify::SchemaChange& c : drift.schema) {
      if (c.kind == verify::DifferenceKind::kFinding) texts.push_back(c.object + ": " + c.difference);
    }
    return texts;
  }

  TestPostgres& postgres_ = TestPostgres::Shared();
  std::string production_, staging_;
};

TEST_F(DriftTest, ACopyHasNone) {
  const Drift drift = Find();
  EXPECT_EQ(drift.alarms, 0U);
  EXPECT_THAT(drift.schema, IsEmpty());
  EXPECT_THAT(drift.parameters, IsEmpty());
  EXPECT_THAT(drift.environment.explanations, IsEmpty());
  EXPECT_THAT(drift.environment.source, Contains(Key("postgresql")));
  EXPECT_EQ(drift.environment.source.at("odoo"), "17.0");
  EXPECT_THAT(drift.environment.source, Contains(Key("setting.work_mem")));
  EXPECT_EQ(drift.run_id, "");
  EXPECT_EQ(drift.age_seconds, -1);
}

TEST_F(DriftTest, ChangesOfProductionAreNamed) {
  OnProduction("DROP INDEX res_partner_name_index");
  OnProduction("ALTER TABLE res_partner ALTER state SET DEFAULT 'other'");
  OnProduction("ALTER TABLE res_partner ADD COLUMN passport varchar");
  OnProduction("UPDATE ir_module_module SET latest_version = '17.0.1.3' WHERE name = 'sale'");
  OnProduction(
      "UPDATE ir_module_module SET latest_version = '17.0.1.0', state = 'installed' WHERE name = 'crm'");
  const Drift drift = Find();
  EXPECT_THAT(Findings(drift), ElementsAre("column public.res_partner.passport: missing on staging",
                                           "column public.res_partner.state: default differs",
                                           "index public.res_partner_name_index: missing on production"));
  EXPECT_THAT(drift.environment.explanations, ElementsAre(Key("module.crm"), Key("module.sale")));
  EXPECT_EQ(drift.alarms, 5U);
}

TEST_F(DriftTest, ParametersAreComparedByKey) {
  OnStaging("UPDATE ir_config_parameter SET value = 'http://localhost' WHERE key = 'web.base.url'");
  OnStaging("INSERT INTO ir_config_parameter (key, value) VALUES ('understudy.tokens', '1')");
  OnProduction("UPDATE ir_config_parameter SET value = 'y' WHERE key = 'mail.catchall'");
  OnStaging("DELETE FROM ir_config_parameter WHERE key = 'gone'");
  record::RunRecord run;
  run.parameters = {{"web.base.url", "set"}, {"mail.catchall", "keep"}};
  DriftOptions options;
  options.run = &run;
  std::vector<std::string> texts;
  for (const ParameterDifference& p : Find(options).parameters) {
    texts.push_back(fmt::format("{}{}: {}", p.deliberate ? "ok " : "", p.key, p.difference));
  }
  EXPECT_THAT(texts, ElementsAre("gone: only on production", "mail.catchall: value differs",
                                 "ok web.base.url: value differs", "ok understudy.tokens: only on staging"));
}

TEST_F(DriftTest, GrowthIsOfTablesThatGrewMuch) {
  OnProduction(
      "INSERT INTO res_partner (name) SELECT 'q' || i FROM generate_series(1, 4000) i;"
      "INSERT INTO ir_config_parameter (key) VALUES ('a'); ANALYZE");
  OnStaging("ANALYZE");
  const Drift drift = Find();
  ASSERT_EQ(drift.growth.size(), 1U);
  EXPECT_EQ(drift.growth[0].table, "res_partner");
  EXPECT_EQ(drift.growth[0].production, 9000U);
  EXPECT_EQ(drift.growth[0].staging, 5000U);
}

TEST_F(DriftTest, AgeComesFromTheRunThatMadeIt) {
  OnStaging(fmt::format("ALTER DATABASE {} SET understudy.run = '20250131T020304Z-1a2b3c'", staging_));
  DriftOptions options;
  options.now = record::ParseRfc3339("2025-02-01T02:03:04Z");
  options.most_age_seconds = 24 * 3600;
  Drift drift = Find(options);
  EXPECT_EQ(drift.refreshed_at, "2025-01-31T02:03:04Z");
  EXPECT_EQ(drift.age_seconds, 24 * 3600);
  EXPECT_FALSE(drift.too_old);
  options.most_age_seconds -= 1;
  drift = Find(options);
  EXPECT_TRUE(drift.too_old);
  EXPECT_EQ(drift.alarms, 1U);
}

TEST_F(DriftTest, NewColumnsWithoutARuleAreAlarms) {
  OnProduction("ALTER TABLE res_partner ADD COLUMN passport varchar, ADD COLUMN height int");
  const rules::Facts facts = clone::ReadCatalog(*Open(production_)).value().facts;
  rules::Policy policy;
  const rules::Plan plan = rules::MakePlan({}, facts, policy);
  DriftOptions options;
  options.facts = &facts;
  options.plan = &plan;
  std::vector<std::string> texts;
  const Drift drift = Find(options);
  for (const NewColumn& c : drift.new_columns) {
    texts.push_back(fmt::format("{}.{}{}", c.table, c.column, c.classified ? "" : " unclassified"));
  }
  EXPECT_THAT(texts, ElementsAre("res_partner.passport unclassified", "res_partner.height"));
  EXPECT_EQ(drift.alarms, 3U);
}

TEST_F(DriftTest, WhatIsAcceptedCountsNoMore) {
  OnStaging("CREATE INDEX testers ON res_partner (state)");
  OnProduction("UPDATE ir_module_module SET latest_version = '17.0.1.3' WHERE name = 'sale'");
  OnProduction("ALTER TABLE res_partner ALTER state SET DEFAULT 'other'");
  DriftOptions options;
  const std::set<std::string> all = {"environment-differs:module.sale",
                                     "schema-differs:column public.res_partner.state:default",
                                     "schema-differs:index public.testers"};
  EXPECT_EQ(Find().found, all);
  EXPECT_EQ(Find().alarms, 3U);
  options.accepted = {"schema-differs:index public.testers", "environment-differs:module.sale",
                      "schema-differs:column public.res_partner.state"};
  const Drift drift = Find(options);
  EXPECT_EQ(drift.found, all);
  EXPECT_EQ(drift.accepted, std::set<std::string>({options.accepted[1], options.accepted[0]}));
  EXPECT_EQ(drift.alarms, 1U);
  EXPECT_THAT(Findings(drift), ElementsAre("column public.res_partner.state: default differs"));
}

TEST_F(DriftTest, ServerSettingsAreThoseOfAFreshSession) {
  OnStaging(fmt::format("ALTER DATABASE {} SET TimeZone = 'Asia/Kolkata'", staging_));
  const Drift drift = Find();
  EXPECT_THAT(drift.environment.explanations, ElementsAre(Key("setting.TimeZone")));
  EXPECT_EQ(drift.environment.staging.at("setting.TimeZone"), "Asia/Kolkata");
}

}  // namespace
}  // namespace understudy::drift
