// What runs a refresh regularly, as text: systemd units, a cron line, a Kubernetes CronJob.
//
// DESIGN: pure. The systemd service is hardened (systemd.exec(5)): no capabilities, a read-only system, only
// the state and the staging filestore writable, the key as a credential. Values go through the quoting of
// their format; a newline is refused, for it would begin another line of a unit or a crontab. Two runs never
// meet: the state directory's lock sees to that, and Kubernetes' concurrencyPolicy besides.
// Threads: thread-safe. Errors: UsageError.
#ifndef UNDERSTUDY_CLI_SCHEDULE_TEXT_H_
#define UNDERSTUDY_CLI_SCHEDULE_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace understudy::cli {

struct Schedule {
  std::string program;   // absolute
  std::string config;    // absolute
  std::string calendar;  // empty: every night at 02:30
  std::string user;
  std::string image;                  // kubernetes
  std::string key_file;               // absolute; empty: the configuration has no key file
  std::vector<std::string> writable;  // directories besides the state: staging's filestore
  bool instance = false;              // a template unit (systemd): %i names configuration, key and state
};

struct ScheduleFile {
  std::string name;  // "understudy-refresh.service"
  std::string content;
};

// The units that a package brings: understudy@NAME.service runs /etc/understudy/NAME.yaml.
std::string InstanceService(const std::string& program);
std::string InstanceTimer();

// `kind` is systemd, cron or kubernetes.
absl::StatusOr<std::vector<ScheduleFile>> ScheduleFiles(const std::string& kind, const Schedule& schedule);

}  // namespace understudy::cli

#endif  // UNDERSTUDY_CLI_SCHEDULE_TEXT_H_
