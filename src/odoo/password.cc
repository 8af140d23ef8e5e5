#include "odoo/password.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <array>
#include <charconv>
#include <vector>

#include "base/status.h"
#include "base/strings.h"

namespace understudy::odoo {
namespace {

constexpr std::string_view kScheme = "pbkdf2-sha512";
constexpr std::string_view kMark = "understudy";
constexpr size_t kMarkedSaltBytes = 16;  // passlib's own default size
constexpr size_t kHashBytes = 64;        // SHA-512
constexpr int kMaxRounds = 10'000'000;   // a hash that asks for more is not ours to compute

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./";

bool FromAdaptedBase64(std::string_view text, std::vector<unsigned char>* out) {
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return false;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out->push_back(static_cast<unsigned char>(bits >> count));
    }
  }
  return true;
}

bool Derive(const Secret& password, int rounds, std::span<const unsigned char> salt,
            std::array<unsigned char, kHashBytes>* out) {
  const std::string_view clear = password.Reveal();
  return PKCS5_PBKDF2_HMAC(clear.data(), static_cast<int>(clear.size()), salt.data(),
                           static_cast<int>(salt.size()), rounds, EVP_sha512(), kHashBytes, out->data()) == 1;
}

}  // namespace

int RoundsFor(int odoo_major) { return odoo_major == 0 || odoo_major >= 17 ? 600'000 : 25'000; }

std::string AdaptedBase64(std::span<const unsigned char> bytes) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const unsigned char byte : bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 6) {
      count -= 6;
      out += kAlphabet[(bits >> count) & 63];
    }
  }
  if (count > 0) out += kAlphabet[(bits << (6 - count)) & 63];
  return out;
}

absl::StatusOr<std::string> HashPassword(const Secret& password, int rounds,
                                         std::span<const unsigned char> salt) {
  if (password.empty()) return UsageError("an empty staging password would let anybody in");
  if (rounds < 1 || rounds > kMaxRounds) return UsageError("rounds out of range");
  std::array<unsigned char, kHashBytes> hash;
  if (!Derive(password, rounds, salt, &hash)) return Failed("hashing the staging password failed");
  return fmt::format("${}${}${}${}", kScheme, rounds, AdaptedBase64(salt), AdaptedBase64(hash));
}

absl::StatusOr<std::string> HashStagingPassword(const Secret& password, int rounds,
                                                std::string_view diversifier) {
  if (!SodiumReady()) return Failed("the system has no source of randomness");
  std::array<unsigned char, crypto_generichash_BYTES> digest;
  crypto_generichash(digest.data(), digest.size(), password.data(), password.size(),
                     reinterpret_cast<const unsigned char*>(diversifier.data()),
                     std::min(diversifier.size(), size_t{crypto_generichash_KEYBYTES_MAX}));
  std::array<unsigned char, kMarkedSaltBytes> salt;
  std::copy(kMark.begin(), kMark.end(), salt.begin());
  std::copy_n(digest.begin(), salt.size() - kMark.size(), salt.begin() + kMark.size());
  return HashPassword(password, rounds, salt);
}

bool VerifyPassword(const Secret& password, std::string_view hash) {
  const std::vector<std::string_view> parts = Split(hash, '$');
  if (parts.size() != 5 || !parts[0].empty() || parts[1] != kScheme) return false;
  int rounds = 0;
  const auto parsed = std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), rounds);
  if (parsed.ec != std::errc() || parsed.ptr != parts[2].data() + parts[2].size()) return false;
  if (rounds < 1 || rounds > kMaxRounds) return false;
  std::vector<unsigned char> salt, expected;
  if (!FromAdaptedBase64(parts[3], &salt) || !FromAdaptedBase64(parts[4], &expected)) return false;
  std::array<unsigned char, kHashBytes> actual;
  if (expected.size() != kHashBytes || !Derive(password, rounds, salt, &actual)) return false;
  return CRYPTO_memcmp(actual.data(), expected.data(), kHashBytes) == 0;
}

std::string StagingHashPattern() {
  // Ten bytes of the mark: nine make twelve whole characters of base64, the tenth mixes with what follows.
  const auto* mark = reinterpret_cast<const unsigned char*>(kMark.data());
  return fmt::format("^\\${}\\$[0-9]+\\${}", kScheme, AdaptedBase64({mark, 9}));
}

}  // namespace understudy::odoo
