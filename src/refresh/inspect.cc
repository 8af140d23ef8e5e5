#include "refresh/inspect.h"

#include <algorithm>
#include <thread>

#include "base/private_directory.h"
#include "base/status.h"
#include "pg/conninfo.h"
#include "refresh/backup_source.h"
#include "refresh/context.h"
#include "refresh/inspect_backup.h"
#include "refresh/snapshot_stage.h"
#include "refresh/watch.h"

namespace understudy::refresh {

// Reading known values is all that runs side by side here; more sessions would only bother production.
constexpr int kMostLanes = 4;

absl::Status LookAtSource(RunContext& context) {
  RETURN_IF_ERROR(context.watches());
  const Config& config = context.options.config;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  context.lanes = config.jobs != 0 ? static_cast<int>(config.jobs) : std::clamp(cores, 1, kMostLanes);
  if (!config.source.backup.empty()) return Annotate(LookAtBackup(context, config.source.backup), "source");
  ASSIGN_OR_RETURN(context.source, pg::ParseConninfo(config.source.database));
  RETURN_IF_ERROR(TakeSnapshot(context));
  return ReadSourceCatalog(context);
}

struct Inspection::Impl {
  Impl(const RefreshOptions& options, Listener& listener, const CancelToken& cancel, PrivateDirectory files)
      : directory(std::move(files)), context(options, listener, cancel, &record) {
    context.private_directory = directory.path();
  }
  PrivateDirectory directory;
  record::RunRecord record;
  RunContext context;
  rules::Toolbox toolbox;
};

Inspection::Inspection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Inspection::~Inspection() = default;

absl::StatusOr<std::unique_ptr<Inspection>> Inspection::Open(const RefreshOptions& options,
                                                             Listener& listener, const CancelToken& cancel) {
  ASSIGN_OR_RETURN(PrivateDirectory directory, PrivateDirectory::Make());
  auto impl = std::make_unique<Impl>(options, listener, cancel, std::move(directory));
  RunContext& context = impl->context;
  RETURN_IF_ERROR(LookAtSource(context));
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
const rules::Toolbox& Inspection::toolbox() const { return impl_->toolbox; }

absl::StatusOr<std::unique_ptr<pg::Connection>> Inspection::Session() const {
  if (impl_->context.snapshot == nullptr) {
    return UsageError("the source is a backup; this needs a live database");
  }
  absl::StatusOr<std::unique_ptr<pg::Connection>> session =
      impl_->context.snapshot->Import(&impl_->context.cancel);
  if (!session.ok()) return Annotate(session.status(), "source");
  return session;
}

absl::StatusOr<std::vector<scan::ColumnReport>> Inspection::Scan(const scan::Options& options) const {
  if (impl_->context.backup != nullptr) return ScanBackup(impl_->context, options);
  ASSIGN_OR_RETURN(const auto session, Session());
  return scan::Scan(*session, catalog().facts, plan(), impl_->context.rewrite, options);
}

absl::StatusOr<scan::Preview> Inspection::Preview(size_t table, const std::string& where,
                                                  uint64_t limit) const {
  if (impl_->context.backup != nullptr) {
    if (!where.empty()) return UsageError("--where needs a live database; the source is a backup");
    return PreviewBackup(impl_->context, impl_->toolbox, table, limit);
  }
  ASSIGN_OR_RETURN(const auto session, Session());
  return scan::PreviewRows(*session, catalog().facts.relations[table], plan().tables[table], toolbox(), where,
                           limit);
}

}  // namespace understudy::refresh
