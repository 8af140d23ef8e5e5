#include "tuning/variants.h"

#include <ctime>
#include <numeric>
#include <utility>

#include "base/status.h"
#include "rules/execute.h"
#include "text/detectors.h"

namespace understudy::tuning {
namespace {

double ThreadSeconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

Variant::Variant(rules::RowProgram program, const rules::Toolbox& toolbox,
                 const rules::RowObserverFactory* observer)
    : factory_(rules::MakeProgramFactory(std::move(program), toolbox, observer)),
      transform_(factory_->New()) {}

absl::Status Variant::Run(const copyformat::Batch& in) {
  out_.Clear();
  const double begin = ThreadSeconds();
  absl::Status done = transform_->Transform(in, &out_);
  seconds_ += ThreadSeconds() - begin;
  return done;
}

uint64_t Variant::changed() const {
  const std::vector<uint64_t>& changed = transform_->counts().changed;
  return std::accumulate(changed.begin(), changed.end(), uint64_t{0});
}

absl::StatusOr<std::vector<std::unique_ptr<WithoutDetector>>> WithoutEach(const rules::Toolbox& toolbox) {
  std::vector<std::unique_ptr<WithoutDetector>> all;
  if (toolbox.rewrite == nullptr || toolbox.rewrite->detectors == nullptr) return all;
  const text::Detectors& detectors = *toolbox.rewrite->detectors;
  for (size_t left_out = 0; left_out <= detectors.size(); ++left_out) {
    // The first leaves out none: number size() is no detector's.
    const size_t skip = left_out == 0 ? detectors.size() : left_out - 1;
    auto without = std::make_unique<WithoutDetector>();
    std::vector<text::DetectorSpec> specs;
    for (size_t i = 0; i < detectors.size(); ++i) {
      if (i != skip) specs.push_back(detectors.spec(static_cast<uint16_t>(i)));
    }
    if (skip < detectors.size()) without->name = detectors.spec(static_cast<uint16_t>(skip)).name;
    ASSIGN_OR_RETURN(without->detectors,
                     text::Detectors::Create(std::move(specs), toolbox.rewrite->default_country));
    without->rewrite = *toolbox.rewrite;
    without->rewrite.detectors = without->detectors.get();
    without->rewrite.memories = nullptr;
    without->toolbox = toolbox;
    without->toolbox.rewrite = &without->rewrite;
    all.push_back(std::move(without));
  }
  return all;
}

absl::StatusOr<Variants> Variants::Make(const rules::Relation& relation, const rules::TablePlan& plan,
                                        copyformat::Format format, const rules::Toolbox& toolbox,
                                        Observers observers) {
  Variants variants;
  ASSIGN_OR_RETURN(variants.program_, rules::Compile(relation, plan, format, toolbox));
  variants.observers_ = std::move(observers);
  const rules::RowProgram& program = variants.program_;
  const auto with = [&](std::vector<int32_t> heads) {
    rules::RowProgram some = program;
    some.heads = std::move(heads);
    return std::make_unique<Variant>(std::move(some), toolbox, nullptr);
  };
  variants.none_ = with({});
  variants.all_ = with(program.heads);
  variants.again_ = with(program.heads);
  for (const int32_t head : program.heads) variants.alone_.push_back(with({head}));
  if (variants.observers_.audit != nullptr) {
    variants.audited_ = std::make_unique<Variant>(program, toolbox, variants.observers_.audit.get());
  }
  if (variants.observers_.fingerprints != nullptr) {
    variants.fingerprinted_ =
        std::make_unique<Variant>(program, toolbox, variants.observers_.fingerprints.get());
  }
  return variants;
}

void Variants::AddDetectors(const std::vector<std::unique_ptr<WithoutDetector>>& without) {
  for (const auto& w : without) {
    without_.push_back(std::make_unique<Variant>(program_, w->toolbox, nullptr));
    detectors_.push_back(w->name);
  }
}

absl::Status Variants::Run(const copyformat::Batch& in) {
  for (Variant* variant : {none_.get(), all_.get(), audited_.get(), fingerprinted_.get(), again_.get()}) {
    if (variant != nullptr) RETURN_IF_ERROR(variant->Run(in));
  }
  for (const auto& variant : alone_) RETURN_IF_ERROR(variant->Run(in));
  return absl::OkStatus();
}

absl::Status Variants::RunDetectors(const copyformat::Batch& in) {
  for (const auto& variant : without_) RETURN_IF_ERROR(variant->Run(in));
  return absl::OkStatus();
}

void Variants::AddTo(const std::string& table, const rules::TablePlan& plan, const std::vector<int>& columns,
                     const Amount& sample, const Amount& all, const Scales& scales, Report* report) const {
  const auto rows = static_cast<double>(sample.rows);
  const auto ns = [rows](double seconds) { return rows == 0 ? 0 : seconds * 1e9 / rows; };
  // The mean of the two equal ones.
  const double whole = (all_->seconds() + again_->seconds()) / 2;
  report->tables.push_back({table, sample, all, whole * scales.rows, ns(whole)});
  report->copying_s += none_->seconds() * scales.rows;
  report->rules_s += (whole - none_->seconds()) * scales.rows;
  if (audited_ != nullptr) report->audit_s += (audited_->seconds() - whole) * scales.rows;
  if (fingerprinted_ != nullptr) report->fingerprints_s += (fingerprinted_->seconds() - whole) * scales.rows;
  for (size_t i = 0; i < alone_.size(); ++i) {
    const uint16_t field = program_.instructions[static_cast<size_t>(program_.heads[i])].field;
    const rules::ColumnPlan& column = plan.columns[static_cast<size_t>(columns[field])];
    const double cost = alone_[i]->seconds() - none_->seconds();
    report->columns.push_back({table, column.column, column.treatment.ToString(), column.Reason(),
                               cost * scales.rows, ns(cost), alone_[i]->changed(field), sample.rows});
  }
  for (size_t i = 1; i < without_.size(); ++i) {
    const uint64_t all_changed = without_[0]->changed(), changed = without_[i]->changed();
    // By position: every table has the same detectors in the same order.
    if (report->detectors.size() < i) report->detectors.push_back({detectors_[i], 0, 0});
    DetectorCost& cost = report->detectors[i - 1];
    cost.seconds += (without_[0]->seconds() - without_[i]->seconds()) * scales.detectors;
    cost.only_its += all_changed > changed ? all_changed - changed : 0;
  }
}

}  // namespace understudy::tuning
