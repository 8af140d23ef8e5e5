// What only the source's server can say of a plan: whether CHECK constraints, domains and keys of several
// columns hold for the rows as a refresh would write them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/status.h"
#include "integration/refresh_fixture.h"

namespace understudy {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PlanTest : public RefreshTest {
 protected:
  // The plan for `source_` under one pack, with findings as lines "error ID: TEXT" and "warning ID: TEXT".
  std::string Findings(const std::string& pack) {
    const std::string file = directory_ + "/site.yaml";
    if (!WriteFileAtomic(file, "pack: test\n" + pack).ok()) return "no file";
    options_.config.rules = {file};
    const auto view = refresh::PreparePlan(options_, listener_, cancel_);
    if (!view.ok()) return "failed: " + MessageOf(view.status());
    std::string text;
    for (const auto& finding : view->plan.errors)
      text += "error " + finding.id.text() + ": " + finding.text + "\n";
    for (const auto& finding : view->plan.warnings)
      text += "warning " + finding.id.text() + ": " + finding.text + "\n";
    return text;
  }
  void Make(const std::string& sql) { ASSERT_TRUE(postgres_.Run(source_, sql).ok()); }
};

TEST_F(PlanTest, ACheckThatATreatmentViolatesStopsThePlan) {
  Make(
      "CREATE TABLE p (id int PRIMARY KEY, code text CHECK (char_length(code) = 8), kind text"
      " CONSTRAINT kinds CHECK (kind IN ('a', 'b')), name text, type text,"
      " CONSTRAINT named CHECK (type <> 'contact' OR name IS NOT NULL), free text CHECK (length(free) > 0));"
      "INSERT INTO p SELECT i, 'ABCD' || 1000 + i, 'a', 'Ada ' || i, 'contact', 'x' FROM generate_series(1, "
      "50) i");
  const std::string found =
      Findings("tables:\n  p: {code: email, kind: {fixed: c}, name: null, type: keep, free: name}\n");
  EXPECT_THAT(found, HasSubstr("error check:p.code:p_code_check: p.code: "));
  EXPECT_THAT(found, HasSubstr("token and plate keep the length"));
  EXPECT_THAT(found, HasSubstr("error check:p.kind:kinds"));
  EXPECT_THAT(found, HasSubstr("error check:p.name:named"));
  EXPECT_THAT(found, Not(HasSubstr("p.free")));
  EXPECT_THAT(Findings("tables:\n  p: {code: token, kind: keep, name: name, type: keep, free: name}\n"),
              IsEmpty());
}

TEST_F(PlanTest, WhatAllRowsSatisfyIsNotSuspectedAnyMore) {
  Make(
      "CREATE TABLE p (id int PRIMARY KEY, name text, type text, CONSTRAINT named CHECK (type <> 'contact' OR"
      " name IS NOT NULL)); INSERT INTO p VALUES (1, 'Ada', 'invoice')");
  EXPECT_THAT(Findings("tables:\n  p: {name: null, type: keep}\n"), IsEmpty());
}

TEST_F(PlanTest, AnExpressionThatCannotBeTriedIsAWarning) {
  Make(
      "CREATE TABLE p (id int PRIMARY KEY, name text);"
      "CREATE FUNCTION fine(p) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';"
      "ALTER TABLE p ADD CONSTRAINT whole CHECK (fine(p.*)); INSERT INTO p VALUES (1, 'Ada')");
  // A whole row is no column that the constraint is known to read; it must not stop the plan either.
  EXPECT_THAT(Findings("tables:\n  p: {name: name}\n"), Not(HasSubstr("error")));
}

TEST_F(PlanTest, ANotValidConstraintIsNotHeldAgainstTheRows) {
  Make(
      "CREATE TABLE p (id int PRIMARY KEY, code text); INSERT INTO p VALUES (1, 'x');"
      "ALTER TABLE p ADD CONSTRAINT shape CHECK (code ~ '^[0-9]{9}$') NOT VALID");
  EXPECT_THAT(Findings("tables:\n  p: {code: email}\n"), IsEmpty());
}

TEST_F(PlanTest, DomainsAreTriedAndTheirLengthAndNotNullAreKnown) {
  Make(
      "CREATE DOMAIN zip AS varchar(5) CHECK (VALUE ~ '^[0-9]+$'); CREATE DOMAIN must AS text NOT NULL;"
      "CREATE DOMAIN short AS varchar(8); CREATE DOMAIN shorter AS short;"
      "CREATE TABLE p (id int PRIMARY KEY, z zip, m must, s shorter);"
      "INSERT INTO p VALUES (1, '12345', 'm', 'abc'), (2, '54321', 'n', 'def')");
  const std::string found = Findings("tables:\n  p: {z: email, m: null, s: {fixed: \"123456789\"}}\n");
  EXPECT_THAT(found, HasSubstr("error check:p.z:public.zip: p.z: "));
  EXPECT_THAT(found, HasSubstr("error not-null:p.m"));
  EXPECT_THAT(found, HasSubstr("error too-long:p.s"));
  EXPECT_THAT(Findings("tables:\n  p: {z: number, m: name, s: name}\n"), IsEmpty());
}

TEST_F(PlanTest, AnAcceptedViolationPasses) {
  Make(
      "CREATE TABLE p (id int PRIMARY KEY, c text CONSTRAINT one CHECK (c = 'x')); INSERT INTO p VALUES (1, "
      "'x')");
  EXPECT_THAT(Findings("tables:\n  p: {c: name}\n"), HasSubstr("error check:p.c:one"));
  options_.config.policy.accepted = {"check:p.c:one"};
  EXPECT_THAT(Findings("tables:\n  p: {c: name}\n"), IsEmpty());
}

TEST_F(PlanTest, AKeyWithAKeptPartIsJudgedByTheRowsThatAgreeInIt) {
  Make(
      "CREATE TABLE bank (id int PRIMARY KEY, acc text, partner int, UNIQUE (acc, partner));"
      "INSERT INTO bank SELECT i, 'NO938601111' || 1000 + i, i FROM generate_series(1, 200) i");
  const std::string rules = "tables:\n  bank: {acc: iban}\n";
  EXPECT_THAT(Findings(rules), IsEmpty());
  Make("UPDATE bank SET partner = 7");
  EXPECT_THAT(Findings(rules), HasSubstr("error not-unique:bank.acc"));
}

TEST_F(PlanTest, ARuleForAPartitionedTableReachesItsPartitions) {
  Make(
      "CREATE TABLE log (id int, day date, who text, note text) PARTITION BY RANGE (day);"
      "CREATE TABLE log_old PARTITION OF log FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');"
      "CREATE TABLE log_new PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('2030-01-01')"
      " PARTITION BY HASH (id);"
      "CREATE TABLE log_new_0 PARTITION OF log_new FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
      "INSERT INTO log VALUES (1, '2010-01-01', 'Ada Okonkwo', 'a'), (2, '2024-01-01', 'Ada Okonkwo', 'b')");
  const absl::Status status =
      Refresh("pack: test\ntables:\n  log: {who: name, note: keep}\n  log_new_0: {note: {fixed: own}}\n");
  ASSERT_TRUE(status.ok()) << MessageOf(status);
  EXPECT_EQ(Scalar(staging_, "SELECT count(*) FROM log WHERE who <> 'Ada Okonkwo'"), "2");
  EXPECT_EQ(Scalar(staging_, "SELECT count(DISTINCT who) FROM log"), "1");
  EXPECT_EQ(Scalar(staging_, "SELECT string_agg(note, ',' ORDER BY id) FROM log"), "a,own");
}

// The least that a database of a version has: base alone, nothing else installed.
std::string SmallOdoo(const std::string& version) {
  const bool jsonb = version >= "16";
  const std::string term = jsonb ? "jsonb" : "varchar";
  const std::string word = jsonb ? "'{\"en_US\": \"Word\"}'" : "'Word'";
  return "CREATE TABLE ir_module_module (id serial PRIMARY KEY, name varchar UNIQUE, state varchar, "
         "latest_version"
         " varchar, author varchar, summary " +
         term + ", shortdesc " + term +
         ", description text);"
         "INSERT INTO ir_module_module (name, state, latest_version, summary) VALUES ('base', 'installed', "
         "'" +
         version + ".1.3', " + word + "), ('sale', 'uninstalled', NULL, " + word +
         ");"
         "CREATE TABLE ir_model (id serial PRIMARY KEY, model varchar, name " +
         term +
         ");"
         "CREATE TABLE ir_model_fields (id serial PRIMARY KEY, model varchar, name varchar, ttype varchar, "
         "relation"
         " varchar, related varchar, state varchar, store bool, translate bool, field_description " +
         term +
         ");"
         "INSERT INTO ir_model_fields (model, name, ttype, state, store) SELECT 'res.partner', f, 'char', "
         "'base', true"
         " FROM unnest(ARRAY['name', 'email', 'phone', 'vat']) f;"
         "CREATE TABLE res_country (id serial PRIMARY KEY, code varchar(2), name " +
         term +
         ");"
         "INSERT INTO res_country (code, name) VALUES ('DE', " +
         word +
         ");"
         "CREATE TABLE res_partner (id serial PRIMARY KEY, name varchar, " +
         std::string(version >= "17" ? "complete_name varchar, " : "display_name varchar, ") +
         (version < "18" ? "title int, " : "") +
         "email varchar, phone varchar, mobile varchar, street varchar, street2 varchar, zip varchar, city "
         "varchar, vat"
         " varchar, website varchar, function varchar, ref varchar, comment text, lang varchar, tz varchar, "
         "type varchar,"
         " parent_id int, company_name varchar, commercial_company_name varchar, is_company bool, active "
         "bool, color int,"
         " country_id int REFERENCES res_country, CONSTRAINT res_partner_check_name CHECK ((type = 'contact' "
         "AND name IS"
         " NOT NULL) OR type <> 'contact'));"
         "INSERT INTO res_partner (name, email, phone, type, country_id, vat, lang) VALUES ('Ada Okonkwo',"
         " 'ada@corp-mail.de', '+49 30 1234567', 'contact', 1, 'DE136695976', 'de_DE');"
         "CREATE TABLE res_users (id serial PRIMARY KEY, login varchar NOT NULL UNIQUE, password varchar, "
         "active bool,"
         " partner_id int REFERENCES res_partner, company_id int, signature text, share bool);"
         "INSERT INTO res_users (login, password, active, partner_id) VALUES ('ada@corp-mail.de', 'x', true, "
         "1);"
         "CREATE TABLE res_company (id serial PRIMARY KEY, name varchar NOT NULL UNIQUE, partner_id int, "
         "email varchar,"
         " phone varchar);"
         "INSERT INTO res_company (name, partner_id, email) VALUES ('Okonkwo GmbH', 1, 'info@corp-mail.de');"
         "CREATE TABLE ir_config_parameter (id serial PRIMARY KEY, key varchar NOT NULL UNIQUE, value text "
         "NOT NULL);"
         "INSERT INTO ir_config_parameter (key, value) VALUES ('database.uuid', 'u'), ('acme.token', "
         "'sk_live_0123456789"
         "abcdefABCDEF')";
}

TEST_F(PlanTest, ThePacksFitADatabaseOfAnyVersionThatHasBaseAlone) {
  for (const std::string version : {"12.0", "14.0", "16.0", "17.0", "18.0"}) {
    SCOPED_TRACE(version);
    source_ = postgres_.FreshDatabase().value();
    options_.config.source.database = postgres_.Conninfo(source_);
    options_.config.rules = {"odoo"};
    Make(SmallOdoo(version));
    const auto view = refresh::PreparePlan(options_, listener_, cancel_);
    ASSERT_TRUE(view.ok()) << MessageOf(view.status());
    EXPECT_EQ(view->catalog.facts.odoo_version, version);
    EXPECT_TRUE(view->plan.Check().ok()) << MessageOf(view->plan.Check());
    // These tables have fewer columns than any real Odoo's.
    for (const auto& finding : view->plan.warnings) {
      EXPECT_TRUE(finding.id.kind() == record::WarningKind::kMissingColumn) << finding.text;
    }
    for (const auto& finding : view->plan.unclassified) EXPECT_EQ(finding.text, "");
    EXPECT_EQ(view->plan.Find("res_partner")->Find("email")->treatment.ToString().substr(0, 5), "email");
    EXPECT_NE(view->plan.Find("res_users")->Find("login")->treatment.action, rules::Action::kKeep);
  }
}

}  // namespace
}  // namespace understudy
