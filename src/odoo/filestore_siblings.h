// What surrounds a published filestore: what a killed run left, and the files of the old one at the switch.
//
// DESIGN
//   Directories and databases can't be switched in one step, so for a moment one of them is the new one
//   already. Files are named by their content: a directory that holds the old and the new files serves both
//   databases. So the old files that the new filestore lacks are linked into it before the exchange
//   (CarryOver) and taken out after the database has been renamed (DropCarried); a run that is killed at any
//   point between leaves a staging whose every attachment resolves, and the next run builds without them.
// Ownership: descriptors stay the caller's. Threads: one thread. Errors: as filestore_stage.h.
#ifndef UNDERSTUDY_ODOO_FILESTORE_SIBLINGS_H_
#define UNDERSTUDY_ODOO_FILESTORE_SIBLINGS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace understudy::odoo {

// Names of siblings: "<dir>.understudy-<run>" is being built, "<dir>.understudy-old-<run>" served before.
inline constexpr std::string_view kBuildingMark = ".understudy-";
inline constexpr std::string_view kOldMark = ".understudy-old-";

// Before a stage is made (the caller holds the lock of this staging): if a run was killed between two renames
// and nothing serves, the newest old filestore comes back; what killed runs were building goes.
absl::Status TidySiblings(const std::string& directory);

// Names ("ab/abcdef…") of files of `old_root` that `new_root` lacked and now has, as hard links.
absl::StatusOr<std::vector<std::string>> CarryOver(int old_root, int new_root);

// Takes them out again, with the directories that they leave empty.
absl::Status DropCarried(int root, const std::vector<std::string>& names);

// Siblings whose name begins with `mark`, oldest first (run ids sort by time).
absl::StatusOr<std::vector<std::string>> ListSiblings(const std::string& directory, std::string_view mark);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_FILESTORE_SIBLINGS_H_
