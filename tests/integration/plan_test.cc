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
    for (const auto& finding : view->plan.errors) text += "error " + finding.id + ": " + finding.text + "\n";
    for (const auto& finding : view->plan.warnings)
      text += "warning " + finding.id + ": " + finding.text + "\n";
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

}  // namespace
}  // namespace understudy
