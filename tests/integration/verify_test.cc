// Read-back, schema identity and locate against a real PostgreSQL: two databases that are one, then not.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/status.h"
#include "clone/catalog.h"
#include "pg/snapshot.h"
#include "rules/compile.h"
#include "support/postgres.h"
#include "verify/locate.h"
#include "verify/read_back.h"
#include "verify/schema_identity.h"
#include "verify/touched.h"

namespace understudy::verify {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kKey[] = "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f";
// Must not be in any message.
constexpr char kSecretName[] = "Okonkwo";

constexpr char kPartners[] =
    "CREATE TABLE res_partner (id serial PRIMARY KEY, name text DEFAULT 'Okonkwo', email varchar(64),"
    " credit numeric(12,2), since timestamptz, price money, score double precision, code char(8), props "
    "jsonb,"
    " image bytea, tags text[]);"
    "INSERT INTO res_partner (name, email, credit, since, price, score, code, props, image, tags)"
    " SELECT 'Okonkwo ' || i, CASE WHEN i % 5 = 0 THEN NULL ELSE 'p' || i || '@corp.de' END, i * 1.25,"
    "  timestamptz '2024-03-31 01:30:00+01' + i * interval '1 hour', (i * 3)::money, 1.0 / i, 'c' || i,"
    "  jsonb_build_object('k', i), decode(md5(i::text), 'hex'), ARRAY['a' || i, NULL, E'b\\\\\\t\"']"
    " FROM generate_series(1, 3000) i;"
    "CREATE INDEX res_partner_email_index ON res_partner (email);"
    "CREATE TABLE partner_tag_rel (partner_id int REFERENCES res_partner, tag_id int);"
    "INSERT INTO partner_tag_rel SELECT i, i % 7 FROM generate_series(1, 500) i;"
    "CREATE TABLE settings (key text PRIMARY KEY, value text);"
    "INSERT INTO settings SELECT 'Okonkwo.' || i, 'v' || i FROM generate_series(1, 50) i;";

class VerifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    production_ = postgres_.FreshDatabase().value();
    staging_ = production_ + "_copy";
    const std::string zoo =
        ReadFile(std::string(UNDERSTUDY_SOURCE_DIR) + "/tests/integration/zoo.sql").value();
    ASSERT_TRUE(postgres_.Run(production_, zoo).ok());
    // The zoo ends by freezing its schema; these tests change it.
    ASSERT_TRUE(
        postgres_.Run(production_, "DROP EVENT TRIGGER frozen_drops; DROP EVENT TRIGGER frozen").ok());
    ASSERT_TRUE(postgres_.Run(production_, kPartners).ok());
    ASSERT_TRUE(postgres_.CreateDatabase(staging_, "TEMPLATE " + production_).ok());
  }

  std::unique_ptr<pg::Connection> Open(const std::string& database) {
    return pg::OpenSource(pg::ParseConninfo(postgres_.Conninfo(database)).value(), nullptr).value();
  }
  clone::OpenSession Opener(const std::string& database) {
    const pg::ConnOptions options = pg::ParseConninfo(postgres_.Conninfo(database)).value();
    return [options](const CancelToken* token) { return pg::OpenSource(options, token); };
  }
  rules::Facts FactsOf(const std::string& database) {
    return clone::ReadCatalog(*Open(database)).value().facts;
  }
  void Change(const std::string& sql) {
    const absl::Status status = postgres_.Run(staging_, sql);
    ASSERT_TRUE(status.ok()) << MessageOf(status);
  }

  std::vector<TableToRead> AllTables(const rules::Facts& facts, copyformat::Format format) {
    std::vector<TableToRead> tables;
    for (size_t i = 0; i < facts.relations.size(); ++i) {
      const rules::Relation& relation = facts.relations[i];
      if (!relation.has_storage) continue;
      const bool binary = rules::BinaryPossible(relation, KeepPlan(relation));
      tables.push_back({i, rules::CopyAttributes(relation), binary ? format : copyformat::Format::kText, ""});
    }
    return tables;
  }
  static rules::TablePlan KeepPlan(const rules::Relation& relation) {
    rules::TablePlan plan;
    plan.columns.resize(relation.attributes.size());
    return plan;
  }

  // Every difference of all tables, as text.
  std::vector<std::string> Differences(copyformat::Format format) {
    const rules::Facts facts = FactsOf(production_);
    const std::vector<TableToRead> tables = AllTables(facts, format);
    ReadOptions options;
    options.secret = &secret_;
    options.open = Opener(production_);
    const auto sent = ReadFingerprints(facts, tables, engine_, options);
    options.open = Opener(staging_);
    const auto held = ReadFingerprints(facts, tables, engine_, options);
    if (!sent.ok() || !held.ok()) return {MessageOf(sent.status()) + MessageOf(held.status())};
    std::vector<std::string> texts;
    for (size_t i = 0; i < tables.size(); ++i) {
      const rules::Relation& relation = facts.relations[tables[i].relation];
      for (const Difference& d : Compare(relation, tables[i].columns, (*sent)[i], (*held)[i])) {
        texts.push_back(d.ToString());
      }
    }
    return texts;
  }

  std::vector<std::string> SchemaDifferences() {
    const auto first = ReadSchema(*Open(production_)), second = ReadSchema(*Open(staging_));
    if (!first.ok() || !second.ok()) return {MessageOf(first.status()) + MessageOf(second.status())};
    std::vector<std::string> texts;
    for (const SchemaChange& change : CompareSchemas(*first, *second)) {
      texts.push_back(fmt::format("{}{}: {}", change.kind == DifferenceKind::kFinding ? "" : "ok ",
                                  change.object, change.difference));
    }
    return texts;
  }

  Located Find(const std::string& table, std::vector<std::string> columns = {}, size_t most_places = 20) {
    const rules::Facts first = FactsOf(production_), second = FactsOf(staging_);
    LocateOptions options;
    options.first = {"production", Opener(production_), &first};
    options.second = {"staging", Opener(staging_), &second};
    options.table = table;
    options.columns = std::move(columns);
    options.most_places = most_places;
    const auto located = Locate(options, engine_);
    EXPECT_TRUE(located.ok()) << MessageOf(located.status());
    return located.ok() ? *located : Located{};
  }
  static std::vector<std::string> Text(const Located& located) {
    std::vector<std::string> texts;
    for (const Place& place : located.places) {
      texts.push_back(fmt::format("{} ({}): {}", place.rows, place.count, place.finding));
    }
    return texts;
  }

  TestPostgres& postgres_ = TestPostgres::Shared();
  engine::Engine engine_{engine::EngineOptions{2}};
  const FingerprintSecret secret_ = DeriveFingerprintSecret(pseudonym::Key::FromHex(kKey).value());
  std::string production_, staging_;
};

TEST_F(VerifyTest, ACopyHoldsTheSame) {
  EXPECT_THAT(Differences(copyformat::Format::kBinary), IsEmpty());
  EXPECT_THAT(Differences(copyformat::Format::kText), IsEmpty());
}

TEST_F(VerifyTest, WhatADatabasePrefersIsNoDifference) {
  ASSERT_TRUE(postgres_
                  .Run("postgres", fmt::format("ALTER DATABASE {0} SET TimeZone = 'Asia/Kolkata';"
                                               "ALTER DATABASE {0} SET DateStyle = 'German';"
                                               "ALTER DATABASE {0} SET bytea_output = 'escape';"
                                               "ALTER DATABASE {0} SET extra_float_digits = 0;"
                                               "ALTER DATABASE {0} SET IntervalStyle = 'iso_8601'",
                                               staging_))
                  .ok());
  EXPECT_THAT(Differences(copyformat::Format::kText), IsEmpty());
}

TEST_F(VerifyTest, OneChangedValueIsNamedByTableAndColumn) {
  Change("UPDATE res_partner SET name = 'Okonkwo' WHERE id = 1234");
  for (const auto format : {copyformat::Format::kBinary, copyformat::Format::kText}) {
    EXPECT_THAT(Differences(format), ElementsAre("res_partner.name differs"));
  }
}

TEST_F(VerifyTest, NullRowsAndSwapsAreSeen) {
  Change("UPDATE res_partner SET email = '' WHERE id = 5");
  Change("DELETE FROM settings WHERE value = 'v7'");
  // Of a table without a key: the same values, in other rows.
  Change(
      "UPDATE partner_tag_rel SET tag_id = CASE tag_id WHEN 1 THEN 2 ELSE 1 END WHERE partner_id IN (1, 2)");
  EXPECT_THAT(Differences(copyformat::Format::kBinary),
              ElementsAre("partner_tag_rel: values changed places between rows", "res_partner.email differs",
                          "settings has 49 rows instead of 50"));
}

TEST_F(VerifyTest, AMissingTableIsAnErrorOfFidelity) {
  Change("DROP TABLE settings");
  const rules::Facts facts = FactsOf(production_);
  ReadOptions options;
  options.secret = &secret_;
  options.open = Opener(staging_);
  const auto held = ReadFingerprints(facts, AllTables(facts, copyformat::Format::kBinary), engine_, options);
  EXPECT_EQ(ExitClassOf(held.status()), ExitClass::kFidelity);
  EXPECT_THAT(MessageOf(held.status()), HasSubstr("settings is missing"));
}

TEST_F(VerifyTest, RecordsWhatItFound) {
  const rules::Facts facts = FactsOf(production_);
  std::vector<TableToRead> tables = AllTables(facts, copyformat::Format::kBinary);
  std::erase_if(tables, [&](const auto& t) { return facts.relations[t.relation].name != "settings"; });
  ASSERT_EQ(tables.size(), 1U);
  const rules::Relation& relation = facts.relations[tables[0].relation];
  ReadOptions options;
  options.secret = &secret_;
  options.open = Opener(production_);
  const auto sent = ReadFingerprints(facts, tables, engine_, options);
  Change("UPDATE settings SET value = 'x' WHERE value = 'v1'");
  options.open = Opener(staging_);
  const auto held = ReadFingerprints(facts, tables, engine_, options);
  ASSERT_TRUE(sent.ok() && held.ok());
  record::Table table;
  table.columns.resize(2);
  table.columns[0].name = "key";
  table.columns[1].name = "value";
  RecordFingerprints(relation, tables[0].columns, tables[0].format, (*sent)[0], &(*held)[0], secret_, &table);
  EXPECT_EQ(table.fidelity, "differs");
  EXPECT_EQ(table.row_format, "binary");
  EXPECT_EQ(table.columns[0].staging_fingerprint, table.columns[0].read_back_fingerprint);
  EXPECT_NE(table.columns[1].staging_fingerprint, table.columns[1].read_back_fingerprint);
  EXPECT_EQ(table.columns[1].source_fingerprint, table.columns[1].staging_fingerprint);
}

TEST_F(VerifyTest, SchemasOfACopyAreTheSame) { EXPECT_THAT(SchemaDifferences(), IsEmpty()); }

TEST_F(VerifyTest, SchemaDifferencesAreNamedAndShowNoData) {
  Change("DROP INDEX res_partner_email_index");
  Change("ALTER TABLE res_partner ALTER name SET DEFAULT 'Another Okonkwo'");
  Change("ALTER TABLE res_partner ALTER score TYPE real");
  Change("ALTER TABLE res_partner ADD COLUMN extra int");
  Change("ALTER TABLE settings ALTER value SET NOT NULL");
  Change("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
  Change("COMMENT ON TABLE settings IS 'Okonkwo was here'");
  Change("ALTER TABLE partner_tag_rel DROP CONSTRAINT partner_tag_rel_partner_id_fkey");
  Change("CREATE POLICY only_mine ON settings USING (key = current_user)");
  Change("CREATE STATISTICS s_stat (dependencies) ON partner_id, tag_id FROM partner_tag_rel");
  Change("CREATE TYPE mood2 AS ENUM ('sad')");
  Change("ALTER SEQUENCE res_partner_id_seq INCREMENT 7");
  Change("ALTER DATABASE " + staging_ + " SET work_mem = '7MB'");
  const std::vector<std::string> all = SchemaDifferences();
  EXPECT_THAT(
      all, ElementsAre(
               "column public.res_partner.extra: missing on production",
               "column public.res_partner.name: default differs",
               "column public.res_partner.score: type: double precision on production, real on "
               "staging",
               "column public.settings.value: not null: none on production, yes on staging",
               "constraint public.partner_tag_rel.partner_tag_rel_partner_id_fkey: missing on "
               "staging",
               "enum public.mood2: missing on production", "function public.f(): missing on production",
               "index public.res_partner_email_index: missing on staging",
               "policy public.settings.only_mine: missing on production",
               "sequence public.res_partner_id_seq: increment: 1 on production, 7 on staging",
               "setting work_mem: missing on production", "statistics public.s_stat: missing on production",
               "table public.settings: comment differs"));
  for (const std::string& text : all) EXPECT_THAT(text, Not(HasSubstr(kSecretName)));
}

TEST_F(VerifyTest, OwnersPrivilegesAndOurSettingsAreDeliberate) {
  Change("CREATE ROLE verify_someone");
  Change("ALTER TABLE res_partner OWNER TO verify_someone; ALTER TABLE settings OWNER TO verify_someone");
  Change("GRANT SELECT ON partner_tag_rel TO verify_someone");
  Change("ALTER DATABASE " + staging_ + " SET understudy.run = 'r1'");
  Change("CREATE PUBLICATION p1 FOR TABLE settings");
  EXPECT_THAT(SchemaDifferences(),
              ElementsAre("ok 1 object: privileges differs", "ok 3 objects: owner differs",
                          "ok publication p1: missing on production",
                          "ok setting understudy.run: missing on production"));
  Change(
      "REASSIGN OWNED BY verify_someone TO postgres; DROP OWNED BY verify_someone; DROP ROLE verify_someone");
}

TEST_F(VerifyTest, LocateNamesTheRow) {
  Change("UPDATE res_partner SET name = 'Okonkwo', email = NULL WHERE id = 1234");
  const Located located = Find("res_partner");
  EXPECT_EQ(located.rows_first, 3000U);
  EXPECT_EQ(located.differing, 1U);
  EXPECT_THAT(Text(located), ElementsAre("id=1234 (1): name, email differ"));
  EXPECT_THAT(Text(Find("res_partner", {"email"})), ElementsAre("id=1234 (1): email differs"));
  EXPECT_THAT(Text(Find("res_partner", {"credit"})), IsEmpty());
}

TEST_F(VerifyTest, LocateJoinsNeighboursIntoRanges) {
  Change("UPDATE res_partner SET credit = credit + 1 WHERE id BETWEEN 98 AND 1102");
  Change("DELETE FROM partner_tag_rel; DELETE FROM res_partner WHERE id > 2999");
  Change("INSERT INTO res_partner (id, name) VALUES (5000, 'x')");
  const Located located = Find("res_partner");
  EXPECT_EQ(located.differing, 1005U);
  EXPECT_EQ(located.only_first, 1U);
  EXPECT_EQ(located.only_second, 1U);
  EXPECT_THAT(Text(located), ElementsAre("id=98..1102 (1005): credit differs",
                                         "id=3000 (1): missing on staging", "id=5000 (1): only on staging"));
  EXPECT_THAT(Text(Find("res_partner", {}, 1)), ElementsAre("id=98..1102 (1005): credit differs"));
}

TEST_F(VerifyTest, LocateHidesKeysThatMayBeData) {
  Change("UPDATE settings SET value = 'x' WHERE value = 'v7'");
  const std::vector<std::string> places = Text(Find("settings"));
  const std::string ctid =
      postgres_.Scalar(staging_, "SELECT ctid::text FROM settings WHERE value = 'x'").value();
  EXPECT_THAT(places, ElementsAre(fmt::format("ctid {} on staging (1): value differs", ctid)));
}

TEST_F(VerifyTest, LocateWorksWithoutAKey) {
  Change("UPDATE partner_tag_rel SET tag_id = 77 WHERE partner_id = 3");
  const Located located = Find("partner_tag_rel");
  EXPECT_EQ(located.only_first, 1U);
  EXPECT_EQ(located.only_second, 1U);
  EXPECT_EQ(located.places.size(), 2U);
}

TEST_F(VerifyTest, LocateAppliesThePlanToProduction) {
  const rules::Facts first = FactsOf(production_);
  Change("UPDATE res_partner SET email = NULL; UPDATE res_partner SET email = 'left' WHERE id = 8");
  LocateOptions options;
  const rules::Facts second = FactsOf(staging_);
  options.first = {"production", Opener(production_), &first};
  options.second = {"staging", Opener(staging_), &second};
  options.table = "res_partner";
  rules::TablePlan plan;
  for (const rules::Relation& relation : first.relations) {
    if (relation.name != "res_partner") continue;
    plan = KeepPlan(relation);
    plan.columns[2].treatment.action = rules::Action::kNull;
  }
  options.plan = &plan;
  const auto located = Locate(options, engine_);
  ASSERT_TRUE(located.ok()) << MessageOf(located.status());
  EXPECT_THAT(Text(*located), ElementsAre("id=8 (1): email differs"));
}

TEST_F(VerifyTest, UnknownTablesAndColumnsAreUsageErrors) {
  const rules::Facts facts = FactsOf(production_);
  LocateOptions options;
  options.first = {"production", Opener(production_), &facts};
  options.second = {"staging", Opener(staging_), &facts};
  options.table = "no_such";
  EXPECT_EQ(ExitClassOf(Locate(options, engine_).status()), ExitClass::kUsage);
  options.table = "settings";
  options.columns = {"no_such"};
  EXPECT_EQ(ExitClassOf(Locate(options, engine_).status()), ExitClass::kUsage);
}

TEST_F(VerifyTest, TouchedTablesAreThoseThatWereWritten) {
  const auto session = Open(staging_);
  const auto before = ReadWriteCounts(*session);
  ASSERT_TRUE(before.ok()) << MessageOf(before.status());
  Change("UPDATE settings SET value = 'x' WHERE value = 'v7'; DELETE FROM partner_tag_rel WHERE tag_id = 1");
  const uint64_t rows = 1 + 72;
  const auto touched = TouchedSince(*before, rows, *session);
  ASSERT_TRUE(touched.ok()) << MessageOf(touched.status());
  EXPECT_THAT(*touched, ElementsAre(TableName("public", "partner_tag_rel"), TableName("public", "settings")));
}

}  // namespace
}  // namespace understudy::verify
