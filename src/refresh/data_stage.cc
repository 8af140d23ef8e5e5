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
#include "refresh/context.h"
#include "refresh/filestore_work.h"
#include "refresh/watch.h"
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

// The tables that travel, and who watches each; parallel.
struct Work {
  std::vector<clone::TableCopy> tables;
  std::vector<std::unique_ptr<Watch>> watches;
};

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

const char* TreatmentOf(const rules::TablePlan& plan) {
  if (plan.empty) return "empty";
  if (plan.ChangesValues()) return "rewrite";
  return plan.where.has_value() ? "rows" : "keep";
}

// What kind of data a column holds, for grouping in the report; empty if it is kept.
std::string DataClassOf(const rules::Treatment& treatment) {
  switch (treatment.action) {
    case rules::Action::kKeep:
      return {};
    case rules::Action::kPseudonym:
    case rules::Action::kParts:
      return std::string(pseudonym::NameOf(treatment.kind));
    case rules::Action::kTemplate:
    case rules::Action::kRewrite:
    case rules::Action::kRewriteHtml:
    case rules::Action::kRewriteJson:
    case rules::Action::kLorem:
    case rules::Action::kLoremHtml:
      return "text";
    case rules::Action::kDateShift:
      return "date";
    case rules::Action::kNoise:
      return "amount";
    case rules::Action::kAttachment:
      return "attachment";
    default:
      return "secret";
  }
}

// What the plan says of every table, and what the lanes counted.
void RecordTables(RunContext& context, const std::vector<clone::TableCopy>& copies,
                  const std::vector<clone::TableResult>& results) {
  const auto& relations = context.catalog.facts.relations;
  std::vector<const clone::TableResult*> by_relation(relations.size());
  std::vector<const clone::TableCopy*> copy_of(relations.size());
  for (size_t i = 0; i < copies.size(); ++i) {
    by_relation[copies[i].relation] = &results[i];
    copy_of[copies[i].relation] = &copies[i];
  }
  for (size_t r = 0; r < relations.size(); ++r) {
    const rules::TablePlan& plan = context.plan.tables[r];
    record::Table table;
    table.schema = relations[r].schema;
    table.name = relations[r].name;
    table.treatment = TreatmentOf(plan);
    for (size_t c = 0; c < plan.columns.size(); ++c) {
      record::TableColumn column;
      column.name = plan.columns[c].column;
      column.type = relations[r].attributes[c].type.name;
      column.treatment = plan.columns[c].treatment.ToString();
      column.rule = plan.columns[c].Reason();
      column.data_class = DataClassOf(plan.columns[c].treatment);
      table.columns.push_back(std::move(column));
    }
    if (by_relation[r] != nullptr) {
      const engine::SliceResult& slices = by_relation[r]->slices;
      table.rows = slices.rows_written;
      table.source_rows = slices.rows_read;
      table.bytes = slices.bytes_in;
      table.seconds = by_relation[r]->seconds;
      for (size_t i = 0; i < slices.counts.changed.size(); ++i) {
        table.columns[static_cast<size_t>(copy_of[r]->columns[i])].changed = slices.counts.changed[i];
      }
    }
    context.record.tables.push_back(std::move(table));
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

void RecordLeaks(RunContext& context, const Work& work) {
  uint64_t left = 0;
  for (const std::unique_ptr<Watch>& watch : work.watches) {
    if (watch->audit == nullptr) continue;
    for (record::Leak& leak : watch->audit->Leaks()) context.record.leaks.push_back(std::move(leak));
    left += watch->audit->left();
  }
  if (left > 0) context.record.known_values.left["single words in texts that are kept"] = left;
}

// Reads staging back and compares it with what was sent; before neutralising, which changes rows on purpose.
absl::Status Verify(RunContext& context, const Work& work) {
  if (context.options.config.policy.fidelity == FindingPolicy::kOff) return absl::OkStatus();
  StageScope stage(context, "verify");
  std::vector<verify::TableToRead> tables;
  for (const clone::TableCopy& copy : work.tables) {
    // Staging holds only the rows that the rules let through; an extension's table has rows of its own too.
    tables.push_back({copy.relation, copy.columns, copy.format, ExtensionCondition(context, copy.relation)});
  }
  ASSIGN_OR_RETURN(const std::vector<verify::Fingerprints> found,
                   ReadHidden(context, tables, stage.counters()));
  std::vector<std::string> differences;
  for (size_t i = 0; i < work.tables.size(); ++i) {
    const clone::TableCopy& copy = work.tables[i];
    const rules::Relation& relation = context.catalog.facts.relations[copy.relation];
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

absl::Status CopySequencesAndObjects(RunContext& context, pg::Connection& staging) {
  // A backup's large objects were there before its rows.
  if (context.backup != nullptr) return clone::SetSequences(staging, context.survey->Sequences());
  absl::StatusOr<std::unique_ptr<pg::Connection>> opened = context.snapshot->Import(&context.cancel);
  if (!opened.ok()) return Annotate(opened.status(), "source");
  pg::Connection& source = **opened;
  absl::StatusOr<std::vector<clone::Sequence>> sequences = clone::ReadSequences(source);
  if (!sequences.ok()) return Annotate(sequences.status(), "source: reading the sequences");
  RETURN_IF_ERROR(clone::SetSequences(staging, *sequences));
  if (context.catalog.large_objects == 0) return absl::OkStatus();
  const bool keep = KeepsLargeObjects(context.options.config);
  ASSIGN_OR_RETURN(const uint64_t objects, clone::CopyLargeObjects(source, staging, keep));
  if (!keep) WarnOfEmptiedObjects(context, objects);
  return absl::OkStatus();
}

// The rows of a backup, and what its large objects hold.
absl::StatusOr<std::vector<clone::TableResult>> CopyFromBackup(RunContext& context,
                                                               const std::vector<clone::TableCopy>& tables,
                                                               engine::Engine& engine,
                                                               const clone::RowsOptions& rows) {
  if (!context.survey->large_objects().empty()) {
    ASSIGN_OR_RETURN(const auto staging, context.OpenHidden(&context.cancel));
    RETURN_IF_ERROR(Annotate(CreateBackupObjects(context, *staging), "staging"));
  }
  absl::StatusOr<std::vector<clone::TableResult>> copied =
      dump::CopyRows(*context.backup, context.catalog.facts, tables, engine,
                     {rows, {}, {}, KeepsLargeObjects(context.options.config)});
  if (!copied.ok()) return Annotate(copied.status(), "source");
  return copied;
}

absl::StatusOr<std::vector<clone::TableResult>> MoveRows(RunContext& context, const Work& work,
                                                         const clone::PostData& post_data,
                                                         clone::SqlWorkers& workers, Counters& built) {
  StageScope stage(context, "rows");
  engine::Engine engine({.workers = context.lanes});
  clone::RowsOptions options;
  options.lanes = context.lanes;
  options.server_version = context.catalog.facts.server_version;
  options.open_staging = [&](const CancelToken* token) { return context.OpenHidden(token); };
  options.cancel = &context.cancel;
  options.counters = &stage.counters();
  options.table_done = [&](size_t relation) {
    post_data.SubmitIndexes(relation, workers,
                            [&built, n = post_data.StepsOf(relation)] { built.steps += n; });
  };
  if (context.backup != nullptr) return CopyFromBackup(context, work.tables, engine, options);
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
  const clone::PostData post_data(context.catalog, context.schema);
  StageScope post_stage(context, "post-data");
  Activity& activity = post_stage.counters().activity;
  activity.set_idle("waits for rows");
  clone::SqlWorkers workers(
      context.lanes, [&context] { return context.OpenHidden(&context.cancel); }, &activity);
  post_stage.counters().steps_total = post_data.steps();
  std::vector<bool> travels(context.catalog.facts.relations.size());
  for (const clone::TableCopy& table : work->tables) travels[table.relation] = true;
  for (size_t i = 0; i < travels.size(); ++i) {
    if (travels[i]) continue;
    post_data.SubmitIndexes(i, workers,
                            [&steps = post_stage.counters().steps, n = post_data.StepsOf(i)] { steps += n; });
  }
  ASSIGN_OR_RETURN(const std::vector<clone::TableResult> results,
                   MoveRows(context, *work, post_data, workers, post_stage.counters()));
  activity.set_idle({});
  RecordTables(context, work->tables, results);
  RecordTimes(context, results);
  RecordLeaks(context, *work);
  const auto beside = [&context](std::function<absl::Status()> what) {
    context.after_rows.push_back(std::make_unique<SideWork>(std::move(what), &context.stop));
  };
  beside([&context, work] { return Verify(context, *work); });
  beside([&context] { return CopyFilestore(context); });
  absl::StatusOr<std::unique_ptr<pg::Connection>> staging = context.OpenHidden(&context.cancel);
  if (!staging.ok()) return Annotate(staging.status(), "staging");
  RETURN_IF_ERROR(Annotate(workers.Drain(), "staging"));
  RETURN_IF_ERROR(CopySequencesAndObjects(context, **staging));
  return Annotate(post_data.Finish(**staging, workers, post_stage.counters()), "staging");
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
