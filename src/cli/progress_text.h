// How far a stage is, as text: for a terminal of any width, for a log, and as a JSON event.
//
// DESIGN: pure functions of a StageView, so that tests need neither a clock nor a terminal. Rates are those
// of the last seconds (RateWindow), not of the whole stage, because a stage that has become slow must show.
// Threads: thread-safe (functions), one thread (RateWindow).
#ifndef UNDERSTUDY_CLI_PROGRESS_TEXT_H_
#define UNDERSTUDY_CLI_PROGRESS_TEXT_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace understudy::cli {

struct StageView {
  std::string name;
  double elapsed_s = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  uint64_t bytes_total = 0;  // 0: unknown
  uint64_t steps = 0;
  uint64_t steps_total = 0;
  double bytes_per_s = 0;
  double steps_per_s = 0;
};

class RateWindow {
 public:
  void Add(double time_s, uint64_t value);
  double PerSecond() const;

 private:
  std::deque<std::pair<double, uint64_t>> samples_;
};

// 0…1, or negative if nothing is known. Never 1 before the stage says that it is done.
double Fraction(const StageView& stage);
// Seconds left, or negative if they can't be told.
double SecondsLeft(const StageView& stage);

// "rows        [######------]  52%  1.2 GB of 2.3 GB  250.0 MB/s  5s left", at most columns - 1 wide.
std::string BarLine(const StageView& stage, size_t columns, bool colours);
// "rows: 52%, 1,234 rows, 1.2 GB of 2.3 GB, 250.0 MB/s, 5s left"
std::string PlainLine(const StageView& stage);
// "rows: done in 12.3s, 1,234 rows, 2.3 GB"
std::string DoneLine(const StageView& stage);
// {"time":…,"event":"stage_started"|"progress"|"stage_finished","stage":…,…}
std::string JsonLine(std::string_view event, std::string_view time, const StageView& stage);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_PROGRESS_TEXT_H_
