// One table's row program in the variants that are timed against each other.
//
// DESIGN: measure.h says which and why. A Variant keeps its own transform, output batch and CPU time.
// Ownership: Variants owns its programs; relation, plan, toolbox and observers must outlive it.
// Threads: one thread.
#ifndef UNDERSTUDY_TUNING_VARIANTS_H_
#define UNDERSTUDY_TUNING_VARIANTS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "copyformat/row_transform.h"
#include "rules/compile.h"
#include "tuning/measure.h"

namespace understudy::tuning {

class Variant {
 public:
  Variant(rules::RowProgram program, const rules::Toolbox& toolbox,
          const rules::RowObserverFactory* observer);
  absl::Status Run(const copyformat::Batch& in);
  double seconds() const { return seconds_; }
  uint64_t changed(size_t field) const { return transform_->counts().changed[field]; }
  uint64_t changed() const;

 private:
  std::unique_ptr<copyformat::TransformFactory> factory_;
  std::unique_ptr<copyformat::RowTransform> transform_;
  copyformat::Batch out_;
  double seconds_ = 0;
};

// A detector left out: everything that row programs need without it.
struct WithoutDetector {
  std::string name;  // empty: none left out, to compare with
  std::unique_ptr<const text::Detectors> detectors;
  text::RewriteContext rewrite;
  rules::Toolbox toolbox;
};
// The first is the one with all of them. Empty if `toolbox` has no detectors.
absl::StatusOr<std::vector<std::unique_ptr<WithoutDetector>>> WithoutEach(const rules::Toolbox& toolbox);

class Variants {
 public:
  static absl::StatusOr<Variants> Make(const rules::Relation& relation, const rules::TablePlan& plan,
                                       copyformat::Format format, const rules::Toolbox& toolbox,
                                       Observers observers);
  // Needs to be called for the detectors to be measured at all.
  void AddDetectors(const std::vector<std::unique_ptr<WithoutDetector>>& without);

  absl::Status Run(const copyformat::Batch& in);
  absl::Status RunDetectors(const copyformat::Batch& in);
  bool searches_text() const { return program_.uses_rewriter; }

  // Adds what was measured to the report, scaled by `scale` (`detector_scale`: for the batches they got).
  struct Scales {
    double rows = 1, detectors = 1;
  };
  void AddTo(const std::string& table, const rules::TablePlan& plan, const std::vector<int>& columns,
             const Amount& sample, const Amount& all, const Scales& scales, Report* report) const;
  // CPU seconds of the two equal variants.
  double first_s() const { return all_->seconds(); }
  double again_s() const { return again_->seconds(); }

 private:
  rules::RowProgram program_;
  Observers observers_;
  std::unique_ptr<Variant> none_, all_, again_, audited_, fingerprinted_;
  std::vector<std::unique_ptr<Variant>> alone_;    // parallel to program_.heads
  std::vector<std::unique_ptr<Variant>> without_;  // parallel to the detectors given
  std::vector<std::string> detectors_;
};

}  // namespace understudy::tuning

#endif  // UNDERSTUDY_TUNING_VARIANTS_H_
