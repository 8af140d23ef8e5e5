#include "report/row_limit.h"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::report {
namespace {

constexpr double kBusy = 0.8;
// Lanes' seconds below which the shares say nothing: connecting and starting are most of them.
constexpr double kTooShort = 1.0;

int Percent(double share) { return static_cast<int>(share * 100 + 0.5); }

std::string Advice(double read, double rewrite, double write, uint32_t lanes) {
  const double most = std::max({read, rewrite, write});
  if (most < kBusy) {
    return fmt::format(
        "No side was busy all the time (reading {} %, rewriting {} %, writing {} %): round trips and small "
        "tables. More lanes than {} (--jobs) help if both servers have idle cores.",
        Percent(read), Percent(rewrite), Percent(write), lanes);
  }
  if (most == write) {
    return fmt::format(
        "Staging was the limit: its lanes were writing {} % of the time. More lanes than {} (--jobs) help as "
        "long as staging's server has idle cores and its disk keeps up; faster rules would not.",
        Percent(write), lanes);
  }
  if (most == read) {
    return fmt::format(
        "Production was the limit: its lanes were reading {} % of the time (server, network, or --max-rate). "
        "More lanes than {} (--jobs) help as long as production may give more.",
        Percent(read), lanes);
  }
  return fmt::format(
      "Rewriting was the limit: the workers were busy {} % of the time. More cores for Understudy help, or "
      "cheaper rules: \"understudy bench\" says what each costs.",
      Percent(rewrite));
}

}  // namespace

RowLimit LimitOf(const record::RunRecord& run) {
  RowLimit limit;
  if (!run.row_times.has_value() || run.row_times->lanes_s <= 0) return limit;
  const record::RowTimes& t = *run.row_times;
  const double lanes = t.lanes_s;
  // Lanes are as long as the stage; the workers had the same time each.
  const double workers = run.limits.lanes == 0 ? lanes : lanes * run.limits.workers / run.limits.lanes;
  const double read = t.read_s / lanes, rewrite = t.rewrite_s / workers, write = t.write_s / lanes;
  limit.shares = {{"reading from production", t.read_s, read},
                  {"rewriting, audit, fingerprints", t.rewrite_s, rewrite},
                  {"writing to staging", t.write_s, write},
                  {"reader waiting for room", t.reader_wait_s, t.reader_wait_s / lanes},
                  {"batches waiting for a worker", t.worker_wait_s, t.worker_wait_s / workers},
                  {"writer waiting for rows", t.writer_wait_s, t.writer_wait_s / lanes}};
  limit.text = lanes < kTooShort ? "The rows took too short a time to tell which side was the limit."
                                 : Advice(read, rewrite, write, run.limits.lanes);
  return limit;
}

}  // namespace understudy::report
