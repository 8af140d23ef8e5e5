#include "cli/progress_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "base/visible.h"
#include "cli/console.h"
#include "record/progress_json.h"

namespace understudy::cli {
namespace {

using record::Fraction;
using record::SecondsLeft;

constexpr double kWindowSeconds = 10;  // long enough to smooth a checkpoint, short enough to show a stall
constexpr size_t kNameColumns = 15;    // "schema identity"
constexpr size_t kLeastBar = 8;
constexpr size_t kLeastDoing = 14;
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
  // Last: where room is short, the end of the line is what goes.
  if (!s.doing.empty()) facts.push_back(Visible(s.doing));
  return facts;
}

// At most `room` bytes, cut between characters.
void Cut(size_t room, std::string* line) {
  if (line->size() <= room) return;
  while (room > 0 && (static_cast<unsigned char>((*line)[room]) & 0xC0) == 0x80) --room;
  line->resize(room);
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

std::string BarLine(const StageView& stage, size_t columns, bool colours) {
  const size_t room = columns > 1 ? columns - 1 : 0;  // the last column would make some terminals wrap
  const std::string facts = fmt::format("{}", fmt::join(Facts(stage), "  "));
  const std::string name = fmt::format("{:<{}}", stage.name, kNameColumns);
  const double fraction = Fraction(stage);
  const size_t whole = name.size() + 10 + facts.size();  // "[]", " 100%" and blanks around
  // What it is doing may be cut, if a bar fits then.
  const size_t doing = stage.doing.empty() ? 0 : Visible(stage.doing).size() + 2;
  const size_t used = whole + kLeastBar <= room ? whole : whole - std::min(whole, doing);
  std::string line;
  if (fraction >= 0 && used + kLeastBar <= room) {
    const size_t width = std::min(kMostBar, room - used);
    line = fmt::format("{} {} {:3.0f}%  {}", name, Bar(fraction, width), fraction * 100, facts);
  } else if (fraction >= 0) {
    line = fmt::format("{} {:3.0f}%  {}", name, fraction * 100, facts);
  } else {
    line = fmt::format("{} {}", name, facts);
  }
  // The beginning of a word says nothing.
  const size_t seen =
      doing > 0 && line.size() > room ? doing - std::min(doing, line.size() - room) : kLeastDoing;
  if (seen < kLeastDoing) line.resize(line.size() - doing);
  Cut(room, &line);
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

nlohmann::ordered_json EventHead(std::string_view event, std::string_view time) {
  nlohmann::ordered_json line;
  line["format"] = kEventFormat;
  line["time"] = std::string(time);
  line["event"] = std::string(event);
  return line;
}

std::string JsonText(const nlohmann::ordered_json& event) {
  return event.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string JsonLine(std::string_view event, std::string_view time, const StageView& stage) {
  nlohmann::ordered_json line = EventHead(event, time);
  if (event != "overall") line["stage"] = stage.name;
  if (event != "stage_started") record::AddProgress(stage, &line);
  return JsonText(line);
}

}  // namespace understudy::cli
