#include "refresh/pack_reading.h"

#include <filesystem>

#include "base/status.h"

namespace understudy::refresh {

absl::StatusOr<std::vector<rules::Pack>> ReadPacks(const RefreshOptions& options) {
  rules::LoadOptions load;
  load.rules_directory = options.rules_directory;
  load.base_directory = std::filesystem::path(options.config.path).parent_path().string();
  return rules::LoadPacks(options.config.rules, load);
}

PackReading::PackReading(const RefreshOptions& options, CancelToken* stop)
    : reading_(
          [this, &options]() -> absl::Status {
            ASSIGN_OR_RETURN(packs_, ReadPacks(options));
            return absl::OkStatus();
          },
          stop) {}

absl::StatusOr<const std::vector<rules::Pack>*> PackReading::Get() {
  RETURN_IF_ERROR(reading_.Join());
  return &packs_;
}

}  // namespace understudy::refresh
