#include "cli/progress.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>

#include "cli/progress_text.h"
#include "record/progress_file.h"
#include "support/golden.h"
#include "support/temp_directory.h"

namespace understudy::cli {
namespace {

using record::Fraction;
using record::SecondsLeft;
using testing::HasSubstr;
using testing::Not;

StageView Rows() {
  StageView view;
  view.name = "rows";
  view.running = true;
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
      "rows            [########---------------------------]  25%  500.0 MB of 2.0 GB  50.0 MB/s  30s left");
  EXPECT_EQ(BarLine(Rows(), 60, false), "rows             25%  500.0 MB of 2.0 GB  50.0 MB/s  30s le");
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
      R"({"format":1,"time":"T","event":"progress","stage":"rows","seconds":10.0,"rows":1234,"bytes":500000000,)"
      R"("bytes_total":2000000000,"steps":0,"steps_total":0,"bytes_per_second":50000000,"steps_per_second":0,)"
      R"("seconds_left":30})");
  EXPECT_EQ(JsonLine("stage_started", "T", Rows()),
            R"({"format":1,"time":"T","event":"stage_started","stage":"rows"})");
}

// A run at a quarter, as every form of progress shows it: tests/golden/progress.
std::vector<StageView> Frame() {
  StageView overall = Rows();
  overall.name = "refresh";
  overall.elapsed_s = 75;
  overall.bytes_total = 5'000'000'000;
  StageView rows = Rows();
  rows.steps = 320;
  rows.steps_total = 902;
  rows.doing = "waits for staging";
  StageView post;
  post.name = "post-data";
  post.running = true;
  post.elapsed_s = 9;
  post.steps = 612;
  post.steps_total = 4410;
  post.steps_per_s = 100;
  post.doing = "index mail_message_größe_und_ein_langer_name_idx of table mail_message";
  StageView unknown;
  unknown.name = "schema identity";
  unknown.running = true;
  unknown.elapsed_s = 3725;
  StageView hostile = unknown;
  hostile.name = "verify";
  hostile.doing = "index \x1b[31mred\nnext\tline";
  return {overall, rows, post, unknown, hostile};
}

TEST(ProgressGolden, Terminals) {
  for (const size_t columns : {40, 80, 200}) {
    std::string text;
    for (const StageView& view : Frame()) text += BarLine(view, columns, false) + "\n";
    EXPECT_TRUE(MatchesGolden(text, "progress/" + std::to_string(columns) + "-columns.txt"));
  }
  std::string coloured;
  for (const StageView& view : Frame()) coloured += BarLine(view, 80, true) + "\n";
  EXPECT_TRUE(MatchesGolden(coloured, "progress/80-columns-colours.txt"));
}

TEST(ProgressGolden, PipeAndEvents) {
  std::string plain, done, events;
  for (const StageView& view : Frame()) {
    plain += PlainLine(view) + "\n";
    done += DoneLine(view) + "\n";
    for (const char* event : {"stage_started", "progress", "stage_finished"}) {
      StageView as = view;
      as.running = std::string_view(event) != "stage_finished";
      const bool overall = view.name == "refresh";
      if (overall && std::string_view(event) != "progress") continue;
      events += JsonLine(overall ? "overall" : event, "2025-01-31T02:03:04Z", as) + "\n";
    }
  }
  EXPECT_TRUE(MatchesGolden(plain + done, "progress/pipe.txt"));
  EXPECT_TRUE(MatchesGolden(events, "progress/events.txt"));
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
            "understudy: warning: look\xEF\xBF\xBD[31m here [some:id]\n"
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

TEST(Progress, TheWholeRunIsAllPassesOverTheRows) {
  Captured captured;
  const testing_support::TempDirectory directory;
  {
    Progress progress(captured.console(), {ProgressMode::kNone, "refresh", "run", directory.path()});
    progress.CountersOf("rows").bytes_total = 1000;
    progress.CountersOf("verify").bytes_total = 1000;
    progress.StageStarted("known values");
    Counters& known = progress.CountersOf("known values");
    known.bytes_total = 500;
    known.bytes = 100;
    progress.StageFinished("known values", 1);
    progress.StageStarted("rows");
    progress.CountersOf("rows").bytes = 250;
    progress.CountersOf("rows").activity.set_idle("waits for nothing");
    progress.CountersOf("rows").activity.Begin("index x");
    std::optional<record::RunProgress> seen;
    for (int i = 0; i < 500 && (!seen.has_value() || seen->overall.bytes < 350); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      const auto read = record::ReadProgress(directory.path());
      ASSERT_TRUE(read.ok()) << read.status();
      seen = *read;
    }
    ASSERT_TRUE(seen.has_value());
    // What the first pass did not need is not to come; what is announced is.
    EXPECT_EQ(seen->overall.bytes, 350u);
    EXPECT_EQ(seen->overall.bytes_total, 100u + 1000 + 1000);
    ASSERT_EQ(seen->stages.size(), 2u);  // verify has not begun
    EXPECT_EQ(seen->stages[0].name, "known values");
    EXPECT_FALSE(seen->stages[0].running);
    EXPECT_EQ(seen->stages[1].doing, "index x");
    EXPECT_EQ(seen->run_id, "run");
  }
  EXPECT_EQ(captured.Text(), "");
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

TEST(Console, LinesThatANarrowerTerminalWrappedAreCleared) {
  Captured captured;  // a pipe counts as 80 columns
  captured.console().Block({std::string(80, 'x'), "\x1b[1m" + std::string(81, 'y') + "\x1b[0m", "ä"});
  captured.Text();
  captured.console().Block({});
  EXPECT_EQ(captured.Text(), "\r\x1b[3A\x1b[J");
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
