// understudy rules: the packs, and rules of other tools in our language.
#include <fmt/format.h>

#include "base/file.h"
#include "base/status.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/locations.h"
#include "pg/snapshot.h"
#include "refresh/config.h"
#include "refresh/pack_reading.h"
#include "rules/pack.h"
#include "scan/import.h"

namespace understudy::cli {
namespace {

absl::StatusOr<std::vector<rules::Pack>> Packs(const Session& session) {
  ASSIGN_OR_RETURN(const refresh::RefreshOptions options, RefreshOptionsOf(session.args));
  return refresh::ReadPacks(options);
}

std::string Conditions(const rules::When& when) {
  std::string text;
  if (!when.modules.empty()) text += fmt::format(" module {}", fmt::join(when.modules, " or "));
  if (!when.tables.empty()) text += fmt::format(" table {}", fmt::join(when.tables, " or "));
  if (!when.odoo.empty()) text += " some versions of Odoo";
  return text.empty() ? "always" : "with" + text;
}

absl::StatusOr<int> List(Session& session) {
  ASSIGN_OR_RETURN(const std::vector<rules::Pack> packs, Packs(session));
  std::string text;
  for (const rules::Pack& pack : packs) {
    size_t columns = 0;
    for (const rules::TableRules& table : pack.tables) columns += table.columns.size();
    text += fmt::format("{:<20} {:>4} tables {:>5} columns {:>3} patterns  {}\n", pack.name,
                        pack.tables.size(), columns, pack.patterns.size(), Conditions(pack.when));
  }
  RETURN_IF_ERROR(session.console.Data(text));
  return 0;
}

absl::StatusOr<int> Show(Session& session) {
  if (session.args.positional.size() < 2)
    return UsageError("which pack? \"understudy rules list\" names them");
  const std::string& name = session.args.positional[1];
  ASSIGN_OR_RETURN(const std::vector<rules::Pack> packs, Packs(session));
  std::vector<std::string> names;
  for (const rules::Pack& pack : packs) {
    names.push_back(pack.name);
    if (pack.name != name) continue;
    ASSIGN_OR_RETURN(const std::string content, ReadFile(pack.file));
    RETURN_IF_ERROR(session.console.Data(content));
    return 0;
  }
  return UsageError(fmt::format("no rule pack \"{}\"{}", name, DidYouMean(name, names)));
}

constexpr const char* kLabelsSql =
    "SELECT CASE WHEN l.objsubid <> 0 THEN 'COLUMN' ELSE 'TABLE' END, n.nspname, c.relname,"
    "       COALESCE(a.attname, ''), l.label"
    "  FROM pg_catalog.pg_seclabel l JOIN pg_catalog.pg_class c ON c.oid = l.objoid"
    "  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    "  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = l.objsubid AND l.objsubid <> "
    "0"
    " WHERE l.provider = 'anon' AND l.classoid = 'pg_catalog.pg_class'::regclass"
    " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\", l.objsubid";

absl::StatusOr<scan::Imported> ImportCatalogue(Session& session) {
  ASSIGN_OR_RETURN(const refresh::RefreshOptions options, RefreshOptionsOf(session.args));
  if (options.config.source.database.empty()) {
    return UsageError("the source is a backup; name the SQL file that holds the labels");
  }
  ASSIGN_OR_RETURN(const pg::ConnOptions source, pg::ParseConninfo(options.config.source.database));
  ASSIGN_OR_RETURN(const auto connection, pg::OpenSource(source, &session.cancel));
  ASSIGN_OR_RETURN(const pg::Result rows, connection->Exec(kLabelsSql));
  std::vector<scan::SecurityLabel> labels;
  for (int i = 0; i < rows.rows(); ++i) {
    labels.push_back(
        {rows.String(i, 0), rows.String(i, 1), rows.String(i, 2), rows.String(i, 3), rows.String(i, 4)});
  }
  return scan::ImportLabels(labels);
}

absl::StatusOr<scan::Imported> ImportFrom(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
  return scan::ImportFile(content, path);
}

absl::StatusOr<int> Import(Session& session) {
  absl::StatusOr<scan::Imported> imported =
      session.args.positional.size() < 2 ? ImportCatalogue(session) : ImportFrom(session.args.positional[1]);
  RETURN_IF_ERROR(imported.status());
  for (const std::string& line : imported->left)
    session.console.Warning(record::WarningId(record::WarningKind::kNotImported).text(), line);
  if (imported->rules.empty() && imported->left.empty()) {
    return Failed("there is nothing to import: no security label of anon, no transformation");
  }
  RETURN_IF_ERROR(session.console.Data(scan::ToYaml(*imported)));
  return 0;
}

}  // namespace

absl::StatusOr<int> RunRules(Session& session) {
  const std::string verb = session.args.positional.empty() ? "" : session.args.positional[0];
  if (verb == "list") return List(session);
  if (verb == "show") return Show(session);
  if (verb == "import") return Import(session);
  return UsageError(fmt::format("\"{}\" is none of list, show, import{}", verb,
                                DidYouMean(verb, {"list", "show", "import"})));
}

}  // namespace understudy::cli
