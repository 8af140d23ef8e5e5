#include "cli/progress_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"

namespace understudy::cli {
namespace {

constexpr double kWindowSeconds = 10;  // long enough to smooth a checkpoint, short enough to show a stall
constexpr size_t kNameColumns = 14;
constexpr size_t kLeastBar = 8;
constexpr size_t kMostBar = 40;

std::string Bar(double fraction, size_t width) {
  const auto full = static_cast<size_t>(fraction * static_cast<double>(width));
  return "[" + std::string(full, '#') + std::string(width - full, '-') + "]";
}

// What was done, then how fast and how long still.
std::vector<std::string> Facts(const StageView& s) {
  std::vector<std::string> facts;
  if (s.bytes > 0 || s.bytes_total > 0) {
    facts.push_back(s.bytes_total > 0 && s.bytes <= s.bytes_total
                        ? fmt::format("{} of {}", HumanBytes(s.bytes), HumanBytes(s.bytes_total))
                        : HumanBytes(s.bytes));
  }
  if (s.steps_total > 0) {
    facts.push_back(
        fmt::format("{} of {}", HumanCount(s.steps), HumanCount(std::max(s.steps, s.steps_total))));
  } else if (s.steps > 0) {
    facts.push_back(HumanCount(s.steps));
  }
  if (s.bytes_per_s >= 1)
    facts.push_back(fmt::format("{}/s", HumanBytes(static_cast<uint64_t>(s.bytes_per_s))));
  const double left = SecondsLeft(s);
  facts.push_back(left >= 0 ? fmt::format("{} left", HumanSeconds(left)) : HumanSeconds(s.elapsed_s));
  return facts;
}

}  // namespace

void RateWindow::Add(double time_s, uint64_t value) {
  samples_.emplace_back(time_s, value);
  while (samples_.size() > 2 && samples_.front().first < time_s - kWindowSeconds) samples_.pop_front();
}

double RateWindow::PerSecond() const {
  if (samples_.size() < 2) return 0;
  const auto& [first_s, first] = samples_.front();
  const auto& [last_s, last] = samples_.back();
  return last_s > first_s && last > first ? static_cast<double>(last - first) / (last_s - first_s) : 0;
}

double Fraction(const StageView& s) {
  const auto part = [](uint64_t done, uint64_t total) {
    return std::min(0.99, static_cast<double>(done) / static_cast<double>(total));
  };
  if (s.bytes_total > 0) return part(s.bytes, s.bytes_total);
  if (s.steps_total > 0) return part(s.steps, s.steps_total);
  return -1;
}

double SecondsLeft(const StageView& s) {
  const auto left = [](uint64_t done, uint64_t total, double per_second) {
    return done < total && per_second > 0 ? static_cast<double>(total - done) / per_second : -1;
  };
  if (s.bytes_total > 0) return left(s.bytes, s.bytes_total, s.bytes_per_s);
  if (s.steps_total > 0) return left(s.steps, s.steps_total, s.steps_per_s);
  return -1;
}

std::string BarLine(const StageView& stage, size_t columns, bool colours) {
  const size_t room = columns > 1 ? columns - 1 : 0;  // the last column would make some terminals wrap
  const std::string facts = fmt::format("{}", fmt::join(Facts(stage), "  "));
  const std::string name = fmt::format("{:<{}}", stage.name, kNameColumns);
  const double fraction = Fraction(stage);
  const size_t used = name.size() + 10 + facts.size();  // "[]", " 100%" and blanks around
  std::string line;
  if (fraction >= 0 && used + kLeastBar <= room) {
    const size_t width = std::min(kMostBar, room - used);
    line = fmt::format("{} {} {:3.0f}%  {}", name, Bar(fraction, width), fraction * 100, facts);
  } else if (fraction >= 0) {
    line = fmt::format("{} {:3.0f}%  {}", name, fraction * 100, facts);
  } else {
    line = fmt::format("{} {}", name, facts);
  }
  if (line.size() > room) line.resize(room);
  if (colours && line.size() > kNameColumns)
    line = "\x1b[1m" + line.substr(0, kNameColumns) + "\x1b[0m" + line.substr(kNameColumns);
  return line;
}

std::string PlainLine(const StageView& stage) {
  std::vector<std::string> facts;
  const double fraction = Fraction(stage);
  if (fraction >= 0) facts.push_back(fmt::format("{:.0f}%", fraction * 100));
  if (stage.rows > 0) facts.push_back(fmt::format("{} rows", HumanCount(stage.rows)));
  for (std::string& fact : Facts(stage)) facts.push_back(std::move(fact));
  return fmt::format("{}: {}", stage.name, fmt::join(facts, ", "));
}

std::string DoneLine(const StageView& stage) {
  std::string line = fmt::format("{}: done in {}", stage.name, HumanSeconds(stage.elapsed_s));
  if (stage.rows > 0) line += fmt::format(", {} rows", HumanCount(stage.rows));
  if (stage.bytes > 0) line += fmt::format(", {}", HumanBytes(stage.bytes));
  return line;
}

std::string JsonLine(std::string_view event, std::string_view time, const StageView& stage) {
  nlohmann::ordered_json line;
  line["time"] = std::string(time);
  line["event"] = std::string(event);
  line["stage"] = stage.name;
  if (event != "stage_started") {
    line["seconds"] = stage.elapsed_s;
    line["rows"] = stage.rows;
    line["bytes"] = stage.bytes;
    line["bytes_total"] = stage.bytes_total;
    line["steps"] = stage.steps;
    line["steps_total"] = stage.steps_total;
  }
  if (event == "progress") {
    line["bytes_per_second"] = static_cast<uint64_t>(stage.bytes_per_s);
    const double left = SecondsLeft(stage);
    if (left >= 0) line["seconds_left"] = static_cast<uint64_t>(left + 0.5);
  }
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace understudy::cli
