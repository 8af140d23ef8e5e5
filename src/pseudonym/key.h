// The project key: 32 bytes that no one but the owner may know.
//
// DESIGN: the only source of unlinkability. Loaded from a file (mode 0600 or narrower, else refused), an
// environment variable or a command; written as 64 hex digits. Sub-keys per kind come from libsodium's KDF
// (BLAKE2b). Locked in memory, wiped at the end, never in a message; key_id() is what reports show.
// Threads: immutable, thread-safe.
#ifndef UNDERSTUDY_PSEUDONYM_KEY_H_
#define UNDERSTUDY_PSEUDONYM_KEY_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/secret.h"

namespace understudy::pseudonym {

inline constexpr size_t kKeyBytes = 32;

class Key {
 public:
  // A fresh random key: `ephemeral()` is then true and reports say that refreshes can't be linked.
  static absl::StatusOr<Key> Random();
  static absl::StatusOr<Key> FromHex(std::string_view hex);
  static absl::StatusOr<Key> FromFile(const std::string& path);
  static absl::StatusOr<Key> FromEnvironment(const std::string& variable);
  static absl::StatusOr<Key> FromCommand(const std::string& command);
  // Writes a fresh key to `path` with mode 0600; refuses to overwrite.
  static absl::StatusOr<Key> Generate(const std::string& path);

  // Fills `out` with the sub-key `id` (libsodium crypto_kdf_derive_from_key, context "undrstdy").
  void Derive(uint64_t id, unsigned char* out, size_t size) const;
  std::string key_id() const;
  bool ephemeral() const { return ephemeral_; }

 private:
  Key(Secret bytes, bool ephemeral) : bytes_(std::move(bytes)), ephemeral_(ephemeral) {}
  Secret bytes_;
  bool ephemeral_ = false;
};

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_KEY_H_
