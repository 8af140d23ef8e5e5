#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/assets.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/model.h"
#include "report/sample_run.h"

namespace understudy::report {
namespace {

using testing::HasSubstr;
using testing::Not;

size_t Count(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Model, VerdictCountsAndProof) {
  const auto run = SampleRun();
  const Model model = MakeModel(run);
  EXPECT_EQ(
      model.verdict,
      "Staging was published. 1,003 rows in 3 tables went through; 1,791 values in 3 columns were changed on "
      "purpose. The other 2 columns are proved identical.");
  EXPECT_FALSE(model.good);  // a neutraliser failed
  ASSERT_EQ(model.classes.size(), 3u);
  EXPECT_EQ(model.classes[0].name, "name");
  EXPECT_EQ(model.classes[0].changed, 990u);
  ASSERT_EQ(model.left_out.size(), 1u);
  EXPECT_TRUE(model.left_out[0].empty);
  EXPECT_TRUE(model.environment[0].differs);
}

TEST(Model, ADifferingFingerprintIsNamed) {
  auto run = SampleRun();
  run.tables[0].columns[0].staging_fingerprint = "cc";
  run.tables[0].columns[0].read_back_fingerprint = "cc";
  run.tables[0].columns[1].read_back_fingerprint = "dd";
  const Model model = MakeModel(run);
  EXPECT_EQ(model.identity.differing, (std::vector<std::string>{"res_partner.id", "res_partner.name"}));
  EXPECT_THAT(model.verdict, HasSubstr("2 columns that should be identical differ"));
}

TEST(Model, WithoutFingerprintsNothingIsClaimed) {
  auto run = SampleRun();
  for (auto& table : run.tables) {
    for (auto& column : table.columns) {
      column.source_fingerprint.clear();
      column.staging_fingerprint.clear();
      column.read_back_fingerprint.clear();
    }
  }
  EXPECT_THAT(MakeModel(run).verdict, HasSubstr("Identity of the other columns was not checked"));
}

TEST(Model, FailedAndCancelledSayThatStagingIsAsItWas) {
  auto run = SampleRun();
  run.outcome = record::Outcome::kFailed;
  run.exit_code = 4;
  EXPECT_EQ(MakeModel(run).verdict, "The run failed with exit code 4. Staging is as it was before.");
  run.outcome = record::Outcome::kCancelled;
  EXPECT_FALSE(MakeModel(run).good);
  run.outcome = record::Outcome::kUnfinished;
  EXPECT_FALSE(MakeModel(run).good);
  EXPECT_THAT(MakeModel(run).verdict, HasSubstr("the copy before or this one"));
}

TEST(Model, LeaksAreOneLineWithALinePerTable) {
  record::RunRecord run;
  run.outcome = record::Outcome::kPublished;
  run.leaks = {{"a", "x", "name", 2, {}}, {"a", "x", "email", 1, {}}, {"b", "y", "name", 9, {}}};
  run.warnings = {{"leaks", "said twice", false}};
  const Model model = MakeModel(run);
  ASSERT_EQ(model.attention.size(), 1u);
  EXPECT_TRUE(model.attention[0].severe);
  EXPECT_EQ(model.attention[0].text, "Leaks: 12 known values of production in 2 columns of 2 tables");
  EXPECT_EQ(model.attention[0].details,
            (std::vector<std::string>{"b: 9 values of class name, in y (9)",
                                      "a: 3 values of class email, name, in x (3)"}));
}

TEST(Model, PacksStandInForModulesAndEmptiedTablesAreCountedApart) {
  auto run = SampleRun();
  run.tables[0].module.clear();
  run.tables[0].columns[1].rule = "pattern of odoo/technical (odoo/00-technical.yaml:9)";
  run.tables[1].columns = {SampleColumn("id", "keep", "", 0)};
  const Model model = MakeModel(run);
  ASSERT_EQ(model.modules.size(), 2u);
  EXPECT_EQ(model.modules[0].name, "odoo/technical");
  EXPECT_EQ(model.modules[1].name, "odoo/contacts");
  EXPECT_EQ(model.identity.no_values, 1u);
  EXPECT_EQ(model.identity.kept_columns, 2u);
}

record::RunRecord Timed(double read, double rewrite, double write) {
  record::RunRecord run;
  run.limits.lanes = 2;
  run.limits.workers = 2;
  run.row_times = record::RowTimes{100, read, rewrite, write, 1, 2, 3};
  return run;
}

TEST(RowLimit, NamesTheSideThatWasBusy) {
  EXPECT_TRUE(
      LimitOf(Timed(20, 30, 95)).text.starts_with("Staging was the limit: its lanes were writing 95 %"));
  EXPECT_TRUE(LimitOf(Timed(85, 30, 10)).text.starts_with("Production was the limit"));
  EXPECT_TRUE(LimitOf(Timed(20, 99, 30)).text.starts_with("Rewriting was the limit"));
  EXPECT_TRUE(LimitOf(Timed(50, 50, 79)).text.starts_with("No side was busy all the time"));
}

TEST(RowLimit, RewritingIsAShareOfTheWorkersTime) {
  record::RunRecord run = Timed(20, 180, 30);
  run.limits.workers = 4;  // 180 of 200 seconds
  EXPECT_DOUBLE_EQ(LimitOf(run).shares[1].share, 0.9);
}

TEST(RowLimit, NothingTimedIsNothingSaid) {
  EXPECT_TRUE(LimitOf(record::RunRecord()).shares.empty());
  record::RunRecord run = Timed(0.2, 0.1, 0.3);
  run.row_times->lanes_s = 0.5;
  EXPECT_EQ(LimitOf(run).text, "The rows took too short a time to tell which side was the limit.");
}

TEST(Model, StagesSayWhatRanSideBySide) {
  const auto run = SampleRun();
  EXPECT_EQ(
      MakeModel(run).stages_text,
      "3 stages in 2m00s. The longest is rows with 1m30s (75 %). rows and post-data ran side by side for "
      "1m02s.");
}

TEST(Markdown, HostileNamesMakeNoMarkup) {
  const std::string text = ToMarkdown(SampleRun());
  EXPECT_THAT(text, Not(HasSubstr("\n# h")));
  EXPECT_THAT(text, HasSubstr("| `res_partner` | `email` | email | odoo/contacts:12 | 800 |"));
  for (size_t at = text.find("<script"); at != std::string::npos; at = text.find("<script", at + 1)) {
    const size_t line = text.rfind('\n', at);
    EXPECT_EQ(Count(std::string_view(text).substr(line, at - line), "`") % 2, 1u) << "outside a code span";
  }
}

TEST(Markdown, Escapes) {
  EXPECT_EQ(MarkdownText("a|b\n<i>*&"), "a\\|b &lt;i>\\*&amp;");
  EXPECT_EQ(MarkdownCode("a`b|c\nd"), "`a'b\\|c d`");
  EXPECT_EQ(MarkdownCode(""), "");
}

TEST(Html, HostileNamesDoNoHarm) {
  const std::string page = ToHtml(SampleRun());
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;{{title}}"));
  EXPECT_EQ(page.find("x\"><script"), std::string::npos);
  EXPECT_EQ(Count(page, "</script>"), 2u);  // the data and our own
  EXPECT_EQ(Count(page, "<script"), 2u);
}

TEST(Html, NeedsNoNetworkAndRunsOnlyItsOwnScript) {
  const std::string page = ToHtml(SampleRun());
  EXPECT_THAT(page, HasSubstr("default-src 'none'; style-src 'sha256-"));
  for (const char* part :
       {"http://", "https://", "src=\"", "url(", "@import", "onclick", "unsafe-inline", " style=\""}) {
    EXPECT_THAT(page, Not(HasSubstr(part)));
  }
}

TEST(Html, TemplateEscapesEverythingAndHasNoOpenEnds) {
  const std::string_view text = kMustache;
  EXPECT_EQ(text.find("{{{"), std::string_view::npos);
  EXPECT_EQ(text.find("{{&"), std::string_view::npos);
  const std::string page = ToHtml(SampleRun());
  for (const char* part : {"<td></td><td></td><td></td>", "<h1></h1>", "<h2></h2>", "<dt></dt>", "x=\"\""}) {
    EXPECT_THAT(page, Not(HasSubstr(part))) << "a name of the template is not filled";
  }
}

TEST(Html, HasWhatTheRecordSays) {
  const std::string page = ToHtml(SampleRun());
  for (const char* part :
       {"<title>Staging staging: published</title>", "Nothing needs attention", "mailpit:1025",
        "no such relation", "Plans may differ.", "ana@example.com", "10 files, 5.0 kB: 4 copied",
        "0123456789abcdef", "x_note", "kept by the configuration", "missing-extension:pg_trgm", "bus_bus"}) {
    if (std::string_view(part) == "Nothing needs attention") {
      EXPECT_THAT(page, Not(HasSubstr(part)));
    } else {
      EXPECT_THAT(page, HasSubstr(part));
    }
  }
  EXPECT_THAT(ToHtml(record::RunRecord{}), HasSubstr("Nothing needs attention"));
}

TEST(Html, ScriptSafe) { EXPECT_EQ(ScriptSafe("\"</script>&\""), "\"\\u003c/script\\u003e\\u0026\""); }

}  // namespace
}  // namespace understudy::report
