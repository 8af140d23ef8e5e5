// Password hashes as Odoo's passlib context writes and reads them: $pbkdf2-sha512$rounds$salt$hash.
//
// DESIGN
//   Format of passlib's modular crypt for PBKDF2 (RFC 8018 §5.2): salt and hash in "adapted base64" (standard
//   alphabet with '.' for '+', no padding). Odoo 12 to 16 writes 25,000 rounds, 17 and later 600,000; any
//   number verifies. A staging salt begins with the word "understudy": a salt is no secret, and so a query
//   can tell staging's own hashes from production's on any copy (assertion password_unchanged).
// Threads: thread-safe. Cost: 600,000 rounds take some 0.3 s of one core, once per run.
#ifndef UNDERSTUDY_ODOO_PASSWORD_H_
#define UNDERSTUDY_ODOO_PASSWORD_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/secret.h"

namespace understudy::odoo {

// For Odoo's major version; 0 (unknown) gets the newest.
int RoundsFor(int odoo_major);

// The salt is "understudy" and 6 bytes derived from the password and `diversifier` (say, the key's id), so
// that the same configuration gives the same hash and another installation another one.
absl::StatusOr<std::string> HashStagingPassword(const Secret& password, int rounds,
                                                std::string_view diversifier);
// With a salt of the caller's.
absl::StatusOr<std::string> HashPassword(const Secret& password, int rounds,
                                         std::span<const unsigned char> salt);
// False for a hash of another scheme or a damaged one.
bool VerifyPassword(const Secret& password, std::string_view hash);

// A PostgreSQL regular expression that matches hashes of HashStagingPassword.
std::string StagingHashPattern();

std::string AdaptedBase64(std::span<const unsigned char> bytes);

}  // namespace understudy::odoo

#endif  // UNDERSTUDY_ODOO_PASSWORD_H_
