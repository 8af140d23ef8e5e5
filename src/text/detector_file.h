// Reads detectors from YAML (rules/detectors.yaml and the users' own files).
//
// DESIGN: one list, `detectors:`; docs/text.md describes the keys. Unknown keys, kinds, triggers and
// duplicate names are errors with file and line. yaml-cpp's exceptions end here. Threads: thread-safe.
#ifndef UNDERSTUDY_TEXT_DETECTOR_FILE_H_
#define UNDERSTUDY_TEXT_DETECTOR_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "text/detectors.h"

namespace understudy::text {

// `path` is for messages.
absl::StatusOr<std::vector<DetectorSpec>> ParseDetectors(std::string_view yaml, const std::string& path);
// All files together; a later file replaces a detector of the same name where it stood.
absl::StatusOr<std::vector<DetectorSpec>> LoadDetectors(const std::vector<std::string>& paths);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_DETECTOR_FILE_H_
