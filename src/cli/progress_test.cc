#include "cli/progress.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>

#include "cli/progress_text.h"

namespace understudy::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

StageView Rows() {
  StageView view;
  view.name = "rows";
  view.elapsed_s = 10;
  view.rows = 1234;
  view.bytes = 500'000'000;
  view.bytes_total = 2'000'000'000;
  view.bytes_per_s = 50e6;
  return view;
}

TEST(ProgressText, Bar) {
  EXPECT_EQ(
      BarLine(Rows(), 100, false),
      "rows           [#########---------------------------]  25%  500.0 MB of 2.0 GB  50.0 MB/s  30s left");
  EXPECT_EQ(BarLine(Rows(), 60, false), "rows            25%  500.0 MB of 2.0 GB  50.0 MB/s  30s lef");
}

TEST(ProgressText, NeverWiderThanTheTerminal) {
  for (size_t columns = 0; columns < 200; ++columns) {
    EXPECT_LE(BarLine(Rows(), columns, false).size(), columns == 0 ? 0 : columns - 1) << columns;
    StageView steps = Rows();
    steps.bytes_total = 0;
    EXPECT_LE(BarLine(steps, columns, false).size(), columns == 0 ? 0 : columns - 1) << columns;
  }
}

TEST(ProgressText, PlainAndDone) {
  EXPECT_EQ(PlainLine(Rows()), "rows: 25%, 1,234 rows, 500.0 MB of 2.0 GB, 50.0 MB/s, 30s left");
  EXPECT_EQ(DoneLine(Rows()), "rows: done in 10s, 1,234 rows, 500.0 MB");
  StageView empty;
  empty.name = "schema";
  EXPECT_EQ(PlainLine(empty), "schema: 0.0s");
}

TEST(ProgressText, Steps) {
  StageView view;
  view.name = "post-data";
  view.steps = 30;
  view.steps_total = 60;
  view.steps_per_s = 10;
  EXPECT_EQ(PlainLine(view), "post-data: 50%, 30 of 60, 3.0s left");
}

TEST(ProgressText, NotDoneBeforeItIsDone) {
  StageView view = Rows();
  view.bytes = view.bytes_total + 5;  // the estimate was too low
  EXPECT_EQ(Fraction(view), 0.99);
  EXPECT_LT(SecondsLeft(view), 0);
  EXPECT_THAT(PlainLine(view), Not(HasSubstr("of 2.0 GB")));
}

TEST(ProgressText, Json) {
  EXPECT_EQ(
      JsonLine("progress", "T", Rows()),
      R"({"time":"T","event":"progress","stage":"rows","seconds":10.0,"rows":1234,"bytes":500000000,)"
      R"("bytes_total":2000000000,"steps":0,"steps_total":0,"bytes_per_second":50000000,"seconds_left":30})");
  EXPECT_EQ(JsonLine("stage_started", "T", Rows()), R"({"time":"T","event":"stage_started","stage":"rows"})");
}

TEST(RateWindow, IsOfTheLastSeconds) {
  RateWindow window;
  EXPECT_EQ(window.PerSecond(), 0);
  for (int s = 0; s <= 60; ++s) window.Add(s, static_cast<uint64_t>(s < 30 ? s * 100 : 3000 + (s - 30) * 10));
  EXPECT_NEAR(window.PerSecond(), 10, 0.01);
}

// A pipe that stands for standard error.
class Captured {
 public:
  Captured() {
    EXPECT_EQ(::pipe2(fds_, O_CLOEXEC | O_NONBLOCK), 0);
    console_ = std::make_unique<Console>(fds_[1], fds_[1]);
  }
  ~Captured() {
    ::close(fds_[0]);
    ::close(fds_[1]);
  }
  Console& console() { return *console_; }
  std::string Text() {
    std::string text(65536, '\0');
    const ssize_t n = ::read(fds_[0], text.data(), text.size());
    text.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return text;
  }

 private:
  int fds_[2] = {};
  std::unique_ptr<Console> console_;
};

TEST(Progress, AutoIsPlainInAPipe) {
  Captured captured;
  EXPECT_EQ(ProgressModeFor("auto", captured.console()), ProgressMode::kPlain);
  EXPECT_EQ(ProgressModeFor("bar", captured.console()), ProgressMode::kBar);
  captured.console().set_format(LogFormat::kJson);
  EXPECT_EQ(ProgressModeFor("auto", captured.console()), ProgressMode::kJson);
}

TEST(Progress, PlainLinesInAPipe) {
  Captured captured;
  {
    Progress progress(captured.console(), ProgressMode::kPlain);
    progress.StageStarted("rows");
    progress.CountersOf("rows").rows += 7;
    progress.Warning("some:id", "look\x1b[31m here");
    progress.StageFinished("rows", 1.25);
  }
  EXPECT_EQ(captured.Text(),
            "understudy: warning: look?[31m here [some:id]\n"
            "understudy: rows: done in 1.2s, 7 rows\n");
}

TEST(Progress, EveryLineIsJsonInJson) {
  Captured captured;
  captured.console().set_format(LogFormat::kJson);
  {
    Progress progress(captured.console(), ProgressMode::kJson);
    progress.StageStarted("rows");
    progress.Info("hello");
    progress.StageFinished("rows", 1.25);
  }
  const std::string text = captured.Text();
  EXPECT_THAT(text, HasSubstr("\"event\":\"stage_started\",\"stage\":\"rows\"}"));
  EXPECT_THAT(text, HasSubstr("\"event\":\"message\",\"level\":\"info\",\"text\":\"hello\"}"));
  EXPECT_THAT(text, HasSubstr("\"event\":\"stage_finished\",\"stage\":\"rows\",\"seconds\":1.25"));
}

TEST(Progress, NoneOnlyWarns) {
  Captured captured;
  {
    Progress progress(captured.console(), ProgressMode::kNone);
    progress.StageStarted("rows");
    progress.Info("hello");
    progress.Warning("id", "text");
    progress.StageFinished("rows", 1);
  }
  EXPECT_EQ(captured.Text(), "understudy: warning: text [id]\n");
}

TEST(Progress, ManyThreads) {
  Captured captured;
  Progress progress(captured.console(), ProgressMode::kNone);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&progress, i] {
      const std::string name = "stage " + std::to_string(i % 2);
      for (int n = 0; n < 1000; ++n) progress.CountersOf(name).rows += 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(progress.CountersOf("stage 0").rows.load(), 2000u);
}

TEST(Console, BlockIsClearedBeforeALine) {
  Captured captured;
  captured.console().Block({"one", "two"});
  EXPECT_EQ(captured.Text(), "one\ntwo");
  captured.console().Info("x");
  EXPECT_EQ(captured.Text(), "\r\x1b[1A\x1b[Junderstudy: x\none\ntwo");
  captured.console().Block({});
  EXPECT_EQ(captured.Text(), "\r\x1b[1A\x1b[J");
  captured.console().Block({});
  EXPECT_EQ(captured.Text(), "");
}

TEST(Console, AClosedPipeIsQuiet) {
  int fds[2];
  ASSERT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  ::close(fds[0]);
  ::signal(SIGPIPE, SIG_IGN);
  Console console(fds[1], fds[1]);
  EXPECT_TRUE(console.Data("x").ok());
  EXPECT_TRUE(console.Data("y").ok());
  ::close(fds[1]);
  Console full(::open("/dev/full", O_WRONLY | O_CLOEXEC), fds[1]);
  EXPECT_FALSE(full.Data("x").ok());
}

}  // namespace
}  // namespace understudy::cli
