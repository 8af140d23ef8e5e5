#include "pseudonym/digest.h"

// Inlined, a hash of a short value costs no call.
#define XXH_INLINE_ALL
#include <sodium.h>
#include <xxhash.h>

#include <span>
#include <vector>

namespace understudy::pseudonym {
namespace {

static_assert(Digester::kXxhSecretBytes >= XXH3_SECRET_SIZE_MIN);
// Sub-key ids below belong to other users of the project key (the verification fingerprints).
constexpr uint64_t kFirstKindId = 1000;

Digest Whole(SipHash hash) {
  const uint64_t first = hash.first();
  return {first, hash.second()};
}

}  // namespace

Digest Digester::Of(std::string_view normalised, Purpose purpose) const {
  const XXH128_hash_t hash =
      XXH3_128bits_withSecret(normalised.data(), normalised.size(), key_, kXxhSecretBytes);
  return Whole(Sip(hash.low64, hash.high64, purpose, 0));
}

Digest Digester::More(const Digest& digest, uint32_t counter) const {
  return Whole(Sip(digest.high, digest.low, Purpose::kExtra, counter));
}

DigestKeys::DigestKeys(const Key& key) {
  std::vector<unsigned char> bytes(kKinds * Digester::kBytes);
  for (size_t i = 0; i < kKinds; ++i) {
    key.Derive(kFirstKindId + i + 1, bytes.data() + i * Digester::kBytes, Digester::kBytes);
  }
  bytes_ = Secret(std::span<const unsigned char>(bytes));
  sodium_memzero(bytes.data(), bytes.size());
}

void Draw::Refill() {
  const Digest more = digester_->More(origin_, ++refills_);
  rest_ = {more.high, more.low};
  bits_left_ = 128;
}

}  // namespace understudy::pseudonym
