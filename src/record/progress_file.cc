#include "record/progress_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/status.h"
#include "record/json_field.h"
#include "record/progress_json.h"
#include "record/state_directory.h"

namespace understudy::record {
namespace {

using Json = nlohmann::ordered_json;

std::string PathOf(const std::string& state) {
  return (std::filesystem::path(state) / "progress.json").string();
}

StageProgress StageFrom(const Json& json) {
  StageProgress stage;
  stage.name = FieldOr<std::string>(json, "stage", "");
  const auto running = json.find("running");
  stage.running = running != json.end() && running->is_boolean() && running->get<bool>();
  stage.elapsed_s = FieldOr<double>(json, "seconds", 0);
  stage.rows = FieldOr<uint64_t>(json, "rows", 0);
  stage.bytes = FieldOr<uint64_t>(json, "bytes", 0);
  stage.bytes_total = FieldOr<uint64_t>(json, "bytes_total", 0);
  stage.steps = FieldOr<uint64_t>(json, "steps", 0);
  stage.steps_total = FieldOr<uint64_t>(json, "steps_total", 0);
  stage.bytes_per_s = FieldOr<double>(json, "bytes_per_second", 0);
  stage.steps_per_s = FieldOr<double>(json, "steps_per_second", 0);
  stage.doing = FieldOr<std::string>(json, "doing", "");
  return stage;
}

Json StageTo(const StageProgress& stage) {
  Json json;
  json["stage"] = stage.name;
  json["running"] = stage.running;
  AddProgress(stage, &json);
  return json;
}

}  // namespace

double Fraction(const StageProgress& s) {
  const auto part = [](uint64_t done, uint64_t total) {
    return std::min(0.99, static_cast<double>(done) / static_cast<double>(total));
  };
  if (s.bytes_total > 0) return part(s.bytes, s.bytes_total);
  if (s.steps_total > 0) return part(s.steps, s.steps_total);
  return -1;
}

double SecondsLeft(const StageProgress& s) {
  const auto left = [](uint64_t done, uint64_t total, double per_second) {
    return done < total && per_second > 0 ? static_cast<double>(total - done) / per_second : -1;
  };
  if (s.bytes_total > 0) return left(s.bytes, s.bytes_total, s.bytes_per_s);
  if (s.steps_total > 0) return left(s.steps, s.steps_total, s.steps_per_s);
  return -1;
}

void AddProgress(const StageProgress& stage, Json* json) {
  (*json)["seconds"] = stage.elapsed_s;
  (*json)["rows"] = stage.rows;
  (*json)["bytes"] = stage.bytes;
  (*json)["bytes_total"] = stage.bytes_total;
  (*json)["steps"] = stage.steps;
  (*json)["steps_total"] = stage.steps_total;
  if (!stage.running) return;
  (*json)["bytes_per_second"] = static_cast<uint64_t>(stage.bytes_per_s);
  (*json)["steps_per_second"] = static_cast<uint64_t>(stage.steps_per_s);
  const double left = SecondsLeft(stage);
  if (left >= 0) (*json)["seconds_left"] = static_cast<uint64_t>(left + 0.5);
  if (!stage.doing.empty()) (*json)["doing"] = stage.doing;
}

std::string ToJson(const RunProgress& progress) {
  Json json;
  json["format"] = 1;
  json["run_id"] = progress.run_id;
  json["pid"] = progress.pid;
  json["started_at"] = Rfc3339(progress.started_at);
  json["updated_at"] = Rfc3339(progress.updated_at);
  json["warnings"] = progress.warnings;
  json["overall"] = StageTo(progress.overall);
  json["stages"] = Json::array();
  for (const StageProgress& stage : progress.stages) json["stages"].push_back(StageTo(stage));
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<RunProgress> ProgressFromJson(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || FieldOr<int64_t>(json, "format", 0) != 1) {
    return Failed("not a progress file of this version");
  }
  RunProgress progress;
  progress.run_id = FieldOr<std::string>(json, "run_id", "");
  progress.pid = FieldOr<int64_t>(json, "pid", 0);
  progress.started_at = ParseRfc3339(FieldOr<std::string>(json, "started_at", ""));
  progress.updated_at = ParseRfc3339(FieldOr<std::string>(json, "updated_at", ""));
  progress.warnings = FieldOr<uint64_t>(json, "warnings", 0);
  if (json.contains("overall") && json["overall"].is_object()) progress.overall = StageFrom(json["overall"]);
  if (json.contains("stages") && json["stages"].is_array()) {
    for (const Json& stage : json["stages"]) {
      if (stage.is_object()) progress.stages.push_back(StageFrom(stage));
    }
  }
  return progress;
}

absl::Status WriteProgress(const std::string& state, const RunProgress& progress) {
  // One writer at a time holds the state's lock, so one name beside the file is enough, and a run that is
  // killed leaves nothing that the next one does not overwrite.
  const std::string path = PathOf(state), temporary = path + ".tmp";
  const std::string text = ToJson(progress);
  Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.valid()) return ErrnoStatus("creating", temporary, errno);
  if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return ErrnoStatus("writing", temporary, errno);
  }
  fd.Close();
  if (::rename(temporary.c_str(), path.c_str()) != 0) return ErrnoStatus("renaming into", path, errno);
  return absl::OkStatus();
}

void RemoveProgress(const std::string& state) { ::unlink(PathOf(state).c_str()); }

absl::StatusOr<std::optional<RunProgress>> ReadProgress(const std::string& state) {
  const std::string path = PathOf(state);
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  const auto text = ReadFile(path);
  if (!text.ok()) {
    // It ended between the two looks.
    if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
    return text.status();
  }
  absl::StatusOr<RunProgress> progress = ProgressFromJson(*text);
  if (!progress.ok()) return Annotate(progress.status(), path);
  return std::optional<RunProgress>(std::move(*progress));
}

}  // namespace understudy::record
