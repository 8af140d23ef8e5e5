#include "tuning/sample.h"

#include <fmt/format.h>

#include <algorithm>

#include "pg/quote.h"
#include "rules/compile.h"

namespace understudy::tuning {
namespace {

// Pages hold rows that are dead or wider than the mean: more pages than the rows would need.
constexpr double kMorePages = 1.5;

// Percentage of the pages; 100: the whole table, without TABLESAMPLE.
double PercentOf(const rules::Relation& relation, uint64_t rows, uint64_t bytes) {
  if (rows == 0) return 100;
  double share = 1;
  if (relation.rows_estimate > 0) {
    share = std::min(share, kMorePages * static_cast<double>(rows) / relation.rows_estimate);
  }
  if (relation.bytes > 0) {
    share = std::min(share, kMorePages * static_cast<double>(bytes) / static_cast<double>(relation.bytes));
  }
  return 100 * share;
}

}  // namespace

SampleQuery QueryOfSample(const rules::Relation& relation, const rules::TablePlan& plan,
                          const std::vector<int>& columns, copyformat::Format format, uint64_t rows,
                          uint64_t bytes) {
  const double percent = PercentOf(relation, rows, bytes);
  std::string tail;
  // REPEATABLE: the same rows in the next run, so that two runs can be compared.
  if (percent < 100) tail = fmt::format(" TABLESAMPLE SYSTEM ({:.6f}) REPEATABLE (1)", percent);
  // On a line of its own, so that a comment at its end doesn't swallow the parenthesis.
  if (plan.where.has_value()) tail += fmt::format(" WHERE ({}\n)", *plan.where);
  if (rows != 0) tail += fmt::format(" LIMIT {}", rows);
  return {fmt::format("COPY (SELECT {} FROM ONLY {}{}) TO STDOUT{}",
                      pg::QuoteColumns(rules::AttributeNames(relation, columns)),
                      pg::QuoteRelation(relation.schema, relation.name), tail,
                      format == copyformat::Format::kBinary ? " (FORMAT binary)" : ""),
          percent >= 100};
}

Amount WholeTable(const rules::Relation& relation, const Amount& sample, bool complete) {
  if (complete || sample.rows == 0) return sample;
  const double per_row = static_cast<double>(sample.bytes) / static_cast<double>(sample.rows);
  Amount all = sample;
  if (relation.rows_estimate >= 0) {
    all.rows = std::max(sample.rows, static_cast<uint64_t>(relation.rows_estimate));
  } else {  // never analysed: as many as fit into its pages
    all.rows = std::max(sample.rows,
                        static_cast<uint64_t>(static_cast<double>(relation.bytes) / std::max(per_row, 1.0)));
  }
  all.bytes = static_cast<uint64_t>(static_cast<double>(all.rows) * per_row);
  return all;
}

}  // namespace understudy::tuning
