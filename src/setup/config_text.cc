#include "setup/config_text.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "base/yaml_scalar.h"

namespace understudy::setup {
namespace {

std::string OdooSection(const FirstRun& run) {
  if (!run.odoo) return {};
  std::string text = fmt::format(
      "\n# Odoo {}, {} modules. The files of the same moment are copied beside the rows, rewritten like "
      "them.\n"
      "odoo:\n",
      run.odoo_version, run.modules.size());
  if (run.filestore_source.empty()) {
    text +=
        "#  filestore:  # host:/directory is reached through rsync\n"
        "#    source: /var/lib/odoo/filestore/production\n"
        "#    staging: /var/lib/odoo/filestore/staging\n";
  } else {
    text += fmt::format(
        "  filestore:\n    source: {}\n    staging: {}\n"
        "#    owner: odoo  # of staging's files; by default who runs the refresh\n"
        "#    group: odoo\n#    mode: 640\n",
        ConfigScalar(run.filestore_source), ConfigScalar(run.filestore_staging));
  }
  text += "  # Where the modules' code is: their own neutralize.sql is run, and drift compares versions.\n";
  if (run.addons.empty()) {
    text += "  addons: []\n";
  } else {
    text += "  addons:\n";
    for (const std::string& path : run.addons) text += fmt::format("    - {}\n", ConfigScalar(path));
  }
  text +=
      "  # The one password of everybody on staging. Without it nobody can log in with a password.\n"
      "#  staging_password: {env: STAGING_PASSWORD}  # or {file: PATH}, {command: LINE}\n";
  return text;
}

std::string SandboxSection(const FirstRun& run) {
  if (!run.odoo) return {};
  return "\n# Every way out of staging is closed. What may stay open leads to a sandbox of yours:\n"
         "#sandbox:\n"
         "#  smtp: {host: mailpit.example, port: 1025}  # a mail catcher\n"
         "#  base_url: https://staging.example\n"
         "#  jobs:\n"
         "#    keep: [base.autovacuum_job]  # scheduled actions that stay on, by external id\n";
}

}  // namespace

std::string ConfigScalar(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped.append(c == '$' ? 2 : 1, c);
  return YamlQuoted(escaped);
}

std::string ConfigText(const FirstRun& run, const std::string& key_file) {
  std::string text =
      "# Understudy's configuration, written by \"understudy init\". What begins with \"#\" and a key can "
      "be\n"
      "# switched on by taking the \"#\" away. Relative paths are relative to this file; ${NAME} is a "
      "variable\n"
      "# of the environment. All keys: man understudy.yaml, docs/rules.md.\n\n";
  text += fmt::format(
      "# Production: PostgreSQL {}, {}. It is only read, in one snapshot.\nsource:\n  database: {}\n"
      "#  max_rate: 20MB  # bytes a second that are read at most (docs/production.md)\n"
      "#  max_lanes: 2    # sessions that read rows at the same time\n\n",
      run.server_version, HumanBytes(run.bytes), ConfigScalar(pg::FormatConninfo(run.source)));
  text += fmt::format(
      "# The name a refresh publishes under. It is built beside it in secret and swapped in at the end.\n"
      "staging:\n  database: {}\n  keep_previous: 1  # old stagings that are kept; each is a whole "
      "database\n",
      ConfigScalar(pg::FormatConninfo(run.staging)));
  text += OdooSection(run);
  text += fmt::format(
      "\n# The key decides the pseudonyms: the same key gives the same people the same invented names in "
      "every\n"
      "# refresh. Keep it, and keep it away from staging: with it, pseudonyms can be told from real names.\n"
      "key: {{file: {}}}\n",
      ConfigScalar(key_file));
  text += fmt::format(
      "\n# Rule packs in their order, then files of your own (docs/rules.md).\nrules:\n  - {}\n"
      "#  - site.yaml\n",
      run.odoo ? "odoo" : "generic");
  text +=
      "\npolicy:\n"
      "  # Columns that can hold text and that no rule names: rewrite (known people and anything that looks\n"
      "  # personal is replaced), fail (exit code 3), keep.\n"
      "  unclassified: rewrite\n"
      "  # What a run does with a leak, with an open channel, with a difference: fail publishes nothing.\n"
      "  leaks: fail\n"
      "  neutralisation: fail\n"
      "  fidelity: fail\n"
      "#  accepted: [key-ephemeral]  # ids of warnings that you have looked at\n";
  text += SandboxSection(run);
  text +=
      "\n# How many lanes work side by side; 0 is one per core.\njobs: 0\n"
      "# Records and reports of the runs.\nstate: understudy-state\n";
  return text;
}

}  // namespace understudy::setup
