#include "report/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/sample_run.h"

namespace understudy::report {
namespace {

using testing::HasSubstr;

const DiffSection* Find(const Diff& diff, const std::string& id) {
  for (const DiffSection& section : diff.sections) {
    if (section.id == id) return &section;
  }
  return nullptr;
}

TEST(Diff, EqualRunsDoNotDiffer) {
  const Diff diff = Compare(SampleRun(), SampleRun());
  EXPECT_TRUE(diff.sections.empty());
  EXPECT_THAT(ToMarkdown(diff), HasSubstr("Nothing changed."));
}

TEST(Diff, SaysWhatChanged) {
  const auto before = SampleRun();
  auto after = SampleRun();
  after.run_id = "20250201T020304Z-1a2b3c";
  after.tables[0].rows = 1500;
  after.tables[0].columns[1].treatment = "rewrite";
  after.tables[0].columns[2].type = "text";
  after.tables[0].columns.push_back(SampleColumn("x_new", "keep", "", 0));
  after.tables.push_back(SampleTable("public", "new_table", "", 1, "keep"));
  after.tables.erase(after.tables.begin() + 1);
  after.jobs[0].active = false;
  after.environment.source["postgresql"] = "15.5";
  after.warnings.clear();
  const Diff diff = Compare(before, after);
  const struct {
    const char* section;
    const char* what;
    const char* before;
    const char* after;
  } kCases[] = {
      {"growth", "res_partner", "1,000", "1,500"},
      {"treatments", "res_partner.name", "name", "rewrite"},
      {"types", "res_partner.email", "character varying", "text"},
      {"columns", "res_partner.x_new", "", "character varying, keep"},
      {"tables", "new_table", "", "keep"},
      {"tables", "bus_bus", "empty", ""},
      {"jobs", "Base: Auto-vacuum", "on", "off"},
      {"production", "postgresql", "15.4", "15.5"},
      {"findings", "warning missing-extension:pg_trgm", "open", ""},
  };
  for (const auto& c : kCases) {
    const DiffSection* section = Find(diff, c.section);
    ASSERT_NE(section, nullptr) << c.section;
    bool found = false;
    for (const Change& change : section->changes) {
      found |= change.what == c.what && change.before == c.before && change.after == c.after;
    }
    EXPECT_TRUE(found) << c.section << " " << c.what;
  }
  EXPECT_EQ(Find(diff, "columns")->changes.size(), 1u);  // those of the new table are not said again
  EXPECT_THAT(ToJson(diff), HasSubstr("\"what\": \"res_partner.x_new\""));
  EXPECT_THAT(ToMarkdown(diff), HasSubstr("| `res_partner` | 1,000 | 1,500 |"));
}

}  // namespace
}  // namespace understudy::report
