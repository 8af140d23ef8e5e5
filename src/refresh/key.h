// The project key as the configuration gives it, and what neutralising derives from it.
//
// Ownership: values. Threads: thread-safe functions.
#ifndef UNDERSTUDY_REFRESH_KEY_H_
#define UNDERSTUDY_REFRESH_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "pseudonym/key.h"
#include "refresh/secret_source.h"

namespace understudy::refresh {

// A fresh random one if none is given.
absl::StatusOr<pseudonym::Key> LoadKey(const SecretSource& source);

// Hex digits of the sub-key behind new tokens; pseudonyms, fingerprints and key ids have others.
std::string TokenSeed(const pseudonym::Key& key);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_KEY_H_
