// understudy schedule: prints what runs a refresh regularly.
#include <fmt/format.h>

#include <filesystem>

#include "base/file.h"
#include "base/process.h"
#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/schedule_text.h"

namespace understudy::cli {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<Schedule> ScheduleOf(const Args& args) {
  Schedule schedule;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  schedule.program = error ? "/usr/bin/understudy" : program.string();
  schedule.config = fs::absolute(args.Text(OptionId::kConfig), error).lexically_normal().string();
  schedule.calendar = args.Text(OptionId::kCalendar);
  schedule.user = args.Text(OptionId::kUser);
  schedule.image = args.Text(OptionId::kImage);
  if (args.Text(OptionId::kKind) != "systemd") return schedule;
  // The unit's sandbox depends on what the configuration names.
  ASSIGN_OR_RETURN(const refresh::Config config, refresh::LoadConfig(args.Text(OptionId::kConfig)));
  if (config.key.kind == refresh::SecretSource::Kind::kFile) {
    schedule.key_file = fs::absolute(config.key.value, error).string();
  }
  if (config.odoo.has_value() && config.odoo->filestore_staging.rfind('/', 0) == 0) {
    schedule.writable.push_back(fs::path(config.odoo->filestore_staging).parent_path().string());
  }
  if (!config.staging.backup.empty()) {
    schedule.writable.push_back(fs::absolute(config.staging.backup, error).parent_path().string());
  }
  return schedule;
}

// systemd's own word on the expression, where it is installed.
absl::Status CheckCalendar(const std::string& calendar) {
  if (calendar.empty()) return absl::OkStatus();
  ProcessOptions options;
  options.argv = {"systemd-analyze", "calendar", calendar};
  const auto result = RunProcess(options);
  if (!result.ok() || result->exit_code == 0 || result->exit_code == 127) return absl::OkStatus();
  return UsageError(
      fmt::format("--calendar: systemd does not understand \"{}\"; see systemd.time(7)", calendar));
}

}  // namespace

absl::StatusOr<int> RunSchedule(Session& session) {
  const std::string kind = session.args.Text(OptionId::kKind);
  ASSIGN_OR_RETURN(const Schedule schedule, ScheduleOf(session.args));
  ASSIGN_OR_RETURN(const std::vector<ScheduleFile> files, ScheduleFiles(kind, schedule));
  if (kind == "systemd") RETURN_IF_ERROR(CheckCalendar(schedule.calendar));
  const std::string directory = session.args.Text(OptionId::kDirectory);
  for (const ScheduleFile& file : files) {
    if (directory.empty()) {
      RETURN_IF_ERROR(session.console.Data(fmt::format("# --- {}\n{}\n", file.name, file.content)));
    } else {
      const std::string path = (fs::path(directory) / file.name).string();
      RETURN_IF_ERROR(WriteFileAtomic(path, file.content));
      session.console.Info(fmt::format("wrote {}", path));
    }
  }
  return 0;
}

}  // namespace understudy::cli
