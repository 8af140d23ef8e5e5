// The known values of one table: a pass over its identifying columns before anything is rewritten.
//
// DESIGN: the same program that will treat a row says here, row by row, which kind each value is (conditions,
// company or person, country), so that what is found in a text gets the pseudonym that its own column gets.
// Only the identifying columns and those that their treatments read are copied.
// Ownership: a GatherPlan is a value; toolbox and target must outlive every transform.
// Threads: KnownValuesTarget is thread-safe; each worker's transform has its own builder and merges it when
// its slice is in (Keep).
#ifndef UNDERSTUDY_RULES_GATHER_H_
#define UNDERSTUDY_RULES_GATHER_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "copyformat/row_transform.h"
#include "rules/compile.h"
#include "rules/plan.h"
#include "rules/toolbox.h"
#include "text/known_values.h"

namespace understudy::rules {

class KnownValuesTarget {
 public:
  explicit KnownValuesTarget(const text::KnownValues::Options& options)
      : options_(options), builder_(options) {}
  const text::KnownValues::Options& options() const { return options_; }
  void Merge(text::KnownValues::Builder&& part) {
    MutexLock lock(mutex_);
    builder_.Merge(std::move(part));
  }
  // Once every slice is in.
  absl::StatusOr<std::unique_ptr<const text::KnownValues>> Build() {
    MutexLock lock(mutex_);
    return std::move(builder_).Build();
  }

 private:
  const text::KnownValues::Options options_;
  Mutex mutex_;
  text::KnownValues::Builder builder_ ABSL_GUARDED_BY(mutex_);
};

// A table reduced to what the pass reads: copy exactly relation.attributes, in this order.
struct GatherPlan {
  Relation relation;
  TablePlan plan;
  bool empty() const { return relation.attributes.empty(); }
};
GatherPlan GatherOf(const Relation& relation, const TablePlan& table);

// A transform that adds every identifying value to the target and writes no row.
absl::StatusOr<std::unique_ptr<copyformat::TransformFactory>> MakeGatherer(const GatherPlan& gather,
                                                                           copyformat::Format format,
                                                                           const Toolbox& toolbox,
                                                                           KnownValuesTarget* target);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_GATHER_H_
