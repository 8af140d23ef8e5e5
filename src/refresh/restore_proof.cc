#include "refresh/restore_proof.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/process.h"
#include "base/status.h"
#include "base/strings.h"
#include "clone/programs.h"
#include "dump/archive_source.h"
#include "dump/odoo_zip.h"
#include "odoo/assertions.h"
#include "odoo/pack.h"
#include "odoo/sha1.h"
#include "pg/conninfo.h"
#include "pg/snapshot.h"
#include "refresh/neutralise.h"
#include "rules/compile.h"
#include "verify/schema_identity.h"

namespace understudy::refresh {
namespace {

constexpr size_t kPieceBytes = 256 << 10;
constexpr size_t kMostNamed = 10;

absl::StatusOr<std::unique_ptr<dump::ByteSource>> OpenWritten(const RunContext& context) {
  const std::string& file = context.sink->beside();
  if (dump::IsZipName(context.options.config.staging.backup)) return dump::OpenZippedDump(file);
  ASSIGN_OR_RETURN(auto source, dump::ArchiveSource::Open(file));
  return std::unique_ptr<dump::ByteSource>(std::move(source));
}

absl::StatusOr<std::unique_ptr<pg::Connection>> OpenToRead(const RunContext& context,
                                                           const std::string& database,
                                                           const CancelToken* token) {
  pg::ConnOptions options(context.staging.options);
  options["dbname"] = database;
  return pg::OpenSource(options, token);
}

absl::Status CreateTarget(RunContext& context) {
  clone::DatabaseProperties properties = context.catalog.database;
  properties.settings.clear();
  properties.comment.clear();
  const std::string run_id = context.options.run_id + "_restored";
  context.restored = clone::HiddenName(context.staging.name, run_id);
  RETURN_IF_ERROR(
      clone::CreateHidden(*context.maintenance, properties, context.staging.name, run_id, "").status());
  return absl::OkStatus();
}

// The error that psql tells: where in the script, and a code. Warnings may come before it.
std::string PsqlError(const ProcessResult& result) {
  const std::vector<std::string_view> lines = Split(Trim(result.errors), '\n');
  const auto error = std::find_if(lines.begin(), lines.end(), [](std::string_view line) {
    return line.find("ERROR:") != line.npos || line.find("FATAL:") != line.npos;
  });
  return fmt::format("psql ended with code {}: {}", result.exit_code,
                     Trim(error != lines.end() ? *error : lines.front()));
}

absl::Status Restore(RunContext& context, Counters& counters) {
  RETURN_IF_ERROR(CreateTarget(context));
  ASSIGN_OR_RETURN(const auto session, context.OpenHidden(&context.cancel));
  ASSIGN_OR_RETURN(const clone::Program psql, clone::FindProgram("psql", session->server_version() / 10000));
  ASSIGN_OR_RETURN(const pg::ServiceFile service,
                   pg::ServiceFile::Create(session->raw(), context.private_directory, context.restored));
  ASSIGN_OR_RETURN(const auto source, OpenWritten(context));
  ProcessOptions run;
  run.argv = {psql.path,
              "--no-psqlrc",
              "--quiet",
              "--no-password",
              "--output=/dev/null",
              "--single-transaction",
              "-v",
              "ON_ERROR_STOP=1",
              "-v",
              "VERBOSITY=sqlstate",
              "--dbname=service=understudy",
              "--file=-"};
  run.environment = {service.Environment(),
                     "PGOPTIONS=-c synchronous_commit=off -c client_min_messages=error"};
  run.cancel = &context.cancel;
  std::string piece(kPieceBytes, '\0');
  run.on_input = [&]() -> absl::StatusOr<std::string_view> {
    ASSIGN_OR_RETURN(const size_t n, source->Read(piece.data(), piece.size()));
    counters.bytes += n;
    return std::string_view(piece).substr(0, n);
  };
  ASSIGN_OR_RETURN(const ProcessResult result, RunProcess(run));
  return result.exit_code == 0 ? absl::OkStatus() : Failed(PsqlError(result));
}

// Differences gather here; the first few are named.
class Differences {
 public:
  void Add(std::string what) {
    if (++count_ <= kMostNamed) text_ += (text_.empty() ? "" : "; ") + std::move(what);
  }
  bool empty() const { return count_ == 0; }
  std::string ToString() const {
    return count_ > kMostNamed ? fmt::format("{}; and {} more", text_, count_ - kMostNamed) : text_;
  }

 private:
  size_t count_ = 0;
  std::string text_;
};

absl::Status CompareRows(RunContext& context, record::Restored* proof, Differences* found) {
  const auto& relations = context.catalog.facts.relations;
  std::vector<verify::TableToRead> tables;
  for (size_t i = 0; i < relations.size(); ++i) {
    if (!relations[i].has_storage) continue;
    tables.push_back({i, rules::CopyAttributes(relations[i]), copyformat::Format::kText, ""});
  }
  std::vector<verify::Fingerprints> sums[2];
  const std::string databases[2] = {context.hidden, context.restored};
  for (int side = 0; side < 2; ++side) {
    verify::ReadOptions options;
    options.lanes = context.lanes;
    options.open = [&](const CancelToken* token) { return OpenToRead(context, databases[side], token); };
    options.secret = &context.fingerprint_secret;
    options.cancel = &context.cancel;
    engine::Engine engine({.workers = context.lanes});
    ASSIGN_OR_RETURN(sums[side], verify::ReadFingerprints(context.catalog.facts, tables, engine, options));
  }
  for (size_t i = 0; i < tables.size(); ++i) {
    const rules::Relation& relation = relations[tables[i].relation];
    for (const verify::Difference& difference :
         verify::Compare(relation, tables[i].columns, sums[0][i], sums[1][i])) {
      found->Add(difference.ToString());
    }
    ++proof->tables;
    proof->rows += sums[1][i].rows;
  }
  return absl::OkStatus();
}

absl::Status CompareObjects(RunContext& context, Differences* found) {
  ASSIGN_OR_RETURN(const auto built, OpenToRead(context, context.hidden, &context.cancel));
  ASSIGN_OR_RETURN(const auto restored, OpenToRead(context, context.restored, &context.cancel));
  ASSIGN_OR_RETURN(const verify::SchemaFacts before, verify::ReadSchema(*built));
  ASSIGN_OR_RETURN(const verify::SchemaFacts after, verify::ReadSchema(*restored));
  std::vector<verify::SchemaChange> changes =
      verify::CompareSchemas(before, after, "the copy", "the restored backup");
  verify::DropWhatPublishingSets(&changes);
  for (const verify::SchemaChange& change : changes) {
    if (change.kind == verify::DifferenceKind::kFinding) found->Add(change.object + " " + change.difference);
  }
  ASSIGN_OR_RETURN(const std::vector<clone::Sequence> first, clone::ReadSequences(*built));
  ASSIGN_OR_RETURN(const std::vector<clone::Sequence> second, clone::ReadSequences(*restored));
  const auto same = [](const clone::Sequence& a, const clone::Sequence& b) {
    return a.schema == b.schema && a.name == b.name && a.last_value == b.last_value &&
           a.is_called == b.is_called;
  };
  if (!std::equal(first.begin(), first.end(), second.begin(), second.end(), same)) {
    found->Add("sequences do not stand where they did");
  }
  return absl::OkStatus();
}

absl::Status AskAssertions(RunContext& context, Differences* found) {
  if (!context.catalog.facts.is_odoo()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<odoo::Spec>* specs, context.packs.Odoo(odoo::PackKind::kAssertions));
  odoo::Sandbox sandbox = SandboxOf(context.options.config);
  sandbox.password_hash = context.password_hash;
  sandbox.token_seed = context.token_seed;
  pg::ConnOptions options(context.staging.options);
  options["dbname"] = context.restored;
  ASSIGN_OR_RETURN(const auto session,
                   OpenAsOdoo(options, context.catalog.database.encoding, &context.cancel));
  ASSIGN_OR_RETURN(const odoo::AssertionResult result, odoo::RunAssertions(*session, *specs, sandbox));
  for (const odoo::AssertionOutcome& outcome : result.assertions) {
    const auto before = std::find_if(context.record.assertions.begin(), context.record.assertions.end(),
                                     [&](const record::Assertion& a) { return a.name == outcome.name; });
    const bool held =
        before == context.record.assertions.end() || (before->violations == 0 && before->error.empty());
    if (held && !outcome.holds()) found->Add("assertion " + outcome.name + " is violated");
  }
  return absl::OkStatus();
}

// Files that the copy itself lacks are in the report already.
absl::Status CompareFiles(RunContext& context, record::Restored* proof, Differences* found) {
  const bool zip = dump::IsZipName(context.options.config.staging.backup);
  if (!zip || context.filestore == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto files, dump::ZipFiles::Open(context.sink->beside()));
  ASSIGN_OR_RETURN(const auto session, OpenToRead(context, context.restored, &context.cancel));
  ASSIGN_OR_RETURN(
      const pg::Result names,
      session->Exec("SELECT DISTINCT store_fname FROM public.ir_attachment WHERE store_fname <> ''"));
  uint64_t missing = 0, damaged = 0;
  for (int i = 0; i < names.rows(); ++i) {
    if (context.cancel.cancelled()) return Cancelled();
    const std::string name = names.String(i, 0);
    if (!files->Has(name)) {
      ++missing;
      continue;
    }
    odoo::Sha1 hash;
    hash.Start();
    const absl::Status read = files->ReadPieces(name, [&](std::string_view piece) {
      hash.Add(piece.data(), piece.size());
      return context.cancel.cancelled() ? Cancelled() : absl::OkStatus();
    });
    if (!read.ok() || !name.ends_with("/" + hash.Finish())) ++damaged;
    ++proof->files;
  }
  const uint64_t known = context.record.filestore.has_value() ? context.record.filestore->missing.size() : 0;
  if (missing > known) found->Add(fmt::format("{} files of the filestore are missing", missing - known));
  if (damaged > 0) found->Add(fmt::format("{} files of the filestore are damaged", damaged));
  return absl::OkStatus();
}

}  // namespace

absl::Status ProveByRestoring(RunContext& context) {
  if (!context.options.config.staging.restore) {
    context.Warn(WarningKind::kBackupNotRestored,
                 "staging.verify is off: the backup was written, and nobody tried whether it restores");
    return absl::OkStatus();
  }
  StageScope stage(context, "restore");
  record::Restored proof;
  proof.where = context.throwaway != nullptr ? "a throw-away server" : pg::Describe(context.staging.options);
  const absl::Status restored = Restore(context, stage.counters());
  if (context.cancel.cancelled()) return Cancelled();
  if (!restored.ok()) {
    return JudgeFidelity(context, "the backup that was written does not restore: " + MessageOf(restored));
  }
  Differences found;
  RETURN_IF_ERROR(Annotate(CompareRows(context, &proof, &found), "the restored backup"));
  RETURN_IF_ERROR(Annotate(CompareObjects(context, &found), "the restored backup"));
  RETURN_IF_ERROR(Annotate(AskAssertions(context, &found), "the restored backup"));
  RETURN_IF_ERROR(Annotate(CompareFiles(context, &proof, &found), "the restored backup"));
  stage.counters().rows = proof.rows;
  if (!found.empty()) {
    return JudgeFidelity(
        context, "the backup, restored, is not the copy that it was written from: " + found.ToString());
  }
  context.record.restored = std::move(proof);
  return absl::OkStatus();
}

}  // namespace understudy::refresh
