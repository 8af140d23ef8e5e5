#include "refresh/inspect.h"

#include <algorithm>
#include <thread>

#include "base/status.h"
#include "pg/conninfo.h"
#include "refresh/context.h"
#include "refresh/watch.h"

namespace understudy::refresh {

// Reading known values is all that runs side by side here; more sessions would only bother production.
constexpr int kMostLanes = 4;

struct Inspection::Impl {
  Impl(const RefreshOptions& options, Listener& listener, const CancelToken& cancel)
      : context(options, listener, cancel, &record) {}
  record::RunRecord record;
  RunContext context;
  rules::Toolbox toolbox;
};

Inspection::Inspection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Inspection::~Inspection() = default;

absl::StatusOr<std::unique_ptr<Inspection>> Inspection::Open(const RefreshOptions& options,
                                                             Listener& listener, const CancelToken& cancel) {
  if (options.config.source.database.empty()) {
    return UsageError("the source is a backup; this command needs a database");
  }
  auto impl = std::make_unique<Impl>(options, listener, cancel);
  RunContext& context = impl->context;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  const auto jobs = static_cast<int>(options.config.jobs);
  context.lanes = jobs != 0 ? jobs : std::clamp(cores, 1, kMostLanes);
  ASSIGN_OR_RETURN(context.source, pg::ParseConninfo(options.config.source.database));
  RETURN_IF_ERROR(TakeSnapshot(context));
  RETURN_IF_ERROR(MakePlan(context));
  RETURN_IF_ERROR(GatherKnownValues(context));
  impl->toolbox.pseudonymiser = context.pseudonymiser.get();
  impl->toolbox.rewrite = &context.rewrite;
  impl->toolbox.countries = context.catalog.countries;
  return std::unique_ptr<Inspection>(new Inspection(std::move(impl)));
}

tuning::Observers Inspection::ObserversOf(size_t relation, const std::vector<int>& columns,
                                          copyformat::Format format) const {
  clone::TableCopy copy;
  copy.relation = relation;
  copy.columns = columns;
  copy.format = format;
  const std::unique_ptr<Watch> watch = WatchOf(impl_->context, copy);
  tuning::Observers observers;
  if (watch->audit != nullptr && watch->audit->needed()) observers.audit = std::move(watch->audit);
  observers.fingerprints = std::move(watch->fingerprints);
  return observers;
}

uint32_t Inspection::workers_of_refresh() const {
  return static_cast<uint32_t>(LanesOfRefresh(impl_->context.options.config.jobs));
}

const clone::Catalog& Inspection::catalog() const { return impl_->context.catalog; }
const rules::Plan& Inspection::plan() const { return impl_->context.plan; }
const text::RewriteContext& Inspection::rewrite() const { return impl_->context.rewrite; }
const rules::Toolbox& Inspection::toolbox() const { return impl_->toolbox; }
absl::StatusOr<std::unique_ptr<pg::Connection>> Inspection::Session() const {
  absl::StatusOr<std::unique_ptr<pg::Connection>> session =
      impl_->context.snapshot->Import(&impl_->context.cancel);
  if (!session.ok()) return Annotate(session.status(), "source");
  return session;
}

}  // namespace understudy::refresh
