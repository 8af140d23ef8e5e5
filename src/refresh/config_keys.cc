#include "refresh/config_keys.h"

#include <algorithm>

namespace understudy::refresh {
namespace {

constexpr std::string_view kAttachmentActions[] = {"keep",        "strip",   "avatar",
                                                   "placeholder", "rewrite", "drop"};

std::vector<std::string_view> AttachmentActions() {
  return {std::begin(kAttachmentActions), std::end(kAttachmentActions)};
}

std::vector<ConfigKey> EndKeys() {
  return {
      {"source", "MAPPING", {}, "", "Where production's rows come from: exactly one of database and backup."},
      {"source.database",
       "CONNINFO",
       {},
       "",
       "A libpq connection string or URI; a service= works. The role needs to read every table, no more. Put "
       "the password into a passfile (passfile=) or ~/.pgpass."},
      {"source.backup",
       "PATH",
       {},
       "",
       "An Odoo zip, or what pg_dump writes: plain (also compressed by gzip, bzip2, xz, lz4 or zstd), "
       "custom, "
       "directory, tar. Its content tells which."},
      {"source.max_rate",
       "RATE",
       {},
       "no limit",
       "Bytes a second that are read from production at most, rows and files together: 20MB, 512KiB."},
      {"source.max_lanes",
       "NUMBER",
       {},
       "as many as there are lanes",
       "Sessions that read production's rows at the same time at most; one more holds the snapshot."},
      {"staging", "MAPPING", {}, "", "Where the rows go: exactly one of database and backup."},
      {"staging.database",
       "CONNINFO",
       {},
       "",
       "A libpq connection string or URI; its dbname is the published name. The role needs CREATEDB."},
      {"staging.backup",
       "PATH",
       {},
       "",
       "A sanitised backup: .zip (as Odoo makes it), .sql, .sql.gz, .sql.zst. Its reports are written beside "
       "it."},
      {"staging.server",
       "CONNINFO",
       {},
       "a throw-away server",
       "With staging.backup: the server on which the copy is built and proved before it is written to the "
       "file. "
       "Nothing of it stays there."},
      {"staging.verify",
       "",
       {"restore", "off"},
       "restore",
       "With staging.backup: restore what was written and compare it, before it takes its name. off saves "
       "that."},
      {"staging.keep_previous", "NUMBER", {}, "1", "How many old stagings are kept after publishing."},
  };
}

std::vector<ConfigKey> OdooKeys() {
  return {
      {"odoo", "MAPPING", {}, "", "What only an Odoo has. Leave it out for any other database."},
      {"odoo.filestore",
       "MAPPING",
       {},
       "",
       "The attachments' files. Without it staging gets none, and attachments that need one are emptied."},
      {"odoo.filestore.source",
       "PATH",
       {},
       "",
       "Production's DATA_DIR/filestore/DATABASE; host:/path goes through rsync."},
      {"odoo.filestore.staging", "PATH", {}, "", "Staging's directory; it is replaced as a whole."},
      {"odoo.filestore.mode",
       "OCTAL",
       {},
       "640",
       "Permissions of staging's files, 600 to 666; directories follow."},
      {"odoo.filestore.owner", "NAME", {}, "who runs", "Owner of staging's files, a name or a number."},
      {"odoo.filestore.group", "NAME", {}, "who runs", "Group of staging's files, a name or a number."},
      {"odoo.addons",
       "LIST OF PATHS",
       {},
       "",
       "Directories with Odoo's addons and yours: for the modules' own neutralize.sql and for drift."},
      {"odoo.staging_password",
       "SECRET",
       {},
       "nobody logs in",
       "The one password of all users of staging: {file: PATH}, {env: NAME} or {command: LINE}."},
      {"key",
       "SECRET",
       {},
       "a fresh one for each run",
       "The key that decides all pseudonyms: {file: PATH}, {env: NAME} or {command: LINE}. keygen makes one. "
       "Keep it away from staging."},
      {"rules", "LIST", {}, "[odoo]", "Rule packs by name, or files (understudy-rules(5)); later ones win."},
  };
}

std::vector<ConfigKey> PolicyKeys() {
  return {
      {"policy", "MAPPING", {}, "", "What a finding does to a run."},
      {"policy.unclassified",
       "",
       {"rewrite", "fail", "keep"},
       "rewrite",
       "Columns that can hold text and that no rule names: rewrite searches them for personal data, fail "
       "stops "
       "(exit code 3), keep leaves them as they are."},
      {"policy.leaks",
       "",
       {"fail", "warn", "off"},
       "fail",
       "Personal data or secrets found in what goes to staging: fail stops (exit code 4). off saves the "
       "search."},
      {"policy.neutralisation",
       "",
       {"fail", "warn"},
       "fail",
       "A neutralising statement that failed or a channel that is open: fail stops (exit code 5)."},
      {"policy.fidelity",
       "",
       {"fail", "warn", "off"},
       "fail",
       "Staging differs where nobody declared it: fail stops (exit code 6). off saves reading it back."},
      {"policy.attachments", "MAPPING", {}, "", "What happens to the files of attachments."},
      {"policy.attachments.default", "", AttachmentActions(), "placeholder",
       "For attachments that no rule below names: keep, strip (metadata of images goes), avatar (a generated "
       "picture), placeholder (a valid file of the same type that says so), rewrite (texts, through the "
       "rules), drop."},
      {"policy.attachments.rules",
       "LIST OF MAPPINGS",
       {},
       "",
       "The first whose tests all match decides. Patterns are re2 and match the whole value."},
      {"policy.attachments.rules.model", "PATTERN", {}, "any", "res_model of the attachment."},
      {"policy.attachments.rules.field", "PATTERN", {}, "any", "res_field of the attachment."},
      {"policy.attachments.rules.mimetype", "PATTERN", {}, "any", "Its MIME type."},
      {"policy.attachments.rules.url", "PATTERN", {}, "any", "Its URL."},
      {"policy.attachments.rules.public", "true|false", {}, "any", "Whether everybody may read it."},
      {"policy.attachments.rules.larger_than", "BYTES", {}, "any", "Only files larger than this."},
      {"policy.attachments.rules.do", "", AttachmentActions(), "", "What is done. A rule needs it."},
      {"policy.accepted",
       "LIST OF IDS",
       {},
       "",
       "Warnings that were looked at, by id: they are recorded and not shown. An id that no warning has, or "
       "of "
       "which nothing is found any more, is a warning itself."},
  };
}

std::vector<ConfigKey> SandboxKeys() {
  return {
      {"sandbox", "MAPPING", {}, "", "Where staging's channels lead instead of to the world."},
      {"sandbox.smtp", "MAPPING", {}, "mail goes nowhere", "The one outgoing mail server, a mail catcher."},
      {"sandbox.smtp.host", "HOST", {}, "", "Its host."},
      {"sandbox.smtp.port", "NUMBER", {}, "1025", "Its port."},
      {"sandbox.base_url", "URL", {}, "", "web.base.url of staging."},
      {"sandbox.parameters", "MAPPING", {}, "", "Configuration parameters (ir.config_parameter) to set."},
      {"sandbox.parameters.*", "TEXT", {}, "", "A parameter's key and its value."},
      {"sandbox.payment", "MAPPING", {}, "", "Test credentials of payment providers."},
      {"sandbox.payment.*", "MAPPING", {}, "", "A provider's code; below it columns and their values."},
      {"sandbox.payment.*.*", "TEXT", {}, "", "A column of payment_provider and its value, usually ${NAME}."},
      {"sandbox.jobs", "MAPPING", {}, "", "Scheduled jobs."},
      {"sandbox.jobs.keep", "LIST OF XML-IDS", {}, "none", "Jobs that stay on; all others are switched off."},
      {"jobs", "NUMBER", {}, "0", "Lanes side by side; 0 is one per core. The result does not depend on it."},
      {"state",
       "PATH",
       {},
       "understudy-state",
       "Directory of the run records: STATE/runs/ID/report.json, .html and .md; STATE/latest is the newest."},
  };
}

constexpr std::string_view kExample = R"(source:
  database: service=production
staging:
  database: host=db2 dbname=staging
  keep_previous: 1
odoo:
  filestore: {source: /srv/prod/filestore/prod, staging: /srv/stage/filestore/staging}
  addons: [/opt/odoo/addons, /opt/custom]
  staging_password: {env: STAGING_PASSWORD}
key: {file: understudy.key}
rules: [odoo, ./site.yaml]
policy:
  unclassified: rewrite
  leaks: fail
  attachments:
    default: placeholder
    rules:
      - {model: product.template, do: keep}
  accepted: [no-addons]
sandbox:
  smtp: {host: mailpit.internal, port: 1025}
  base_url: https://staging.example.com
  parameters: {acme.endpoint: "https://sandbox.example.com"}
  payment: {stripe: {stripe_secret_key: "${STRIPE_TEST_KEY}"}}
  jobs: {keep: [base.autovacuum_job]}
jobs: 0
state: ./understudy-state
)";

std::string_view ParentOf(std::string_view path) {
  const size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

}  // namespace

size_t ConfigKey::depth() const { return static_cast<size_t>(std::count(path.begin(), path.end(), '.')); }

std::string_view ConfigKey::name() const {
  const size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

const std::vector<ConfigKey>& ConfigKeys() {
  static const auto* const keys = [] {
    auto* const all = new std::vector<ConfigKey>;
    for (auto* part : {EndKeys, OdooKeys, PolicyKeys, SandboxKeys}) {
      for (ConfigKey& key : part()) all->push_back(std::move(key));
    }
    return all;
  }();
  return *keys;
}

std::vector<std::string> KeysBelow(std::string_view path) {
  std::vector<std::string> names;
  for (const ConfigKey& key : ConfigKeys()) {
    if (ParentOf(key.path) == path && key.name() != "*") names.emplace_back(key.name());
  }
  return names;
}

std::vector<std::string> ChoicesOf(std::string_view path) {
  for (const ConfigKey& key : ConfigKeys()) {
    if (key.path == path) return {key.choices.begin(), key.choices.end()};
  }
  return {};
}

std::string_view ConfigExample() { return kExample; }

}  // namespace understudy::refresh
