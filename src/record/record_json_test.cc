#include "record/record_json.h"

#include <gtest/gtest.h>

#include "base/status.h"

namespace understudy::record {
namespace {

RunRecord Sample() {
  RunRecord run;
  run.run_id = "20250131T020304Z-1a2b3c";
  run.outcome = Outcome::kPublished;
  run.exit_code = 0;
  run.tool.libraries["re2"] = "2022";
  run.packs = {"odoo/base", "site.yaml"};
  run.source.where = "host=db1 dbname=prod";
  run.stages.push_back({"rows", 1.5, 20.25, 1234567890123, 5});
  Table table;
  table.schema = "public";
  table.name = "res_partner";
  table.rows = 7;
  TableColumn column;
  column.name = "email";
  column.data_class = "email";
  column.changed = 6;
  column.samples = {"a@example.com"};
  table.columns.push_back(column);
  run.tables.push_back(table);
  run.leaks.push_back({"mail_message", "body", "email", 2, {"1", "2"}});
  run.filestore = Filestore{};
  run.filestore->missing = {"ab/abc"};
  run.environment.source["postgresql"] = "15.1";
  run.warnings.push_back({"missing-extension:pg_trgm", "text", true});
  return run;
}

TEST(RecordJson, RoundTripKeepsEveryField) {
  const std::string json = ToJson(Sample());
  const auto again = FromJson(json);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(ToJson(*again), json);
  EXPECT_EQ(again->stages[0].rows, 1234567890123u);
  EXPECT_EQ(again->tables[0].columns[0].data_class, "email");
  EXPECT_TRUE(again->warnings[0].accepted);
  ASSERT_TRUE(again->filestore.has_value());
  EXPECT_EQ(again->filestore->missing.size(), 1u);
}

TEST(RecordJson, HasTheKeysOtherProgramsDependOn) {
  const std::string json = ToJson(Sample());
  for (const char* key : {"format",
                          "run_id",
                          "outcome",
                          "exit_code",
                          "started_at",
                          "finished_at",
                          "tool",
                          "key_id",
                          "source",
                          "staging",
                          "snapshot",
                          "stages",
                          "tables",
                          "unclassified",
                          "leaks",
                          "neutralised",
                          "assertions",
                          "jobs",
                          "filestore",
                          "parameters",
                          "environment",
                          "warnings",
                          "columns",
                          "source_fingerprint",
                          "staging_fingerprint",
                          "class"}) {
    EXPECT_NE(json.find(std::string("\"") + key + "\":"), std::string::npos) << key;
  }
}

TEST(RecordJson, WithoutFilestoreStaysWithout) {
  RunRecord run = Sample();
  run.filestore.reset();
  const auto again = FromJson(ToJson(run));
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->filestore.has_value());
}

TEST(RecordJson, BytesThatAreNotUtf8AreReplaced) {
  RunRecord run = Sample();
  run.tables[0].name = "t\xff";
  const auto again = FromJson(ToJson(run));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->tables[0].name, "t\xEF\xBF\xBD");
}

TEST(RecordJson, UnknownKeysAreIgnored) {
  const auto run = FromJson(R"({"format":1,"run_id":"x","outcome":"failed","later":{"a":[1]}})");
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->run_id, "x");
}

TEST(RecordJson, ErrorsNameThePlace) {
  const struct {
    const char* json;
    const char* message;
  } kCases[] = {
      {"", "run record: not valid JSON"},
      {"[]", "run record: expected an object"},
      {"{}", "run record: format 1 is needed; another version of understudy wrote this file"},
      {R"({"format":2})", "run record: format 1 is needed; another version of understudy wrote this file"},
      {R"({"format":1,"outcome":"failed"})", "run record: run_id is missing"},
      {R"({"format":1,"run_id":"x","outcome":"great"})",
       "outcome: expected published, failed, cancelled or unfinished"},
      {R"({"format":1,"run_id":3,"outcome":"failed"})", "run_id: expected a string"},
      {R"({"format":1,"run_id":"x","outcome":"failed","tables":[{},{"rows":-1}]})",
       "tables[1].rows: expected a whole number"},
      {R"({"format":1,"run_id":"x","outcome":"failed","exit_code":5000000000})",
       "exit_code: expected a whole number"},
      {R"({"format":1,"run_id":"x","outcome":"failed","tables":[{"columns":[7]}]})",
       "tables[0].columns[0]: expected an object"},
      {R"({"format":1,"run_id":"x","outcome":"failed","tables":{}})", "tables: expected a list"},
      {R"({"format":1,"run_id":"x","outcome":"failed","tool":[]})", "tool: expected an object"},
  };
  for (const auto& c : kCases) {
    const auto run = FromJson(c.json);
    ASSERT_FALSE(run.ok()) << c.json;
    EXPECT_EQ(MessageOf(run.status()), c.message);
  }
}

TEST(RunRecord, TotalsAndNames) {
  RunRecord run = Sample();
  const Totals totals = TotalsOf(run);
  EXPECT_EQ(totals.tables, 1u);
  EXPECT_EQ(totals.rows, 7u);
  EXPECT_EQ(totals.changed, 6u);
  EXPECT_EQ(QualifiedName(run.tables[0]), "res_partner");
  run.tables[0].schema = "x";
  EXPECT_EQ(QualifiedName(run.tables[0]), "x.res_partner");
}

}  // namespace
}  // namespace understudy::record
