#include "refresh/pack_reading.h"

#include <filesystem>

#include "base/status.h"

namespace understudy::refresh {
namespace {

absl::Status Read(const RefreshOptions& options, std::vector<rules::Pack>* packs) {
  rules::LoadOptions load;
  load.rules_directory = options.rules_directory;
  load.base_directory = std::filesystem::path(options.config.path).parent_path().string();
  ASSIGN_OR_RETURN(*packs, rules::LoadPacks(options.config.rules, load));
  return absl::OkStatus();
}

}  // namespace

PackReading::PackReading(const RefreshOptions& options, CancelToken* stop)
    : reading_([this, &options] { return Read(options, &packs_); }, stop) {}

absl::StatusOr<const std::vector<rules::Pack>*> PackReading::Get() {
  RETURN_IF_ERROR(reading_.Join());
  return &packs_;
}

}  // namespace understudy::refresh
