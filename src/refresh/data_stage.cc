// Rows, and beside them everything that needs rows: indexes, sequences, large objects, then the rest of the
// schema. From the last row on staging is read back and the files are copied, while keys are added and
// checked.
#include <fmt/format.h>

#include "base/status.h"
#include "clone/large_objects.h"
#include "clone/post_data.h"
#include "clone/sequences.h"
#include "dump/copy_rows.h"
#include "refresh/backup_source.h"
#include "refresh/checkpoint.h"
#include "refresh/context.h"
#include "refresh/data_work.h"
#include "refresh/filestore_work.h"
#include "refresh/snapshot_stage.h"
#include "refresh/text_probes.h"
#include "rules/compile.h"
#include "verify/read_back.h"

namespace understudy::refresh {
namespace {

// What the server's pages say is a table with no rows in it needs no COPY; rows of a table that the rules
// empty are never read.
bool Travels(const rules::Relation& relation, const rules::TablePlan& plan) {
  return relation.has_storage && !plan.empty;
}

// Which rows of an extension's table are the user's; empty for any other table.
std::string ExtensionCondition(const RunContext& context, size_t relation) {
  const auto config = context.catalog.extension_config.find(relation);
  if (config == context.catalog.extension_config.end()) return {};
  // The extension writes its condition with the WHERE.
  std::string_view condition = config->second;
  if (condition.starts_with("WHERE ")) condition.remove_prefix(6);
  return std::string(condition);
}

std::string WhereOf(const RunContext& context, size_t relation) {
  const std::string where = context.plan.tables[relation].where.value_or("");
  const std::string condition = ExtensionCondition(context, relation);
  if (where.empty() || condition.empty()) return where + condition;
  return fmt::format("({}) AND ({})", where, condition);
}

absl::StatusOr<Work> Compile(RunContext& context, const rules::Toolbox& toolbox) {
  Work work;
  const auto& relations = context.catalog.facts.relations;
  for (size_t i = 0; i < relations.size(); ++i) {
    const rules::TablePlan& plan = context.plan.tables[i];
    if (!Travels(relations[i], plan)) continue;
    clone::TableCopy copy;
    copy.relation = i;
    copy.columns = rules::CopyAttributes(relations[i]);
    copy.where = WhereOf(context, i);
    // A backup's rows are text, whatever the types; of an extension's table it has the user's rows alone.
    const bool binary = context.backup == nullptr && rules::BinaryPossible(relations[i], plan);
    copy.format = binary ? copyformat::Format::kBinary : copyformat::Format::kText;
    if (context.backup != nullptr) copy.where = plan.where.value_or("");
    std::unique_ptr<Watch> watch = WatchOf(context, copy);
    ASSIGN_OR_RETURN(copy.transform,
                     rules::MakeTransform(relations[i], plan, copy.format, toolbox,
                                          watch->observers.empty() ? nullptr : &watch->observers));
    work.tables.push_back(std::move(copy));
    work.watches.push_back(std::move(watch));
  }
  return work;
}

// What the plan says of every table, and what the lanes counted; of tables that were taken over, what the run
// before counted.
void RecordTables(RunContext& context, const Work& work, const std::vector<clone::TableResult>& results,
                  const TakenOver& taken_over) {
  const size_t relations = context.catalog.facts.relations.size();
  std::vector<size_t> position(relations, work.tables.size());
  for (size_t i = 0; i < work.tables.size(); ++i) position[work.tables[i].relation] = i;
  for (size_t r = 0; r < relations; ++r) {
    const size_t i = position[r];
    const bool travelled = i < work.tables.size();
    context.record.tables.push_back(taken_over[r] != nullptr
                                        ? *taken_over[r]
                                        : TableRecordOf(context, r, travelled ? &work.tables[i] : nullptr,
                                                        travelled ? &results[i] : nullptr));
  }
}

// Where the lanes' time went: the report says from it which side was the limit.
void RecordTimes(RunContext& context, const std::vector<clone::TableResult>& results) {
  engine::SliceTimes t;
  for (const clone::TableResult& result : results) t.Add(result.slices.times);
  context.record.row_times =
      record::RowTimes{t.total_seconds,       t.read_seconds,        t.transform_seconds,  t.write_seconds,
                       t.reader_wait_seconds, t.worker_wait_seconds, t.writer_wait_seconds};
}

void RecordLeaks(RunContext& context, const Work& work, const TakenOver& taken_over) {
  uint64_t left = 0;
  for (const record::Table* table : taken_over) {
    if (table == nullptr) continue;
    for (const record::Leak& leak : context.resumed->leaks) {
      if (leak.table == record::QualifiedName(*table)) context.record.leaks.push_back(leak);
    }
  }
  for (const std::unique_ptr<Watch>& watch : work.watches) {
    if (watch->audit == nullptr) continue;
    for (record::Leak& leak : watch->audit->Leaks()) context.record.leaks.push_back(std::move(leak));
    left += watch->audit->left();
  }
  if (left > 0) context.record.known_values.left["single words in texts that are kept"] = left;
}

// Of a table that an earlier run sent there are only the sealed fingerprints.
std::vector<verify::Difference> ReadBackTakenOver(const RunContext& context, const rules::Relation& relation,
                                                  const clone::TableCopy& copy,
                                                  const verify::Fingerprints& found, record::Table* table) {
  std::vector<verify::Difference> differences =
      verify::CompareWithRecord(relation, copy.columns, found, context.fingerprint_secret, *table);
  table->fidelity = differences.empty() ? "identical" : "differs";
  for (size_t i = 0; i < copy.columns.size(); ++i) {
    record::TableColumn& column = table->columns[static_cast<size_t>(copy.columns[i])];
    column.read_back_fingerprint = verify::Seal(context.fingerprint_secret, relation.schema, relation.name,
                                                column.name, found.staging[i]);
  }
  return differences;
}

// Reads staging back and compares it with what was sent; before neutralising, which changes rows on purpose.
absl::Status Verify(RunContext& context, const Work& work, const TakenOver& taken_over) {
  if (context.options.config.policy.fidelity == FindingPolicy::kOff) return absl::OkStatus();
  StageScope stage(context, "verify");
  std::vector<verify::TableToRead> tables;
  for (const clone::TableCopy& copy : work.tables) {
    // Staging holds only the rows that the rules let through; an extension's table has rows of its own too.
    tables.push_back({copy.relation, copy.columns, copy.format, ExtensionCondition(context, copy.relation)});
  }
  ASSIGN_OR_RETURN(const TextProbes probes, TextProbes::Of(context, tables));
  ASSIGN_OR_RETURN(const std::vector<verify::Fingerprints> found,
                   ReadHidden(context, tables, stage.counters(), probes.Watching()));
  context.absent_texts = probes.Absent();
  std::vector<std::string> differences;
  for (size_t i = 0; i < work.tables.size(); ++i) {
    const clone::TableCopy& copy = work.tables[i];
    const rules::Relation& relation = context.catalog.facts.relations[copy.relation];
    if (taken_over[copy.relation] != nullptr) {
      for (const verify::Difference& d :
           ReadBackTakenOver(context, relation, copy, found[i], &context.record.tables[copy.relation])) {
        differences.push_back(d.ToString());
      }
      continue;
    }
    const verify::Fingerprints sent = work.watches[i]->fingerprints->Totals();
    for (const verify::Difference& d : verify::Compare(relation, copy.columns, sent, found[i])) {
      differences.push_back(d.ToString());
    }
    verify::RecordFingerprints(relation, copy.columns, copy.format, sent, &found[i],
                               context.fingerprint_secret, &context.record.tables[copy.relation]);
  }
  context.read_back = std::move(tables);
  if (differences.empty()) return absl::OkStatus();
  return JudgeFidelity(context,
                       fmt::format("staging does not hold what was sent: {}", fmt::join(differences, "; ")));
}

absl::StatusOr<std::unique_ptr<pg::Connection>> OpenStaging(RunContext& context) {
  absl::StatusOr<std::unique_ptr<pg::Connection>> staging = context.OpenHidden(&context.cancel);
  if (!staging.ok()) return Annotate(staging.status(), "staging");
  return staging;
}

// The last that is read of the source: large objects, and the values of sequences, which only move forward.
absl::StatusOr<std::vector<clone::Sequence>> CopyObjectsAndReadSequences(RunContext& context) {
  // A backup's large objects were there before its rows.
  if (context.backup != nullptr) return context.survey->Sequences();
  absl::StatusOr<std::unique_ptr<pg::Connection>> opened = context.snapshot->Import(&context.cancel);
  if (!opened.ok()) return Annotate(opened.status(), "source");
  pg::Connection& source = **opened;
  absl::StatusOr<std::vector<clone::Sequence>> sequences = clone::ReadSequences(source);
  if (!sequences.ok()) return Annotate(sequences.status(), "source: reading the sequences");
  if (context.catalog.large_objects == 0) return sequences;
  const bool keep = KeepsLargeObjects(context.options.config);
  ASSIGN_OR_RETURN(const auto staging, OpenStaging(context));
  ASSIGN_OR_RETURN(const uint64_t objects, clone::CopyLargeObjects(source, *staging, keep));
  if (!keep) WarnOfEmptiedObjects(context, objects);
  return sequences;
}

absl::Status WriteSequences(RunContext& context, const std::vector<clone::Sequence>& sequences) {
  ASSIGN_OR_RETURN(const auto staging, OpenStaging(context));
  return clone::SetSequences(*staging, sequences);
}

// The rows of a backup but those that were taken over, and what its large objects hold. If it fails, what is
// complete stands in the checkpoint.
absl::StatusOr<std::vector<clone::TableResult>> CopyBackupRows(RunContext& context, const Work& work,
                                                               const TakenOver& taken_over,
                                                               engine::Engine& engine,
                                                               const clone::RowsOptions& options) {
  if (!context.survey->large_objects().empty()) {
    ASSIGN_OR_RETURN(const auto staging, context.OpenHidden(&context.cancel));
    RETURN_IF_ERROR(Annotate(CreateBackupObjects(context, *staging), "staging"));
  }
  Mutex mutex;
  std::vector<record::Table> complete;
  dump::CopyRowsOptions passes;
  passes.rows = options;
  passes.large_objects = KeepsLargeObjects(context.options.config);
  passes.on_block = [&](size_t table, const clone::TableResult& result) {
    const clone::TableCopy& copy = work.tables[table];
    record::Table one = TableRecordOf(context, copy.relation, &copy, &result);
    if (work.watches[table]->fingerprints == nullptr) return;
    verify::RecordFingerprints(context.catalog.facts.relations[copy.relation], copy.columns, copy.format,
                               work.watches[table]->fingerprints->Totals(), nullptr,
                               context.fingerprint_secret, &one);
    MutexLock lock(mutex);
    complete.push_back(std::move(one));
  };
  passes.skip = [&](size_t table) { return taken_over[work.tables[table].relation] != nullptr; };
  absl::StatusOr<std::vector<clone::TableResult>> copied =
      dump::CopyRows(*context.backup, context.catalog.facts, work.tables, engine, passes);
  if (copied.ok()) return copied;
  for (const record::Table* table : taken_over) {
    if (table != nullptr) complete.push_back(*table);
  }
  MakeCheckpoint(context, work, complete);
  return Annotate(copied.status(), "source");
}

absl::StatusOr<std::vector<clone::TableResult>> MoveRows(RunContext& context, const Work& work,
                                                         const TakenOver& taken_over,
                                                         const clone::PostData& post_data,
                                                         clone::SqlWorkers& workers, Counters& built) {
  StageScope stage(context, "rows");
  engine::Engine engine({.workers = context.lanes});
  clone::RowsOptions options;
  options.lanes = context.SourceLanes();
  options.limiter = context.limiter.get();
  options.server_version = context.catalog.facts.server_version;
  options.open_staging = [&](const CancelToken* token) { return context.OpenHidden(token); };
  options.cancel = &context.cancel;
  options.counters = &stage.counters();
  AllowRetries(context, &options);
  options.table_done = [&](size_t relation) {
    post_data.SubmitIndexes(relation, workers,
                            [&built, n = post_data.StepsOf(relation)] { built.steps += n; });
  };
  if (context.backup != nullptr) return CopyBackupRows(context, work, taken_over, engine, options);
  options.open_source = [&](const CancelToken* token) { return context.snapshot->Import(token); };
  return clone::CopyRows(context.catalog.facts, work.tables, engine, options);
}

}  // namespace

void WarnOfEmptiedObjects(RunContext& context, uint64_t objects) {
  context.Warn(
      WarningKind::kLargeObjectsEmptied,
      fmt::format("{} large object{} kept with the same number and no content; policy.attachments.default: "
                  "keep copies what is in them",
                  objects, objects == 1 ? " was" : "s were"));
}

absl::Status CopyData(RunContext& context) {
  rules::Toolbox toolbox;
  toolbox.pseudonymiser = context.pseudonymiser.get();
  toolbox.rewrite = &context.rewrite;
  toolbox.countries = context.catalog.countries;
  toolbox.password_hash = context.password_hash;
  if (context.filestore != nullptr) toolbox.attachments = context.filestore->hooks.get();
  ASSIGN_OR_RETURN(Work compiled, Compile(context, toolbox));
  // Shared with what reads it back.
  const auto work = std::make_shared<const Work>(std::move(compiled));
  ASSIGN_OR_RETURN(const TakenOver taken_over, TakeOverTables(context, *work));
  const clone::PostData post_data(context.catalog, context.schema, context.maintenance->server_version());
  StageScope post_stage(context, "post-data");
  Activity& activity = post_stage.counters().activity;
  activity.set_idle("waits for rows");
  clone::SqlWorkers workers(
      context.lanes, [&context] { return context.OpenHidden(&context.cancel); }, &activity);
  AllowRetries(context, &workers);
  post_stage.counters().steps_total = post_data.steps();
  std::vector<bool> travels(context.catalog.facts.relations.size());
  for (const clone::TableCopy& table : work->tables) travels[table.relation] = true;
  for (size_t i = 0; i < travels.size(); ++i) {
    if (travels[i]) continue;
    post_data.SubmitIndexes(i, workers,
                            [&steps = post_stage.counters().steps, n = post_data.StepsOf(i)] { steps += n; });
  }
  ASSIGN_OR_RETURN(const std::vector<clone::TableResult> results,
                   MoveRows(context, *work, taken_over, post_data, workers, post_stage.counters()));
  activity.set_idle({});
  RecordTables(context, *work, results, taken_over);
  RecordTimes(context, results);
  RecordLeaks(context, *work, taken_over);
  const auto beside = [&context](std::function<absl::Status()> what) {
    context.after_rows.push_back(std::make_unique<SideWork>(std::move(what), &context.stop));
  };
  beside([&context, work, taken_over] { return Verify(context, *work, taken_over); });
  beside([&context] { return CopyFilestore(context); });
  ASSIGN_OR_RETURN(const std::vector<clone::Sequence> sequences, CopyObjectsAndReadSequences(context));
  RETURN_IF_ERROR(LetGoOfSource(context));
  // Sequences that columns own are made beside their tables' indexes.
  RETURN_IF_ERROR(Annotate(workers.Drain(), "staging"));
  RETURN_IF_ERROR(WriteSequences(context, sequences));
  return Annotate(post_data.Finish(workers, post_stage.counters()), "staging");
}

absl::Status JoinAfterRows(RunContext& context) {
  absl::Status first;
  for (const std::unique_ptr<SideWork>& work : context.after_rows) {
    const absl::Status status = work->Join();
    if (first.ok()) first = status;
  }
  context.after_rows.clear();
  return first;
}

}  // namespace understudy::refresh
