// Whether a run that continues another would make the same values: what decides them, as short texts to
// compare.
//
// DESIGN: XXH3-128 of everything, in hex: nobody is kept from anything by it, it only has to notice a change.
// Threads: pure functions that read files.
#ifndef UNDERSTUDY_REFRESH_CONFIGURATION_DIGEST_H_
#define UNDERSTUDY_REFRESH_CONFIGURATION_DIGEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "refresh/context.h"

namespace understudy::refresh {

// Path, size, time of the last change, and a hash of the first and the last MiB; of a directory, of each
// file.
absl::StatusOr<std::string> BackupIdentity(const std::string& path);
// The plan, every file of the rules directory and of the configuration's rules, and the policy.
absl::StatusOr<std::string> ConfigurationDigest(const RunContext& context);
std::string ProgramIdentity(const RunContext& context);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_CONFIGURATION_DIGEST_H_
