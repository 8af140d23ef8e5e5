#include "record/openmetrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace understudy::record
