// Rows of a table to measure with: the COPY that reads them, and how many the table has.
//
// Threads: thread-safe.
#ifndef UNDERSTUDY_TUNING_SAMPLE_H_
#define UNDERSTUDY_TUNING_SAMPLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "copyformat/batch.h"
#include "rules/facts.h"
#include "rules/plan.h"
#include "tuning/cost.h"

namespace understudy::tuning {

struct SampleQuery {
  std::string sql;
  bool all_pages;  // no TABLESAMPLE
};

// COPY … TO STDOUT of about `rows` rows (0: all), no more than about `bytes` of pages, spread over the table.
SampleQuery QueryOfSample(const rules::Relation& relation, const rules::TablePlan& plan,
                          const std::vector<int>& columns, copyformat::Format format, uint64_t rows,
                          uint64_t bytes);

// The whole table from its sample. `complete`: the sample was all of it.
Amount WholeTable(const rules::Relation& relation, const Amount& sample, bool complete);

}  // namespace understudy::tuning

#endif  // UNDERSTUDY_TUNING_SAMPLE_H_
