// How far a stage is, as text: for a terminal of any width, for a log, and as a JSON event.
//
// DESIGN: pure functions of a StageView, so that tests need neither a clock nor a terminal, and so that
// status --watch shows what the refresh itself shows. Rates are those of the last seconds (RateWindow), not
// of the whole stage, because a stage that has become slow must show. docs/events.schema.json is the contract
// of the events; kEventFormat is its version. Threads: thread-safe (functions), one thread (RateWindow).
#ifndef UNDERSTUDY_CLI_PROGRESS_TEXT_H_
#define UNDERSTUDY_CLI_PROGRESS_TEXT_H_

#include <cstdint>
#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "record/progress_file.h"

namespace understudy::cli {

// Raised when a field goes or changes its meaning; new fields and events may come at any time.
inline constexpr int kEventFormat = 1;

using StageView = record::StageProgress;

class RateWindow {
 public:
  void Add(double time_s, uint64_t value);
  double PerSecond() const;

 private:
  std::deque<std::pair<double, uint64_t>> samples_;
};

// "rows        [######------]  52%  1.2 GB of 2.3 GB  250.0 MB/s  5s left  waits for staging", at most
// columns - 1 wide.
std::string BarLine(const StageView& stage, size_t columns, bool colours);
// "rows: 52%, 1,234 rows, 1.2 GB of 2.3 GB, 250.0 MB/s, 5s left, waits for staging"
std::string PlainLine(const StageView& stage);
// "rows: done in 12.3s, 1,234 rows, 2.3 GB"
std::string DoneLine(const StageView& stage);
// The beginning of every event: {"format":1,"time":…,"event":…}
nlohmann::ordered_json EventHead(std::string_view event, std::string_view time);
// {…"event":"stage_started"|"progress"|"stage_finished"|"overall","stage":…,…}
std::string JsonLine(std::string_view event, std::string_view time, const StageView& stage);
std::string JsonText(const nlohmann::ordered_json& event);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_PROGRESS_TEXT_H_
