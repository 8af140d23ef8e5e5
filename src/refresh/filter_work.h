// The parts of a filter's run (filter.cc), shared by filter_plan.cc and filter_rows.cc.
//
// Ownership: a FilterWork lives as long as the run. Threads: one thread, but for what it hands to the engine.
#ifndef UNDERSTUDY_REFRESH_FILTER_WORK_H_
#define UNDERSTUDY_REFRESH_FILTER_WORK_H_

#include <memory>
#include <string>
#include <vector>

#include "dump/fd_writer.h"
#include "dump/large_object.h"
#include "dump/plain_reader.h"
#include "refresh/audit.h"
#include "refresh/context.h"
#include "refresh/filter.h"
#include "rules/toolbox.h"

namespace understudy::refresh {

struct FilterWork {
  FilterWork(const FilterOptions& o, RunContext& c, FilterSummary* s)
      : options(o), context(c), summary(*s), out(o.out_fd) {}

  const FilterOptions& options;
  RunContext& context;
  FilterSummary& summary;
  dump::FdWriter out;
  dump::ObjectContent content;
  bool strong = false;      // what Odoo says, keys and known values are there
  bool in_rows = false;     // the output stands inside a block of rows
  rules::Facts plan_facts;  // of plan_from, to be joined with the dump's own
  std::unique_ptr<engine::Engine> engine;
  rules::Toolbox toolbox;
  std::vector<std::unique_ptr<AuditFactory>> audits;
};

// filter_plan.cc
// Everything that can be known before the dump itself is read.
absl::Status LearnBefore(FilterWork& work);
// The plan for `relations` (the dump's own), once its schema is known.
absl::Status PlanFor(FilterWork& work, std::vector<rules::Relation> relations);

// filter_rows.cc
// One block: its rows from the reader to the output.
absl::Status FilterBlock(FilterWork& work, dump::PlainReader& reader, const dump::CopyHeader& copy);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_FILTER_WORK_H_
