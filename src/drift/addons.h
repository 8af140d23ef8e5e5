// Modules on disk against the versions a database has installed.
//
// DESIGN: the version of __manifest__.py is read by a small scanner for its 'version' key (a manifest is a
// Python literal; we run no Python). As Odoo does, a version that does not begin with the series gets it in
// front ("1.2" → "17.0.1.2"), and none is "1.0".
// Ownership: values. Threads: thread-safe.
#ifndef UNDERSTUDY_DRIFT_ADDONS_H_
#define UNDERSTUDY_DRIFT_ADDONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "odoo/modules.h"

namespace understudy::drift {

struct AddonDifference {
  std::string module;
  std::string installed;  // version in the database
  std::string on_disk;    // version in the code; empty: on no path
};

absl::StatusOr<std::vector<AddonDifference>> CompareAddons(const std::vector<odoo::Module>& installed,
                                                           const std::vector<std::string>& addons);

// Empty if the manifest has no version.
std::string ManifestVersion(std::string_view manifest);
// What Odoo stores for it.
std::string AdaptVersion(std::string_view version, std::string_view series);

}  // namespace understudy::drift

#endif  // UNDERSTUDY_DRIFT_ADDONS_H_
