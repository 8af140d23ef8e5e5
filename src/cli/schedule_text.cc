#include "cli/schedule_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/status.h"
#include "base/strings.h"

namespace understudy::cli {
namespace {

constexpr char kNightlySystemd[] = "*-*-* 02:30:00";
constexpr char kNightlyCron[] = "30 2 * * *";
constexpr char kInstanceConfig[] = "/etc/understudy/%i.yaml";
constexpr char kInstanceKey[] = "/etc/understudy/%i.key";

// systemd.exec(5); `systemd-analyze security` rates the result.
constexpr char kHardening[] = R"(NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
KeyringMode=private
CapabilityBoundingSet=
AmbientCapabilities=
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
UMask=0077
LimitCORE=0
)";

bool HasControl(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// One word of ExecStart=: systemd.service(5) expands % and $ and reads C escapes inside quotes.
std::string SystemdWord(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '%' || c == '$') out += c;
    out += c;
  }
  return out + "\"";
}

// One path of ReadWritePaths= or LoadCredential=: only % is special, and blanks need quotes.
std::string SystemdPath(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '%') out += c;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return text.find(' ') == std::string::npos ? out : "\"" + out + "\"";
}

// sh(1) single quotes; crontab(5) turns a bare % into a newline.
std::string CronWord(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '%') out += '\\';
      out += c;
    }
  }
  return out + "'";
}

// A YAML double-quoted scalar; there are no control characters left.
std::string YamlText(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// Five fields of the characters that crontab(5) knows; the meaning is cron's to judge.
absl::Status CheckCron(const std::string& calendar) {
  size_t fields = 0;
  for (const std::string_view field : Split(calendar, ' ')) fields += field.empty() ? 0 : 1;
  constexpr char kAllowed[] = "0123456789*/,-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ";
  if (fields != 5 || calendar.find_first_not_of(kAllowed) != std::string::npos) {
    return UsageError(
        fmt::format("--calendar: \"{}\" is not five fields (minute hour day month weekday)", calendar));
  }
  return absl::OkStatus();
}

std::string Service(const Schedule& s) {
  std::string text =
      "# The key comes as a credential. In the configuration, name it as\n"
      "#   key: {file: \"${CREDENTIALS_DIRECTORY}/understudy.key\"}\n";
  if (s.instance) text += fmt::format("# NAME's files: {} and {}\n", kInstanceConfig, kInstanceKey);
  text +=
      "[Unit]\nDescription=Make staging anew from production\nDocumentation=man:understudy(1)\n"
      "Wants=network-online.target\nAfter=network-online.target\n"
      "# OnFailure=notify-admin@%n.service\n\n[Service]\nType=oneshot\nTimeoutStartSec=infinity\n";
  text += fmt::format("User={}\n", s.user);
  // %i is systemd's own, so it is not escaped.
  text += fmt::format("ExecStart={} refresh --config={} --progress=none\n", SystemdWord(s.program),
                      s.instance ? std::string(kInstanceConfig) : SystemdWord(s.config));
  if (!s.key_file.empty()) text += fmt::format("LoadCredential=understudy.key:{}\n", SystemdPath(s.key_file));
  if (s.instance) {
    text += fmt::format("LoadCredential=understudy.key:{}\n", kInstanceKey);
    text +=
        "# What else a run writes (staging's filestore) goes into a drop-in: systemctl edit understudy@NAME\n"
        "#   [Service]\n#   ReadWritePaths=/srv/stage/filestore\n";
  }
  const char* state = s.instance ? "understudy/%i" : "understudy";
  text += fmt::format("StateDirectory={0}\nEnvironment=UNDERSTUDY_STATE=%S/{0}\n", state);
  for (const std::string& path : s.writable) text += fmt::format("ReadWritePaths=-{}\n", SystemdPath(path));
  return text + "Nice=10\nIOSchedulingClass=best-effort\nIOSchedulingPriority=7\n" + kHardening;
}

std::string Timer(const Schedule& s) {
  return fmt::format(
      "[Unit]\nDescription=Make staging anew from production, regularly\nDocumentation=man:understudy(1)\n\n"
      "[Timer]\nOnCalendar={}\nRandomizedDelaySec=5min\nPersistent=yes\n\n"
      "[Install]\nWantedBy=timers.target\n",
      s.calendar.empty() ? kNightlySystemd : s.calendar);
}

std::string CronLine(const Schedule& s) {
  return fmt::format(
      "# minute hour day month weekday user command; output goes to the user by mail\n"
      "{} {} {} refresh --config={} --progress=none\n",
      s.calendar.empty() ? kNightlyCron : s.calendar, s.user, CronWord(s.program), CronWord(s.config));
}

std::string CronJob(const Schedule& s) {
  return fmt::format(
      R"(# Needs: ConfigMap understudy with understudy.yaml (and rules), Secret understudy with UNDERSTUDY_KEY and
# what else the configuration takes from the environment, PersistentVolumeClaim understudy-state.
# In the configuration, name the key as   key: {{env: UNDERSTUDY_KEY}}
apiVersion: batch/v1
kind: CronJob
metadata:
  name: understudy-refresh
spec:
  schedule: {}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        metadata:
          labels: {{app.kubernetes.io/name: understudy-refresh}}
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            fsGroup: 10001
            seccompProfile: {{type: RuntimeDefault}}
          containers:
            - name: understudy
              image: {}
              args: [refresh, --config=/etc/understudy/understudy.yaml, --progress=json]
              env:
                - {{name: UNDERSTUDY_STATE, value: /var/lib/understudy}}
              envFrom:
                - secretRef: {{name: understudy}}
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: {{drop: [ALL]}}
              volumeMounts:
                - {{name: config, mountPath: /etc/understudy, readOnly: true}}
                - {{name: state, mountPath: /var/lib/understudy}}
                - {{name: tmp, mountPath: /tmp}}
          volumes:
            - {{name: config, configMap: {{name: understudy}}}}
            - {{name: state, persistentVolumeClaim: {{claimName: understudy-state}}}}
            - {{name: tmp, emptyDir: {{medium: Memory}}}}
)",
      YamlText(s.calendar.empty() ? kNightlyCron : s.calendar), YamlText(s.image));
}

}  // namespace

std::string InstanceService(const std::string& program) {
  Schedule schedule;
  schedule.program = program;
  schedule.user = "understudy";
  schedule.instance = true;
  return Service(schedule);
}

std::string InstanceTimer() { return Timer({}); }

absl::StatusOr<std::vector<ScheduleFile>> ScheduleFiles(const std::string& kind, const Schedule& schedule) {
  for (const std::string* text : {&schedule.program, &schedule.config, &schedule.calendar, &schedule.user,
                                  &schedule.image, &schedule.key_file}) {
    if (HasControl(*text)) return UsageError("schedule: a name or time with a control character in it");
  }
  if (schedule.user.empty() || schedule.user.find_first_of(" %$\"'\\") != std::string::npos) {
    return UsageError(fmt::format("--user: \"{}\" is not the name of an account", schedule.user));
  }
  if (kind != "systemd" && !schedule.calendar.empty()) RETURN_IF_ERROR(CheckCron(schedule.calendar));
  if (kind == "cron") return std::vector<ScheduleFile>{{"understudy-refresh.cron", CronLine(schedule)}};
  if (kind == "kubernetes") return std::vector<ScheduleFile>{{"understudy-refresh.yaml", CronJob(schedule)}};
  return std::vector<ScheduleFile>{{"understudy-refresh.service", Service(schedule)},
                                   {"understudy-refresh.timer", Timer(schedule)}};
}

}  // namespace understudy::cli
