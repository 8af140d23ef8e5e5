// One block of rows of a filter: which table it is, what happens to its columns, and through the engine.
#include <fmt/format.h>

#include <algorithm>

#include "base/status.h"
#include "dump/block_source.h"
#include "engine/discard_sink.h"
#include "engine/lane.h"
#include "pg/quote.h"
#include "refresh/filter_work.h"
#include "rules/compile.h"

namespace understudy::refresh {
namespace {

struct Arranged {
  rules::Relation relation;
  rules::TablePlan plan;
};

// The table as the block's columns say: their number and order decide how a row is read.
absl::StatusOr<Arranged> Arrange(const rules::Relation& relation, const rules::TablePlan& plan,
                                 const dump::CopyHeader& copy) {
  Arranged arranged{relation, plan};
  arranged.relation.attributes.clear();
  arranged.plan.columns.clear();
  // Without a list all columns come; pg_dump leaves it out only where there is none.
  std::vector<std::string> names = copy.columns;
  if (!copy.has_columns) {
    for (const rules::Attribute& attribute : relation.attributes) {
      if (!attribute.generated) names.push_back(attribute.name);
    }
  }
  for (const std::string& name : names) {
    const rules::Attribute* attribute = relation.Find(name);
    if (attribute == nullptr) {
      return Failed(fmt::format("column {} stands in the rows and not in the table's definition", name));
    }
    const auto position = static_cast<size_t>(attribute - relation.attributes.data());
    arranged.relation.attributes.push_back(*attribute);
    arranged.relation.attributes.back().generated = false;
    arranged.plan.columns.push_back(plan.columns[position]);
  }
  return arranged;
}

absl::Status RunBlock(FilterWork& work, dump::PlainReader& reader, const rules::Relation& relation,
                      const rules::TablePlan& plan) {
  RunContext& context = work.context;
  std::vector<int> columns;
  for (size_t i = 0; i < relation.attributes.size(); ++i) columns.push_back(static_cast<int>(i));
  AuditFactory* audit = nullptr;
  if (context.options.config.policy.leaks != FindingPolicy::kOff) {
    auto made = std::make_unique<AuditFactory>(relation, plan, columns, copyformat::Format::kText,
                                               context.rewrite, context.password_hash);
    if (made->needed()) {
      audit = made.get();
      work.audits.push_back(std::move(made));
    }
  }
  ASSIGN_OR_RETURN(const auto transform,
                   rules::MakeTransform(relation, plan, copyformat::Format::kText, work.toolbox, audit));
  dump::BlockSource source(reader, {});
  engine::DiscardSink discard;
  copyformat::CopySink& sink = plan.empty ? static_cast<copyformat::CopySink&>(discard) : work.out;
  Counters& counters = context.listener.CountersOf("filter");
  ASSIGN_OR_RETURN(const engine::SliceResult result,
                   engine::RunSlice(source, sink, plan.empty ? nullptr : transform.get(), *work.engine,
                                    context.cancel, &counters));
  work.summary.rows += result.rows_read;
  work.summary.bytes += result.bytes_in;
  for (const uint64_t changed : result.counts.changed) work.summary.changed += changed;
  return absl::OkStatus();
}

}  // namespace

absl::Status FilterBlock(FilterWork& work, dump::PlainReader& reader, const dump::CopyHeader& copy) {
  const auto& relations = work.context.catalog.facts.relations;
  const auto found = std::find_if(relations.begin(), relations.end(), [&](const rules::Relation& r) {
    return r.schema == copy.schema && r.name == copy.name;
  });
  const std::string name = pg::RelationName(copy.schema, copy.name);
  if (found == relations.end()) {
    return Failed(
        fmt::format("{}: rows of {}, and the dump has no CREATE TABLE for it: nobody can say what "
                    "they hold; --plan-from names a database or a backup that has the table",
                    reader.Place(), name));
  }
  const rules::TablePlan& plan = work.context.plan.tables[static_cast<size_t>(found - relations.begin())];
  if (plan.where.has_value()) {
    return UsageError(
        fmt::format("{}: a rule copies only some of its rows (_rows: where), which needs a live "
                    "database as source",
                    name));
  }
  absl::StatusOr<Arranged> arranged = Arrange(*found, plan, copy);
  if (!arranged.ok()) return Annotate(arranged.status(), name);
  ++work.summary.tables;
  absl::Status status = RunBlock(work, reader, arranged->relation, arranged->plan);
  if (status.ok() || status.code() == kBrokenPipe) return status;
  return MessageOf(status).starts_with("byte ") ? status : Annotate(std::move(status), reader.Place());
}

}  // namespace understudy::refresh
