#include "cli/schedule_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"

namespace understudy::cli {
namespace {

using testing::HasSubstr;

Schedule Sample() {
  Schedule s;
  s.program = "/usr/bin/understudy";
  s.config = "/etc/under study/50%.yaml";
  s.user = "understudy";
  s.image = "registry/understudy:1";
  s.key_file = "/etc/understudy.key";
  s.writable = {"/srv/stage"};
  return s;
}

TEST(Schedule, SystemdQuotesAndHardens) {
  const auto files = ScheduleFiles("systemd", Sample());
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 2u);
  const std::string& service = (*files)[0].content;
  for (const char* part :
       {"ExecStart=\"/usr/bin/understudy\" refresh --config=\"/etc/under study/50%%.yaml\" --progress=none\n",
        "LoadCredential=understudy.key:/etc/understudy.key\n", "ReadWritePaths=-/srv/stage\n",
        "ProtectSystem=strict\n", "CapabilityBoundingSet=\n", "LimitCORE=0\n"}) {
    EXPECT_THAT(service, HasSubstr(part));
  }
  EXPECT_THAT((*files)[1].content, HasSubstr("OnCalendar=*-*-* 02:30:00\n"));
}

TEST(Schedule, CronEscapesPercentAndQuotes) {
  Schedule s = Sample();
  s.config = "/a'b%c";
  s.calendar = "0 4 * * 1-5";
  const auto files = ScheduleFiles("cron", s);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_THAT((*files)[0].content, HasSubstr("\n0 4 * * 1-5 understudy '/usr/bin/understudy' refresh "
                                             "--config='/a'\\''b\\%c' --progress=none\n"));
}

TEST(Schedule, KubernetesForbidsTwoAtOnce) {
  const auto files = ScheduleFiles("kubernetes", Sample());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_THAT((*files)[0].content, HasSubstr("  schedule: \"30 2 * * *\"\n  concurrencyPolicy: Forbid\n"));
  EXPECT_THAT((*files)[0].content, HasSubstr("capabilities: {drop: [ALL]}"));
}

TEST(Schedule, RefusesWhatWouldBreakOut) {
  Schedule s = Sample();
  s.calendar = "0 4 * *";
  EXPECT_EQ(MessageOf(ScheduleFiles("cron", s).status()),
            "--calendar: \"0 4 * *\" is not five fields (minute hour day month weekday)");
  s.calendar = "0 4 * * ;reboot";
  EXPECT_FALSE(ScheduleFiles("cron", s).ok());
  s = Sample();
  s.config = "/a\nExecStart=/bin/sh";
  EXPECT_FALSE(ScheduleFiles("systemd", s).ok());
  s = Sample();
  s.user = "root; x";
  EXPECT_EQ(ExitClassOf(ScheduleFiles("cron", s).status()), ExitClass::kUsage);
}

}  // namespace
}  // namespace understudy::cli
