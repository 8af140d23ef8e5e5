// Where a secret of the configuration is, and how to fetch it.
//
// Ownership: values; the Secret is locked in memory and wiped. Threads: thread-safe. Errors: UsageError
// (exit 2) that says where the secret was looked for, never what was found.
#ifndef UNDERSTUDY_REFRESH_SECRET_SOURCE_H_
#define UNDERSTUDY_REFRESH_SECRET_SOURCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "base/secret.h"

namespace understudy::refresh {

// Where a secret is: exactly one of the kinds, or kNone.
struct SecretSource {
  enum class Kind { kNone, kEnvironment, kFile, kCommand };
  Kind kind = Kind::kNone;
  std::string value;  // variable, path or command; not the secret

  bool given() const { return kind != Kind::kNone; }
};

// Fetches a secret that is given: the variable's value, the file's or the command's first line. Errors say
// which, never the content.
absl::StatusOr<Secret> ReadSecret(const SecretSource& source);

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_SECRET_SOURCE_H_
