// What the single checks of check.cc and check_server.cc share.
//
// Ownership: borrows options, listener and cancel; owns the rest. Threads: one thread.
#ifndef UNDERSTUDY_SETUP_CHECKLIST_H_
#define UNDERSTUDY_SETUP_CHECKLIST_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pg/connection.h"
#include "refresh/context.h"
#include "setup/check.h"

namespace understudy::setup {

struct Checklist {
  Checklist(const refresh::RefreshOptions& options, Listener& listener, const CancelToken& cancel)
      : context(options, listener, cancel, &record) {}

  void Ok(std::string subject, std::string text) {
    lines.push_back({CheckLevel::kOk, std::move(subject), std::move(text)});
  }
  // A warning that policy.accepted names is a line all the same, but no warning.
  void Warning(std::string_view id, std::string subject, std::string text) {
    const bool accepted = config().policy.Accepts(id);
    lines.push_back({accepted ? CheckLevel::kOk : CheckLevel::kWarning, std::move(subject),
                     std::move(text) + (accepted ? " (accepted)" : ""), ExitClass::kFailed, std::string(id)});
  }
  void Warning(record::WarningKind kind, std::string subject, std::string text) {
    Warning(record::WarningId(kind).text(), std::move(subject), std::move(text));
  }
  void Blocking(std::string subject, std::string text, ExitClass exit = ExitClass::kFailed) {
    lines.push_back({CheckLevel::kBlocking, std::move(subject), std::move(text), exit});
  }
  // The error as a blocking line; true if it is OK.
  bool Passed(const std::string& subject, const absl::Status& status) {
    if (!status.ok()) Blocking(subject, MessageOf(status), ExitClassOf(status));
    return status.ok();
  }
  const refresh::Config& config() const { return context.options.config; }

  record::RunRecord record;
  refresh::RunContext context;
  std::unique_ptr<pg::Connection> source;  // null: not reached, or a backup
  std::vector<CheckLine> lines;
};

// check_server.cc: what both servers must have. They need `source` or context.maintenance, or both.
absl::Status CheckTableRights(Checklist& list);
absl::Status CheckVersions(Checklist& list);
absl::Status CheckExtensions(Checklist& list);
absl::Status CheckCollation(Checklist& list);
absl::Status CheckDisk(Checklist& list);
absl::Status CheckSpeed(Checklist& list);

}  // namespace understudy::setup

#endif  // UNDERSTUDY_SETUP_CHECKLIST_H_
