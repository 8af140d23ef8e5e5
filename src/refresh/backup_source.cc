#include "refresh/backup_source.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/status.h"
#include "clone/deferred.h"
#include "dump/row_texts.h"
#include "dump/sql_cursor.h"
#include "odoo/store_name.h"
#include "pg/quote.h"
#include "record/state_directory.h"

namespace understudy::refresh {
namespace {

bool IsOdoo(const dump::Survey& survey) { return survey.sizes().contains({"public", "ir_module_module"}); }

std::string DatabaseNameOf(const RunContext& context) {
  const std::string& said = context.survey->database();
  return said.empty() ? std::filesystem::path(context.backup->path()).stem().string() : said;
}

// A backup does not say how its database sorts. Odoo makes its databases with collation C; and a locale of
// staging's own encoding does not go with another one, while C goes with all.
absl::StatusOr<clone::DatabaseProperties> PropertiesFor(const RunContext& context) {
  ASSIGN_OR_RETURN(clone::DatabaseProperties properties, clone::ReadDatabaseProperties(*context.maintenance));
  properties.settings.clear();
  properties.comment.clear();
  properties.owner.clear();
  properties.name = DatabaseNameOf(context);
  const std::string& encoding = context.survey->encoding();
  if (!encoding.empty() && encoding != properties.encoding) {
    properties.encoding = encoding;
    properties.collate = properties.ctype = "C";
    properties.provider = "c";
  }
  if (IsOdoo(*context.survey)) properties.collate = "C";
  return properties;
}

// Dumps don't say that unaccent() was made IMMUTABLE (Odoo does it itself); without it indexes over it can't
// be built.
std::vector<clone::ExtensionFunction> AlteredFunctions(const RunContext& context) {
  std::vector<clone::ExtensionFunction> functions;
  for (const clone::SchemaEntry& entry : context.schema.pre_data) {
    if (entry.type != "EXTENSION" || entry.name != "unaccent") continue;
    std::string function = "public";
    for (dump::SqlCursor cursor(entry.sql); !cursor.AtEnd(); cursor.Next()) {
      if (cursor.Take("SCHEMA")) function = cursor.text();
    }
    function += ".unaccent(";  // as pg_dump writes it everywhere, quoted if need be
    const bool indexed =
        std::any_of(context.schema.post_data.begin(), context.schema.post_data.end(),
                    [&](const clone::SchemaEntry& e) { return e.sql.find(function) != std::string::npos; });
    if (IsOdoo(*context.survey) || indexed) {
      functions.push_back({"unaccent", function + "text)", 'i', 's', true, false});
    }
  }
  return functions;
}

absl::Status BuildProbe(RunContext& context, const clone::DatabaseProperties& properties) {
  const std::string run_id = context.options.run_id + "_schema";
  context.probe = clone::HiddenName(context.staging.name, run_id);
  RETURN_IF_ERROR(
      clone::CreateHidden(*context.maintenance, properties, context.staging.name, run_id, "").status());
  pg::ConnOptions target(context.staging.options);
  target["dbname"] = context.probe;
  ASSIGN_OR_RETURN(const auto session, pg::Connection::Open(target, &context.cancel));
  RETURN_IF_ERROR(clone::PrepareStagingSession(*session, properties.encoding));
  RETURN_IF_ERROR(clone::ApplyPreData(*session, context.schema, AlteredFunctions(context)).status());
  // Event triggers last: one that refuses every change must not refuse ours.
  clone::Schema rest, event_triggers;
  for (const clone::SchemaEntry& entry : context.schema.post_data) {
    (entry.type == "EVENT TRIGGER" ? event_triggers : rest).pre_data.push_back(entry);
  }
  RETURN_IF_ERROR(clone::ApplyPreData(*session, rest, {}).status());
  ASSIGN_OR_RETURN(const auto reader, context.OpenSourceSchema(&context.cancel));
  ASSIGN_OR_RETURN(context.catalog, clone::ReadCatalog(*reader));
  // Views that held rows are as good as filled: the copy will be compared with the probe.
  for (clone::MaterialisedView& view : context.catalog.matviews) {
    view.populated = context.survey->WasPopulated(view.schema, view.name);
    if (!view.populated) continue;
    RETURN_IF_ERROR(session->Run("REFRESH MATERIALIZED VIEW " + pg::QuoteRelation(view.schema, view.name)));
  }
  return clone::ApplyPreData(*session, event_triggers, {}).status();
}

std::string ModifiedAt(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? record::Rfc3339(info.st_mtime) : std::string();
}

}  // namespace

absl::Status SurveyBackup(RunContext& context, const std::string& path) {
  StageScope stage(context, "survey");
  ASSIGN_OR_RETURN(context.backup, dump::Backup::Open(path, {context.private_directory, &context.cancel}));
  context.survey = std::make_unique<dump::Survey>();
  if (KeepsLargeObjects(context.options.config)) context.survey->KeepRemarks();
  return context.backup->Read(dump::Pass::kEverything, context.lanes, [&](dump::PlainReader& reader) {
    return context.survey->Read(reader, &context.cancel, &stage.counters());
  });
}

absl::Status LookAtBackup(RunContext& context, const std::string& path) {
  RETURN_IF_ERROR(SurveyBackup(context, path));
  context.survey->FillFacts(&context.catalog);
  context.catalog.database.name = DatabaseNameOf(context);
  return absl::OkStatus();
}

absl::Status TakeBackup(RunContext& context) {
  const std::string& path = context.options.config.source.backup;
  RETURN_IF_ERROR(Annotate(SurveyBackup(context, path), "source"));
  context.record.snapshot = {"", "", ModifiedAt(path)};
  context.schema = context.survey->Schema();
  clone::DeferToRows(&context.schema);
  RETURN_IF_ERROR(Annotate(FitPoliciesToStaging(context), "staging"));
  {
    StageScope stage(context, "probe");
    ASSIGN_OR_RETURN(const clone::DatabaseProperties properties, PropertiesFor(context));
    RETURN_IF_ERROR(Annotate(BuildProbe(context, properties), "staging: the backup's schema"));
    context.catalog.database = properties;
  }
  context.survey->FillSizes(&context.catalog);
  for (const auto& [what, count] : context.survey->dropped()) {
    context.listener.Info(fmt::format("the backup's {} are left out ({} statements)", what, count));
  }
  if (context.backup->kind() != dump::BackupKind::kZip) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<dump::ZipFiles>> zip = dump::ZipFiles::Open(path);
  if (!zip.ok()) return Annotate(zip.status(), "source");
  context.zip = std::move(*zip);
  return absl::OkStatus();
}

bool WantsPeople(const dump::CopyHeader& copy) {
  return copy.schema == "public" && copy.has_columns &&
         (copy.name == "res_partner" || copy.name == "hr_employee");
}

absl::Status AddPeople(RunContext& context, const dump::CopyHeader& copy, const copyformat::Batch& batch) {
  const bool partner = copy.name == "res_partner";
  const auto users = context.survey->odoo().UsersByPartner();
  dump::RowTexts rows(copy, {"id", "name", "is_company"});
  std::string pseudonym;
  const auto add = [&](const char* model, int64_t id, bool company) {
    pseudonym::Context how;
    how.entity = company ? pseudonym::Entity::kCompany : pseudonym::Entity::kPerson;
    pseudonym.clear();
    context.pseudonymiser->Generate(pseudonym::Kind::kName, rows.text(1), how, &pseudonym);
    MutexLock lock(context.people_mutex);
    context.people.Add(model, id, pseudonym);
  };
  for (rows.Begin(batch); rows.Next();) {
    if (rows.null(1)) continue;
    add(partner ? "res.partner" : "hr.employee", rows.number(0), partner && rows.text(2) == "t");
    if (!partner) continue;
    const auto [begin, end] = users.equal_range(rows.number(0));
    for (auto user = begin; user != end; ++user) add("res.users", user->second, false);
  }
  return rows.status();
}

bool KeepsLargeObjects(const Config& config) { return config.policy.attachments.default_action == "keep"; }

absl::Status CreateBackupObjects(RunContext& context, pg::Connection& staging) {
  const std::vector<std::string>& objects = context.survey->large_objects();
  for (const std::string& oid : objects) {
    RETURN_IF_ERROR(staging.ExecParams("SELECT pg_catalog.lo_create($1::oid)", {oid.c_str()}).status());
  }
  for (const std::string& remark : context.survey->remarks()) {
    RETURN_IF_ERROR(Annotate(staging.Run(remark), "a comment on a large object"));
  }
  if (!objects.empty() && !KeepsLargeObjects(context.options.config))
    WarnOfEmptiedObjects(context, objects.size());
  return absl::OkStatus();
}

absl::Status CopyZipFiles(const dump::ZipFiles& zip, const std::vector<odoo::FileRequest>& requests,
                          odoo::FilestoreStage* stage, Counters& counters, odoo::CopyResult* result) {
  std::set<std::string> missing;
  for (const odoo::FileProblem& problem : result->problems) {
    if (problem.kind == odoo::FileProblemKind::kMissing) missing.insert(problem.store_fname);
  }
  std::erase_if(result->problems, [&](const odoo::FileProblem& problem) {
    return missing.contains(problem.store_fname) && zip.Has(problem.store_fname);
  });
  for (const odoo::FileRequest& request : requests) {
    if (!missing.contains(request.store_fname) || !zip.Has(request.store_fname)) continue;
    missing.erase(request.store_fname);
    const std::string& name = request.store_fname;
    uint64_t bytes = 0;
    absl::StatusOr<bool> right = false;
    if (odoo::IsStoreName(name)) {
      right = stage->AddPieces(odoo::FileOf(name), [&](const odoo::FilestoreStage::Take& take) {
        return zip.ReadPieces(name, [&](std::string_view piece) {
          bytes += piece.size();
          counters.bytes += piece.size();
          return take(piece);
        });
      });
    }
    RETURN_IF_ERROR(right.status());
    if (!*right) {
      result->problems.push_back({odoo::FileProblemKind::kDamaged, request.attachment_id, request.store_fname,
                                  "its content is not what its name says"});
      continue;
    }
    ++result->files;
    ++result->copied;
    result->bytes += bytes;
    ++counters.steps;
  }
  return absl::OkStatus();
}

}  // namespace understudy::refresh
