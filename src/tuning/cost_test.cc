#include <gtest/gtest.h>

#include "tuning/cost_json.h"
#include "tuning/cost_text.h"

namespace understudy::tuning {
namespace {

Report Sample() {
  Report report;
  report.sample = {1000, 100'000};
  report.all = {10'000, 1'000'000};
  report.tables = {{"mail_message", {1000, 100'000}, {10'000, 1'000'000}, 0.02, 2000}};
  report.columns = {{"mail_message", "body", "rewrite_html", "odoo/mail:12", 0.015, 1500, 800, 1000},
                    {"mail_message", "email_from", "email", "odoo/mail:13", 0.002, 200, 1000, 1000}};
  report.rules = {{"odoo/mail:12", "rewrite_html", 1, 0.015}, {"odoo/mail:13", "email", 1, 0.002}};
  report.detectors = {{"phone", 0.004, 12}, {"iban", -0.0001, 0}};
  report.copying_s = 0.003;
  report.rules_s = 0.017;
  report.audit_s = 0.01;
  report.fingerprints_s = 0.005;
  report.noise = 0.01;
  report.workers = 2;
  return report;
}

TEST(CostJson, ComesBackAsItWas) {
  const std::string json = ToJson(Sample());
  const absl::StatusOr<Report> back = FromJson(json, "old.json");
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(ToJson(*back), json);
  EXPECT_DOUBLE_EQ(back->total_s(), Sample().total_s());
}

TEST(CostJson, SaysWhatIsNoReport) {
  for (const char* text : {"", "{", "[]", "{}", "{\"columns\": []}", "null"}) {
    const absl::StatusOr<Report> report = FromJson(text, "old.json");
    ASSERT_FALSE(report.ok()) << text;
    EXPECT_EQ(report.status().message(), "old.json is no report of \"understudy bench --json\"");
  }
  const absl::StatusOr<Report> newer = FromJson(R"({"format": 2, "columns": [], "seconds": {}})", "new.json");
  ASSERT_FALSE(newer.ok());
  EXPECT_EQ(newer.status().message(), "new.json: format 2 of the report is not 1, which this version reads");
}

TEST(CostJson, WrongTypesInsideAreTheDefaults) {
  const absl::StatusOr<Report> report = FromJson(
      R"({"format": 1, "columns": [3, {"table": 7, "ns_per_row": "x"}], "seconds": 5, "tables": {}})",
      "odd.json");
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->columns.size(), 1U);
  EXPECT_EQ(report->columns[0].table, "");
  EXPECT_EQ(report->columns[0].ns_per_row, 0);
}

TEST(CostText, NamesTheMostExpensiveAndTheRest) {
  const std::string text = ToText(Sample(), 1);
  EXPECT_NE(text.find("mail_message.body"), std::string::npos);
  EXPECT_EQ(text.find("mail_message.email_from"), std::string::npos);
  EXPECT_NE(text.find("and 1 more (--all lists them)"), std::string::npos);
  EXPECT_NE(text.find("with 2 workers"), std::string::npos);
  EXPECT_NE(ToText(Sample(), 0).find("mail_message.email_from"), std::string::npos);
}

TEST(CostText, AnEmptyReportIsNoDivisionByZero) {
  const std::string text = ToText(Report(), 0);
  EXPECT_EQ(text.find("nan"), std::string::npos);
  EXPECT_EQ(text.find("inf"), std::string::npos);
}

TEST(CompareText, ShowsWhatChangedBeyondTheNoise) {
  Report now = Sample();
  now.columns[0].ns_per_row = 3000;
  now.columns[1].ns_per_row = 204;  // 2 %: below every limit
  const std::string text = CompareText(Sample(), now, 0);
  EXPECT_NE(text.find("mail_message.body"), std::string::npos);
  EXPECT_NE(text.find("2.00"), std::string::npos);
  EXPECT_EQ(text.find("email_from"), std::string::npos);
}

TEST(CompareText, NoiseHidesWhatItMayHaveMade) {
  Report before = Sample(), now = Sample();
  before.noise = 0.6;
  now.columns[0].ns_per_row = 3000;
  EXPECT_NE(CompareText(before, now, 0).find("no column's cost changed"), std::string::npos);
}

TEST(CompareText, AColumnThatCameIsNew) {
  Report before = Sample();
  before.columns.pop_back();
  const std::string text = CompareText(before, Sample(), 0);
  EXPECT_NE(text.find("mail_message.email_from"), std::string::npos);
  EXPECT_NE(text.find("new"), std::string::npos);
}

}  // namespace
}  // namespace understudy::tuning
