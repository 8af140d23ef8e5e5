#include "setup/check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/mutex.h"
#include "base/strings.h"
#include "odoo/modules.h"
#include "pg/snapshot.h"
#include "refresh/key.h"
#include "refresh/preflight.h"
#include "report/model.h"
#include "setup/checklist.h"

namespace understudy::setup {
namespace {

constexpr size_t kMostNamed = 5;  // columns that one line names

// Passes stages on and turns warnings into lines.
class WarningsAsLines : public Listener {
 public:
  WarningsAsLines(Listener& next, Checklist& list) : next_(next), list_(list) {}
  void StageStarted(std::string_view stage) override { next_.StageStarted(stage); }
  void StageFinished(std::string_view stage, double seconds) override { next_.StageFinished(stage, seconds); }
  void Warning(std::string_view id, std::string_view text) override {
    if (record::WarningId(record::WarningKind::kKeyEphemeral) == id) return;  // a line of its own
    const MutexLock lock(mutex_);
    list_.Warning(id, "rules", std::string(text));
  }
  void Info(std::string_view /*text*/) override {}
  Counters& CountersOf(std::string_view stage) override { return next_.CountersOf(stage); }

 private:
  Listener& next_;
  Mutex mutex_;
  Checklist& list_;
};

bool CheckKey(Checklist& list) {
  const auto key = refresh::LoadKey(list.config().key);
  if (!list.Passed("key", key.status())) return false;
  if (key->ephemeral()) {
    list.Warning(record::WarningKind::kKeyEphemeral, "key",
                 "no key is configured: every refresh gives other pseudonyms; understudy keygen makes "
                 "one, key: {file: understudy.key} names it");
  } else {
    list.Ok("key", fmt::format("its id is {}", key->key_id()));
  }
  return true;
}

void CheckSource(Checklist& list, refresh::SourceIdentity* identity) {
  if (!list.Passed("source", refresh::ReadSource(list.context, identity))) return;
  const record::End& end = list.record.source;
  if (end.kind == "backup") {
    list.Ok("source", fmt::format("backup {}, {}", end.where, HumanBytes(end.bytes)));
    return;
  }
  auto session = pg::OpenSource(list.context.source, &list.context.cancel);
  if (!list.Passed("source", session.status())) return;
  list.source = std::move(*session);
  list.Ok("source",
          fmt::format("{}: PostgreSQL {}, {}", end.where, end.server_version, HumanBytes(end.bytes)));
}

void CheckStaging(Checklist& list, const refresh::SourceIdentity& source) {
  if (!list.Passed("staging", refresh::OpenStaging(list.context))) return;
  const absl::Status rights = refresh::CheckRights(*list.context.maintenance);
  if (list.Passed("rights", rights)) list.Ok("rights", "staging: databases may be created");
  if (!list.Passed("staging", refresh::CheckStagingIsOurs(list.context, source))) return;
  list.Ok(
      "staging",
      fmt::format("{}: PostgreSQL {}; {}", list.record.staging.where, list.record.staging.server_version,
                  list.context.published.exists ? "a refresh replaces what is there" : "the name is free"));
}

void CheckFilestore(Checklist& list) {
  const auto& odoo = list.config().odoo;
  if (!odoo.has_value() || odoo->filestore_source.empty()) return;
  const std::string& source = odoo->filestore_source;
  if (source.find(":/") != std::string::npos) {
    list.Warning(record::WarningKind::kFilestoreRemote, "filestore",
                 fmt::format("{} is on another host; whether rsync reaches it shows when it runs", source));
  } else if (::access(source.c_str(), F_OK) != 0 && errno == ENOENT) {
    list.Blocking("filestore", fmt::format("{} does not exist; correct odoo.filestore.source", source));
  } else if (::access(source.c_str(), R_OK | X_OK) != 0) {
    list.Blocking("filestore", fmt::format("{} cannot be read by this user; run as Odoo's own user, or let "
                                           "this one into its group",
                                           source));
  } else {
    list.Ok("filestore", source);
  }
}

absl::Status CheckModules(Checklist& list) {
  const auto& odoo = list.config().odoo;
  if (!odoo.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const pg::Result table,
                   list.source->Exec("SELECT pg_catalog.to_regclass('public.ir_module_module') IS NOT NULL"));
  if (!table.Bool(0, 0)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto modules, odoo::LoadInstalledModules(*list.source));
  ASSIGN_OR_RETURN(const auto code, odoo::FindModuleCode(modules, odoo->addons));
  const auto missing =
      std::count_if(code.begin(), code.end(), [](const auto& module) { return module.directory.empty(); });
  if (missing > 0) {
    list.Warning(record::WarningKind::kModulesNotFound, "addons",
                 fmt::format("the code of {} of {} modules is on no path of odoo.addons, so a "
                             "neutralize.sql of theirs is not run; add the paths",
                             missing, modules.size()));
  } else {
    list.Ok("addons", fmt::format("the code of all {} modules was found", modules.size()));
  }
  return absl::OkStatus();
}

std::string SomeColumns(const std::vector<rules::Finding>& findings) {
  std::string text;
  for (size_t i = 0; i < std::min(findings.size(), kMostNamed); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", findings[i].id.subject());
  }
  return text + (findings.size() > kMostNamed ? ", …" : "");
}

void CheckUnclassified(Checklist& list, const rules::Plan& plan) {
  if (plan.unclassified.empty()) {
    list.Ok("columns", "every column that can hold text has a rule");
    return;
  }
  const std::string text =
      fmt::format("{} without a rule ({})", report::Plural(plan.unclassified.size(), "column"),
                  SomeColumns(plan.unclassified));
  switch (list.config().policy.unclassified) {
    case refresh::UnclassifiedPolicy::kRewrite:
      list.Ok("columns", text + ": they are searched and rewritten; understudy scan proposes rules");
      break;
    case refresh::UnclassifiedPolicy::kKeep:
      list.Warning(record::WarningKind::kUnclassifiedKept, "columns",
                   text +
                       " and policy.unclassified keeps them as they are; understudy scan "
                       "proposes rules");
      break;
    case refresh::UnclassifiedPolicy::kFail:
      if (plan.unaccepted == 0) {
        list.Ok("columns", text + ", all accepted");
      } else {
        list.Blocking("columns",
                      text +
                          " and policy.unclassified is fail; understudy scan --yaml proposes "
                          "rules",
                      ExitClass::kUnclassified);
      }
      break;
  }
}

absl::Status CheckPlan(Checklist& list, Listener& listener) {
  WarningsAsLines warnings(listener, list);
  const auto view = refresh::PreparePlan(list.context.options, warnings, list.context.cancel);
  if (!list.Passed("rules", view.status())) return absl::OkStatus();
  for (const rules::Finding& error : view->plan.errors) {
    list.Blocking("rules", error.text, ExitClass::kUsage);
  }
  if (view->plan.errors.empty()) {
    list.Ok("rules", fmt::format("rules of {} for {}; unique keys and constraints hold",
                                 report::Plural(view->packs.size(), "pack"),
                                 report::Plural(view->plan.tables.size(), "table")));
  }
  CheckUnclassified(list, view->plan);
  return absl::OkStatus();
}

// A check that could not ask its question blocks: the refresh could not either.
template <typename Check>
absl::Status Ask(Checklist& list, const char* subject, Check check) {
  if (list.context.cancel.cancelled()) return Cancelled();
  const absl::Status status = check(list);
  if (list.context.cancel.cancelled()) return Cancelled();
  list.Passed(subject, status);
  return absl::OkStatus();
}

}  // namespace

const char* NameOf(CheckLevel level) {
  static constexpr const char* kNames[] = {"ok", "warning", "blocking"};
  return kNames[static_cast<size_t>(level)];
}

absl::StatusOr<std::vector<CheckLine>> RunChecks(const refresh::RefreshOptions& options, Listener& listener,
                                                 const CancelToken& cancel) {
  Checklist list(options, listener, cancel);
  refresh::SourceIdentity identity;
  const bool key = CheckKey(list);
  CheckSource(list, &identity);
  CheckStaging(list, identity);
  if (list.source != nullptr) {
    RETURN_IF_ERROR(Ask(list, "rights", CheckTableRights));
    RETURN_IF_ERROR(Ask(list, "programs", CheckVersions));
    RETURN_IF_ERROR(Ask(list, "network", CheckSpeed));
    RETURN_IF_ERROR(Ask(list, "addons", CheckModules));
  }
  if (list.source != nullptr && list.context.maintenance != nullptr) {
    RETURN_IF_ERROR(Ask(list, "extensions", CheckExtensions));
    RETURN_IF_ERROR(Ask(list, "collation", CheckCollation));
  }
  // Without the source nobody knows how much is needed.
  if (list.context.maintenance != nullptr && list.record.source.bytes > 0) {
    RETURN_IF_ERROR(Ask(list, "disk", CheckDisk));
  }
  CheckFilestore(list);
  if (list.source != nullptr && key) {
    RETURN_IF_ERROR(Ask(list, "rules", [&listener](Checklist& l) { return CheckPlan(l, listener); }));
  }
  return std::move(list.lines);
}

ExitClass ExitOf(const std::vector<CheckLine>& lines) {
  for (const CheckLine& line : lines) {
    if (line.level == CheckLevel::kBlocking) return line.exit;
  }
  return ExitClass::kDone;
}

}  // namespace understudy::setup
