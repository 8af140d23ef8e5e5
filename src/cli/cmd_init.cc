// understudy init: from a source to a configuration that works.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/treatment_text.h"
#include "pseudonym/key.h"
#include "refresh/run.h"
#include "report/model.h"
#include "setup/config_text.h"
#include "setup/first_run.h"

namespace understudy::cli {
namespace {

using report::Plural;

constexpr mode_t kSecretMode = 0600;
constexpr size_t kMostKinds = 12;  // treatments that the summary names; the rest is one number

bool Exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

setup::FirstRunRequest RequestOf(const Args& args, const std::filesystem::path& config) {
  setup::FirstRunRequest request;
  if (!args.positional.empty()) request.database = args.positional[0];
  request.staging = args.Text(OptionId::kStaging);
  request.odoo_conf = args.Text(OptionId::kOdooConf);
  request.filestore = args.Text(OptionId::kFilestore);
  request.directory = config.parent_path().string();
  request.places = setup::UsualPlaces::On(Variable("HOME"));
  return request;
}

absl::Status RefuseToOverwrite(const std::vector<std::string>& paths, bool force) {
  for (const std::string& path : paths) {
    if (!Exists(path) || force) continue;
    return Refused(
        fmt::format("{} exists; pass --force to replace it, or --config=FILE to write another", path));
  }
  return absl::OkStatus();
}

std::string FoundText(const setup::FirstRun& run) {
  std::string text = fmt::format("source      {}: PostgreSQL {}, {}\n", pg::Describe(run.source),
                                 run.server_version, HumanBytes(run.bytes));
  if (run.odoo) {
    text += fmt::format("            Odoo {}, {}{}\n", run.odoo_version, Plural(run.modules.size(), "module"),
                        run.odoo_conf.empty() ? "" : ", " + run.odoo_conf);
  } else {
    text += "            not an Odoo database: the generic rules apply\n";
  }
  text += fmt::format("staging     {}\n", pg::Describe(run.staging));
  if (!run.filestore_source.empty()) {
    text += fmt::format("filestore   {}: {}, {} of {} looked for are there\n            to {}\n",
                        run.filestore_source, Plural(run.files, "file"), run.files_found,
                        run.files_looked_for, run.filestore_staging);
  }
  for (const std::string& path : run.addons) text += fmt::format("addons      {}\n", path);
  return VisibleLines(text);
}

std::string ProtectionText(const refresh::PlanView& view) {
  std::map<std::string, size_t> kinds;
  size_t columns = 0, empty_tables = 0;
  for (const rules::TablePlan& table : view.plan.tables) {
    columns += table.columns.size();
    empty_tables += table.empty ? 1 : 0;
    if (table.empty) continue;
    for (const rules::ColumnPlan& column : table.columns) {
      if (column.treatment.action != rules::Action::kKeep) ++kinds[KindOf(column.treatment)];
    }
  }
  std::vector<std::pair<size_t, std::string>> order;
  for (const auto& [kind, count] : kinds) order.emplace_back(count, kind);
  std::sort(order.rbegin(), order.rend());
  std::string list;
  size_t treated = 0, rest = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    treated += order[i].first;
    if (i >= kMostKinds) {
      rest += order[i].first;
    } else {
      list += fmt::format("{}{} {}", i == 0 ? "" : ", ", order[i].second, HumanCount(order[i].first));
    }
  }
  if (rest > 0) list += fmt::format(", others {}", HumanCount(rest));
  return fmt::format("protects    {} of {} in {}: {}\n", Plural(treated, "column"), HumanCount(columns),
                     Plural(view.plan.tables.size(), "table"), list) +
         fmt::format("            {} without rows; {} that no rule names\n", Plural(empty_tables, "table"),
                     Plural(view.plan.unclassified.size(), "column"));
}

absl::Status WriteFiles(const setup::FirstRun& run, const std::filesystem::path& config, Console& console) {
  const std::string directory = config.parent_path().string();
  const std::string key = directory + "/understudy.key";
  RETURN_IF_ERROR(MakeDirectories(directory));
  if (Exists(key)) {
    console.Info(fmt::format("{} is there already and stays as it is", key));
  } else {
    RETURN_IF_ERROR(pseudonym::Key::Generate(key).status());
  }
  if (!run.source_passfile.empty()) {
    RETURN_IF_ERROR(WriteFileAtomic(directory + "/" + run.source_passfile, run.source_pass, kSecretMode));
  }
  if (!run.staging_passfile.empty() && run.staging_passfile != run.source_passfile) {
    RETURN_IF_ERROR(WriteFileAtomic(directory + "/" + run.staging_passfile, run.staging_pass, kSecretMode));
  }
  return WriteFileAtomic(config.string(), setup::ConfigText(run, "understudy.key"));
}

std::string NextText(const Args& args, const std::filesystem::path& config) {
  const std::string option =
      args.Has(OptionId::kConfig) ? fmt::format(" --config={}", args.Text(OptionId::kConfig)) : "";
  std::string text = fmt::format(
      "wrote       {}, and the key understudy.key beside it: keep it, and keep it away from staging\n\n",
      config.string());
  constexpr size_t kColumns = sizeof "understudy preview TABLE" - 1;
  std::string_view label = "next";
  for (const auto& [command, more, does] : {std::array{"check", "", "is everything ready"},
                                            {"plan", "", "what would happen to every column"},
                                            {"preview", " TABLE", "some rows before and after"},
                                            {"refresh", "", "make staging"}}) {
    text +=
        fmt::format("{:<11} {:<{}}   {}\n", label, fmt::format("understudy {}{}{}", command, option, more),
                    kColumns + option.size(), does);
    label = "";
  }
  return text;
}

}  // namespace

absl::StatusOr<int> RunInit(Session& session) {
  const Args& args = session.args;
  const std::filesystem::path config =
      std::filesystem::absolute(args.Text(OptionId::kConfig)).lexically_normal();
  const std::string directory = config.parent_path().string();
  RETURN_IF_ERROR(RefuseToOverwrite({config.string()}, args.Has(OptionId::kForce)));
  const setup::FirstRunRequest request = RequestOf(args, config);
  ASSIGN_OR_RETURN(const setup::FirstRun run, setup::Explore(request, &session.cancel));
  std::vector<std::string> passfiles;
  for (const std::string& file : {run.source_passfile, run.staging_passfile}) {
    if (!file.empty()) passfiles.push_back(fmt::format("{}/{}", directory, file));
  }
  RETURN_IF_ERROR(RefuseToOverwrite(passfiles, args.Has(OptionId::kForce)));
  RETURN_IF_ERROR(session.console.Data(FoundText(run)));
  for (const std::string& note : run.notes)
    session.console.Warning(record::WarningId(record::WarningKind::kFirstRun).text(), note);
  RETURN_IF_ERROR(WriteFiles(run, config, session.console));

  ASSIGN_OR_RETURN(const refresh::RefreshOptions options, RefreshOptionsOf(args));
  Progress progress(session.console, ProgressModeFor(args.Text(OptionId::kProgress), session.console));
  ASSIGN_OR_RETURN(const refresh::PlanView view, refresh::PreparePlan(options, progress, session.cancel));
  progress.Stop();
  RETURN_IF_ERROR(session.console.Data(ProtectionText(view) + NextText(args, config)));
  return 0;
}

}  // namespace understudy::cli
