// What free text is searched for: production's own names, e-mails, phones…, gathered in the run's snapshot
// before any row is rewritten, and the detectors.
#include <fmt/format.h>

#include "base/status.h"
#include "clone/rows.h"
#include "dump/copy_rows.h"
#include "refresh/backup_source.h"
#include "refresh/context.h"
#include "rules/gather.h"
#include "text/detector_file.h"
#include "text/memories.h"

namespace understudy::refresh {
namespace {

absl::Status LoadTextRules(RunContext& context, text::StopWords* stop_words) {
  const std::string& rules = context.options.rules_directory;
  ASSIGN_OR_RETURN(*stop_words, text::StopWords::Load(rules + "/stopwords"));
  ASSIGN_OR_RETURN(std::vector<text::DetectorSpec> specs, text::LoadDetectors({rules + "/detectors.yaml"}));
  ASSIGN_OR_RETURN(context.detectors,
                   text::Detectors::Create(std::move(specs), context.catalog.facts.default_country));
  return absl::OkStatus();
}

// The identifying columns of all tables, as a small database of its own: relations of just those columns.
struct Gathering {
  rules::Facts facts;
  std::vector<clone::TableCopy> tables;
};

absl::StatusOr<Gathering> Prepare(const RunContext& context, const rules::Toolbox& toolbox,
                                  rules::KnownValuesTarget* target) {
  Gathering gathering;
  const auto& relations = context.catalog.facts.relations;
  for (size_t i = 0; i < relations.size(); ++i) {
    if (!relations[i].has_storage || context.plan.tables[i].empty) continue;
    rules::GatherPlan gather = rules::GatherOf(relations[i], context.plan.tables[i]);
    if (gather.empty()) continue;
    clone::TableCopy copy;
    copy.relation = gathering.facts.relations.size();
    for (size_t c = 0; c < gather.relation.attributes.size(); ++c)
      copy.columns.push_back(static_cast<int>(c));
    // A backup's rows are text, whatever the types.
    const bool binary = context.backup == nullptr && rules::BinaryPossible(gather.relation, gather.plan);
    copy.format = binary ? copyformat::Format::kBinary : copyformat::Format::kText;
    ASSIGN_OR_RETURN(copy.transform, rules::MakeGatherer(gather, copy.format, toolbox, target));
    gathering.facts.relations.push_back(std::move(gather.relation));
    gathering.tables.push_back(std::move(copy));
  }
  return gathering;
}

void Record(RunContext& context) {
  const text::KnownValueCounts& counts = context.known_values->counts();
  record::KnownValues& record = context.record.known_values;
  record.values = counts.added;
  record.bytes = context.known_values->bytes();
  record.left["too short"] = counts.too_short;
  record.left["never a name alone"] = counts.stop_words;
}

void FillRewrite(RunContext& context) {
  context.rewrite.pseudonymiser = context.pseudonymiser.get();
  context.rewrite.known_values = context.known_values.get();
  context.rewrite.detectors = context.detectors.get();
  context.rewrite.default_country = context.catalog.facts.default_country;
  context.rewrite.memories = std::make_shared<text::Memories>();
}

}  // namespace

absl::Status GatherKnownValues(RunContext& context) {
  StageScope stage(context, "known values");
  text::StopWords stop_words;
  RETURN_IF_ERROR(LoadTextRules(context, &stop_words));
  text::KnownValues::Options options;
  options.stop_words = &stop_words;
  rules::KnownValuesTarget target(options);
  rules::Toolbox toolbox;
  toolbox.pseudonymiser = context.pseudonymiser.get();
  toolbox.countries = context.catalog.countries;
  ASSIGN_OR_RETURN(const Gathering gathering, Prepare(context, toolbox, &target));
  {
    engine::Engine engine({.workers = context.lanes});
    clone::RowsOptions rows;
    rows.lanes = context.SourceLanes();
    rows.limiter = context.limiter.get();
    rows.server_version = context.catalog.facts.server_version;
    rows.cancel = &context.cancel;
    rows.counters = &stage.counters();
    AllowRetries(context, &rows);
    absl::Status read;
    if (context.backup != nullptr) {
      dump::CopyRowsOptions passes;
      passes.rows = rows;
      passes.wants = WantsPeople;
      passes.on_batch = [&](const dump::CopyHeader& copy, const copyformat::Batch& batch) {
        return AddPeople(context, copy, batch);
      };
      read = dump::CopyRows(*context.backup, gathering.facts, gathering.tables, engine, passes).status();
      context.people.Seal();
    } else {
      rows.open_source = [&](const CancelToken* token) { return context.snapshot->Import(token); };
      read = clone::CopyRows(gathering.facts, gathering.tables, engine, rows).status();
    }
    RETURN_IF_ERROR(Annotate(read, "source"));
  }
  ASSIGN_OR_RETURN(context.known_values, target.Build());
  FillRewrite(context);
  Record(context);
  return absl::OkStatus();
}

absl::Status GoWithoutKnownValues(RunContext& context) {
  text::StopWords stop_words;
  RETURN_IF_ERROR(LoadTextRules(context, &stop_words));
  FillRewrite(context);
  return absl::OkStatus();
}

}  // namespace understudy::refresh
