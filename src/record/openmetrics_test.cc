#include "record/openmetrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

namespace understudy::record {
namespace {

TEST(OpenMetrics, WholePage) {
  RunRecord run;
  run.exit_code = 4;
  run.finished_at = "2025-01-31T02:04:07Z";
  run.seconds = 12.5;
  run.tables.resize(2);
  run.tables[0].rows = 7;
  run.leaks.push_back({"t", "c", "email", 3, {}});
  run.stages.push_back({"ro\"ws", 0, 1.5, 0, 0});
  const std::string page = ToOpenMetrics(run, 1738200000);
  for (const char* line :
       {"understudy_last_run_timestamp_seconds 1738289047\n",
        "understudy_last_success_timestamp_seconds 1738200000\n", "understudy_last_run_exit_code 4\n",
        "understudy_last_run_duration_seconds 12.5\n", "understudy_tables 2\n", "understudy_rows 7\n",
        "understudy_leaks 3\n", "# TYPE understudy_leaks gauge\n",
        "understudy_stage_duration_seconds{stage=\"ro\\\"ws\"} 1.5\n"}) {
    EXPECT_THAT(page, testing::HasSubstr(line));
  }
  EXPECT_EQ(page.substr(page.size() - 6), "# EOF\n");
}

// The OpenMetrics 1.0 text format as far as gauges need it; what is wrong with the page, or nothing.
std::string Fault(const std::string& page) {
  static const std::regex kMeta("# (TYPE|UNIT|HELP) ([a-z_]+) (.+)");
  static const std::regex kSample(
      R"re(([a-z_]+)(\{[a-z_]+="([^"\\\n]|\\["\\n])*"\})? -?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?)re");
  std::set<std::string> families, series;
  std::string family, line;
  std::istringstream lines(page);
  bool ended = false;
  while (std::getline(lines, line)) {
    std::smatch match;
    if (ended) return "text after the end";
    if (line == "# EOF") {
      ended = true;
    } else if (std::regex_match(line, match, kMeta)) {
      if (match[1] == "TYPE" && !families.insert(match[2]).second) return "a family twice: " + line;
      if (match[1] == "TYPE") family = match[2];
      if (match[2] != family) return "out of its family: " + line;
      const std::string suffix = "_" + match[3].str();
      if (match[1] == "UNIT" && (family.size() < suffix.size() ||
                                 family.compare(family.size() - suffix.size(), suffix.size(), suffix) != 0)) {
        return "a name without its unit: " + line;
      }
    } else if (std::regex_match(line, match, kSample)) {
      if (match[1] != family) return "out of its family: " + line;
      if (!series.insert(match[1].str() + match[2].str()).second) return "a series twice: " + line;
    } else {
      return "neither sample nor comment: " + line;
    }
  }
  return ended && page.back() == '\n' ? "" : "no end";
}

TEST(OpenMetrics, IsWellFormed) {
  RunRecord run;
  run.seconds = 1e-7;
  run.stages = {{"rows \"a\\b\"\nc", 0, 1.5, 0, 0}, {"rows", 0, 1, 0, 0}, {"rows", 2, 3, 0, 0}};
  const std::string page = ToOpenMetrics(run, 0);
  EXPECT_EQ(Fault(page), "") << page;
  EXPECT_EQ(Fault(ToOpenMetrics(RunRecord{}, 1)), "");
}

TEST(OpenMetrics, TheCheckCanFail) {
  EXPECT_EQ(Fault("# TYPE a gauge\na 1\n"), "no end");
  EXPECT_EQ(Fault("# TYPE a gauge\na 1\na 2\n# EOF\n"), "a series twice: a 2");
  EXPECT_EQ(Fault("# TYPE a gauge\n# UNIT a seconds\n# EOF\n"), "a name without its unit: # UNIT a seconds");
  EXPECT_EQ(Fault("# TYPE a gauge\na{b=\"\"\"} 1\n# EOF\n"), "neither sample nor comment: a{b=\"\"\"} 1");
  EXPECT_EQ(Fault("b 1\n# EOF\n"), "out of its family: b 1");
}

}  // namespace
}  // namespace understudy::record
