#include "refresh/pack_reading.h"

#include <filesystem>

#include "base/status.h"
#include "refresh/neutralise.h"

namespace understudy::refresh {

absl::StatusOr<std::vector<rules::Pack>> ReadPacks(const RefreshOptions& options) {
  rules::LoadOptions load;
  load.rules_directory = options.rules_directory;
  load.base_directory = std::filesystem::path(options.config.path).parent_path().string();
  return rules::LoadPacks(options.config.rules, load);
}

PackReading::PackReading(const RefreshOptions& options, CancelToken* stop)
    : options_(options),
      stop_(stop),
      reading_(
          [this, &options]() -> absl::Status {
            ASSIGN_OR_RETURN(packs_, ReadPacks(options));
            return absl::OkStatus();
          },
          stop) {}

absl::StatusOr<const std::vector<rules::Pack>*> PackReading::Get() {
  RETURN_IF_ERROR(reading_.Join());
  return &packs_;
}

void PackReading::BeginOdoo() {
  odoo_reading_.emplace(
      [this]() -> absl::Status {
        ASSIGN_OR_RETURN(neutralisers_, OdooPacks(options_.rules_directory, odoo::PackKind::kNeutralisers));
        ASSIGN_OR_RETURN(assertions_, OdooPacks(options_.rules_directory, odoo::PackKind::kAssertions));
        return absl::OkStatus();
      },
      stop_);
}

absl::StatusOr<const std::vector<odoo::Spec>*> PackReading::Odoo(odoo::PackKind kind) {
  RETURN_IF_ERROR(odoo_reading_->Join());
  return kind == odoo::PackKind::kNeutralisers ? &neutralisers_ : &assertions_;
}

}  // namespace understudy::refresh
