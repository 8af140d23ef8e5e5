#include "setup/first_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "base/status.h"
#include "base/strings.h"
#include "clone/hidden_database.h"
#include "odoo/modules.h"
#include "pg/snapshot.h"

namespace understudy::setup {
namespace {

constexpr int kSampleFiles = 200;  // enough to tell a right filestore from a stale one
constexpr size_t kMostNamed = 8;   // names in one sentence

// "prod" is a name; "dbname=prod" and "postgresql://…" are for libpq.
absl::StatusOr<pg::ConnOptions> ParseDatabase(const std::string& text) {
  if (text.find('=') == std::string::npos && text.find("://") == std::string::npos) {
    return pg::ConnOptions{{"dbname", text}};
  }
  return pg::ParseConninfo(text);
}

absl::StatusOr<OdooConf> ReadConf(const FirstRunRequest& request, FirstRun* run) {
  const bool named = !request.odoo_conf.empty();
  const std::string path = named ? request.odoo_conf : FindOdooConf(request.places);
  if (path.empty()) return OdooConf{};
  auto text = ReadFile(path);
  if (!text.ok() && named) return UsageError(MessageOf(text.status()));
  if (!text.ok()) {
    run->notes.push_back(fmt::format("{}; name a readable one with --odoo-conf, or run as Odoo's own user",
                                     MessageOf(text.status())));
    return OdooConf{};
  }
  run->odoo_conf = path;
  return ParseOdooConf(*text);
}

// The server's only database that is nobody's template; an error that lists them if there are several.
absl::StatusOr<std::string> OnlyDatabase(const pg::ConnOptions& options, const CancelToken* cancel) {
  const clone::StagingServer server{options, "", cancel};
  ASSIGN_OR_RETURN(const auto session, server.OpenMaintenance());
  ASSIGN_OR_RETURN(const pg::Result rows,
                   session->Exec("SELECT datname FROM pg_catalog.pg_database WHERE NOT datistemplate"
                                 " AND datallowconn AND datname <> 'postgres' ORDER BY 1"));
  std::vector<std::string> names;
  for (int i = 0; i < rows.rows(); ++i) names.push_back(rows.String(i, 0));
  if (names.size() == 1) return names[0];
  if (names.empty()) return UsageError("the server has no database yet; name the one that is production");
  const size_t shown = std::min(names.size(), kMostNamed);
  names.resize(shown);
  return UsageError(fmt::format("which database is production? name it: understudy init {} (there are {}{})",
                                names[0], fmt::join(names, ", "),
                                rows.rows() > static_cast<int>(shown) ? " and more" : ""));
}

// What is given wins over odoo.conf; what neither says is libpq's default.
absl::Status FindSource(const FirstRunRequest& request, const OdooConf& conf, const CancelToken* cancel,
                        FirstRun* run) {
  run->source = ConnectionOf(conf);
  if (!request.database.empty()) {
    ASSIGN_OR_RETURN(const pg::ConnOptions given, ParseDatabase(request.database));
    const bool elsewhere = given.contains("host") || given.contains("hostaddr") || given.contains("service");
    if (elsewhere) run->source.clear();
    for (const auto& [key, value] : given) run->source[key] = value;
  }
  if (run->source["dbname"].empty()) {
    run->source.erase("dbname");
    ASSIGN_OR_RETURN(run->source["dbname"], OnlyDatabase(run->source, cancel));
  }
  return absl::OkStatus();
}

absl::Status LookAtOdoo(const FirstRunRequest& request, const OdooConf& conf, pg::Connection& source,
                        FirstRun* run) {
  ASSIGN_OR_RETURN(const std::vector<odoo::Module> modules, odoo::LoadInstalledModules(source));
  for (const odoo::Module& module : modules) {
    run->modules.push_back(module.name);
    if (module.name != "base") continue;
    const auto parts = Split(module.version, '.');
    run->odoo_version = parts.size() > 1 ? fmt::format("{}.{}", parts[0], parts[1]) : module.version;
  }
  run->addons = FindAddons(conf, request.places, run->modules);
  ASSIGN_OR_RETURN(const auto code, odoo::FindModuleCode(modules, run->addons));
  for (const odoo::ModuleCode& module : code) {
    if (module.directory.empty()) run->modules_without_code.push_back(module.name);
  }
  ASSIGN_OR_RETURN(const pg::Result count,
                   source.Exec("SELECT count(DISTINCT store_fname) FROM public.ir_attachment"
                               " WHERE store_fname IS NOT NULL"));
  run->files = static_cast<uint64_t>(count.Int(0, 0));
  ASSIGN_OR_RETURN(const pg::Result sample,
                   source.Exec(fmt::format("SELECT store_fname FROM public.ir_attachment WHERE store_fname"
                                           " IS NOT NULL ORDER BY id DESC LIMIT {}",
                                           kSampleFiles)));
  std::vector<std::string> names;
  for (int i = 0; i < sample.rows(); ++i) names.push_back(sample.String(i, 0));
  run->files_looked_for = names.size();
  if (!request.filestore.empty()) {
    run->filestore_source = std::filesystem::absolute(request.filestore).lexically_normal().string();
    run->files_found = CountPresent(run->filestore_source, names);
    return absl::OkStatus();
  }
  const FilestoreFound found = FindFilestore(conf, request.places, run->source["dbname"], names);
  run->filestore_source = found.directory;
  run->files_found = found.present;
  return absl::OkStatus();
}

absl::Status LookAtSource(const FirstRunRequest& request, const OdooConf& conf, const CancelToken* cancel,
                          FirstRun* run) {
  ASSIGN_OR_RETURN(const auto source, pg::OpenSource(run->source, cancel));
  ASSIGN_OR_RETURN(const pg::Result facts,
                   source->Exec("SELECT pg_catalog.current_setting('server_version'),"
                                " pg_catalog.pg_database_size(pg_catalog.current_database()),"
                                " pg_catalog.to_regclass('public.ir_module_module') IS NOT NULL"
                                " AND pg_catalog.to_regclass('public.ir_attachment') IS NOT NULL"));
  run->server_version = facts.String(0, 0);
  run->bytes = static_cast<uint64_t>(facts.Int(0, 1));
  run->odoo = facts.Bool(0, 2);
  return run->odoo ? LookAtOdoo(request, conf, *source, run) : absl::OkStatus();
}

// A name that is free or ours: NAME_staging, else NAME_understudy.
absl::Status FindStaging(const FirstRunRequest& request, const CancelToken* cancel, FirstRun* run) {
  const std::string name = run->source["dbname"];
  run->staging = run->source;
  run->staging["dbname"] = name + "_staging";
  if (!request.staging.empty()) {
    ASSIGN_OR_RETURN(const pg::ConnOptions given, ParseDatabase(request.staging));
    if (given.contains("host") || given.contains("hostaddr") || given.contains("service"))
      run->staging.clear();
    for (const auto& [key, value] : given) run->staging[key] = value;
    if (run->staging["dbname"].empty()) run->staging["dbname"] = name + "_staging";
  }
  // preflight knows the server by its identifier; here the words must not lead to --adopt.
  if (run->staging == run->source) {
    return UsageError(fmt::format(
        "--staging: {} is production itself; name a database of its own, such as {}_staging", name, name));
  }
  const clone::StagingServer server{run->staging, run->staging["dbname"], cancel};
  ASSIGN_OR_RETURN(const auto session, server.OpenMaintenance());
  ASSIGN_OR_RETURN(clone::PublishedState state, clone::LookAtPublished(*session, run->staging["dbname"]));
  if (state.exists && !state.ours && request.staging.empty()) {
    run->staging["dbname"] = name + "_understudy";
    ASSIGN_OR_RETURN(state, clone::LookAtPublished(*session, run->staging["dbname"]));
  }
  run->staging_exists = state.exists && !state.ours;
  ASSIGN_OR_RETURN(const pg::Result rights,
                   session->Exec("SELECT rolsuper OR rolcreatedb, rolname FROM pg_catalog.pg_roles"
                                 " WHERE rolname = current_user"));
  if (rights.rows() == 1 && !rights.Bool(0, 0)) {
    run->notes.push_back(fmt::format(
        "role {0} may not create databases on staging's server; run ALTER ROLE {0} CREATEDB there",
        rights.String(0, 1)));
  }
  return absl::OkStatus();
}

// A line of libpq's password file; colons and backslashes are escaped.
std::string PassLine(const std::string& password) {
  std::string line = "*:*:*:*:";
  for (const char c : password) {
    if (c == ':' || c == '\\') line += '\\';
    line += c;
  }
  return line + "\n";
}

void TakePassword(const std::string& directory, const std::string& name, pg::ConnOptions* options,
                  std::string* file, std::string* content) {
  const auto password = options->find("password");
  if (password == options->end()) return;
  *file = name;
  *content = PassLine(password->second);
  options->erase(password);
  (*options)["passfile"] = directory + "/" + name;
}

void TakePasswords(const FirstRunRequest& request, FirstRun* run) {
  const bool same = run->source.contains("password") && run->staging.contains("password") &&
                    run->source.at("password") == run->staging.at("password");
  TakePassword(request.directory, "understudy.pgpass", &run->source, &run->source_passfile,
               &run->source_pass);
  TakePassword(request.directory, same ? "understudy.pgpass" : "understudy-staging.pgpass", &run->staging,
               &run->staging_passfile, &run->staging_pass);
}

void NoteWhatIsMissing(FirstRun* run) {
  if (run->staging_exists) {
    run->notes.push_back(
        fmt::format("database {} exists and was not made by Understudy; choose another name with --staging, "
                    "or refresh once with --adopt",
                    run->staging["dbname"]));
  }
  if (!run->odoo) return;
  if (run->filestore_source.empty() && run->files > 0) {
    run->notes.push_back("no filestore was found; say where it is with --filestore=DIR");
  } else if (run->files_found * 2 < run->files_looked_for) {
    run->notes.push_back(fmt::format(
        "{} holds only {} of {} files that were looked for; is it this database's? --filestore=DIR says so",
        run->filestore_source, run->files_found, run->files_looked_for));
  }
  auto missing = run->modules_without_code;
  if (missing.empty()) return;
  if (missing.size() > kMostNamed) missing.resize(kMostNamed);
  run->notes.push_back(fmt::format(
      "the code of {} of {} modules was not found ({}{}); with it, their own neutralize.sql is run: "
      "list the paths under odoo.addons",
      run->modules_without_code.size(), run->modules.size(), fmt::join(missing, ", "),
      run->modules_without_code.size() > missing.size() ? ", …" : ""));
}

}  // namespace

absl::StatusOr<FirstRun> Explore(const FirstRunRequest& request, const CancelToken* cancel) {
  FirstRun run;
  ASSIGN_OR_RETURN(const OdooConf conf, ReadConf(request, &run));
  RETURN_IF_ERROR(Annotate(FindSource(request, conf, cancel, &run), "source"));
  RETURN_IF_ERROR(Annotate(LookAtSource(request, conf, cancel, &run), "source"));
  RETURN_IF_ERROR(Annotate(FindStaging(request, cancel, &run), "staging"));
  if (!run.filestore_source.empty()) {
    run.filestore_staging =
        (std::filesystem::path(run.filestore_source).parent_path() / run.staging["dbname"]).string();
  }
  TakePasswords(request, &run);
  NoteWhatIsMissing(&run);
  return run;
}

}  // namespace understudy::setup
