#include "tuning/measure.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/status.h"
#include "pg/copy_out.h"
#include "tuning/sample.h"
#include "tuning/variants.h"

namespace understudy::tuning {
namespace {

using copyformat::Batch;
using copyformat::Format;

// Sums over tables that the report does not show.
struct Twice {
  double first_s = 0, again_s = 0;
};

struct Table {
  const rules::Relation& relation;
  const rules::TablePlan& plan;
  size_t number;  // in the facts
};

class Measurement {
 public:
  Measurement(pg::Connection& connection, const rules::Toolbox& toolbox, const Options& options)
      : connection_(connection), toolbox_(toolbox), options_(options) {}

  absl::Status Prepare() {
    if (options_.detector_bytes == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(without_, WithoutEach(toolbox_));
    return absl::OkStatus();
  }

  absl::Status Run(const Table& table) {
    const std::vector<int> columns = rules::CopyAttributes(table.relation);
    if (columns.empty()) return absl::OkStatus();
    const Format format = rules::BinaryPossible(table.relation, table.plan) ? Format::kBinary : Format::kText;
    Observers observers;
    if (options_.observers) observers = options_.observers(table.number, columns, format);
    ASSIGN_OR_RETURN(Variants variants,
                     Variants::Make(table.relation, table.plan, format, toolbox_, std::move(observers)));
    if (variants.searches_text()) variants.AddDetectors(without_);
    const SampleQuery query =
        QueryOfSample(table.relation, table.plan, columns, format, options_.rows, options_.bytes);
    ASSIGN_OR_RETURN(const auto source, pg::CopyOut::Start(connection_, query.sql, format));
    Amount sample, detectors;
    RETURN_IF_ERROR(ReadAll(*source, variants, &sample, &detectors));
    if (sample.rows == 0) return absl::OkStatus();
    const bool complete = query.all_pages && (options_.rows == 0 || sample.rows < options_.rows);
    const Amount all = WholeTable(table.relation, sample, complete);
    const auto scale = [&all](const Amount& part) {
      return part.rows == 0 ? 0 : static_cast<double>(all.rows) / static_cast<double>(part.rows);
    };
    variants.AddTo(table.plan.QualifiedName(), table.plan, columns, sample, all,
                   {scale(sample), scale(detectors)}, &report_);
    report_.sample.Add(sample);
    report_.all.Add(all);
    twice_.first_s += variants.first_s();
    twice_.again_s += variants.again_s();
    return absl::OkStatus();
  }

  Report Finish() {
    std::map<std::pair<std::string, std::string>, RuleCost> rules;
    for (const ColumnCost& column : report_.columns) {
      RuleCost& rule = rules[{column.rule, column.treatment}];
      rule.rule = column.rule;
      rule.treatment = column.treatment;
      ++rule.columns;
      rule.seconds += column.seconds;
    }
    for (auto& [key, rule] : rules) report_.rules.push_back(std::move(rule));
    const auto sort = [](auto* list) {
      std::stable_sort(list->begin(), list->end(),
                       [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
    };
    sort(&report_.tables);
    sort(&report_.columns);
    sort(&report_.rules);
    sort(&report_.detectors);
    const double mean = (twice_.first_s + twice_.again_s) / 2;
    if (mean > 0) report_.noise = std::abs(twice_.first_s - twice_.again_s) / mean;
    return std::move(report_);
  }

 private:
  absl::Status ReadAll(pg::CopyOut& source, Variants& variants, Amount* sample, Amount* detectors) {
    Batch batch;
    for (;;) {
      if (options_.cancel != nullptr && options_.cancel->cancelled())
        return absl::CancelledError("cancelled");
      ASSIGN_OR_RETURN(const bool more, source.Read(&batch));
      if (!more) return absl::OkStatus();
      const Amount amount{batch.rows, batch.bytes.size()};
      RETURN_IF_ERROR(variants.Run(batch));
      if (detectors->bytes < options_.detector_bytes) {
        RETURN_IF_ERROR(variants.RunDetectors(batch));
        detectors->Add(amount);
      }
      sample->Add(amount);
      if (options_.counters != nullptr) {
        options_.counters->rows += amount.rows;
        options_.counters->bytes += amount.bytes;
      }
    }
  }

  pg::Connection& connection_;
  const rules::Toolbox& toolbox_;
  const Options& options_;
  std::vector<std::unique_ptr<WithoutDetector>> without_;
  Report report_;
  Twice twice_;
};

bool Wanted(const Options& options, const std::string& table) {
  return options.tables.empty() ||
         std::find(options.tables.begin(), options.tables.end(), table) != options.tables.end();
}

}  // namespace

absl::StatusOr<Report> Measure(pg::Connection& connection, const rules::Facts& facts, const rules::Plan& plan,
                               const rules::Toolbox& toolbox, const Options& options) {
  Measurement measurement(connection, toolbox, options);
  RETURN_IF_ERROR(measurement.Prepare());
  for (size_t i = 0; i < facts.relations.size(); ++i) {
    const Table table{facts.relations[i], plan.tables[i], i};
    if (!table.relation.has_storage || table.plan.empty || !Wanted(options, table.plan.QualifiedName())) {
      continue;
    }
    RETURN_IF_ERROR(Annotate(measurement.Run(table), table.plan.QualifiedName()));
  }
  return measurement.Finish();
}

}  // namespace understudy::tuning
