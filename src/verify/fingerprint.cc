#define XXH_INLINE_ALL
#include "verify/fingerprint.h"

#include <fmt/format.h>
#include <sodium.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "copyformat/text_escape.h"

namespace understudy::verify {
namespace {

// Sub-keys of the project key: pseudonyms use the small numbers (pseudonym/kind.h), fingerprints these.
constexpr uint64_t kFirstSubKey = 0xF1000;
// libsodium's KDF gives at most 64 bytes a call.
constexpr size_t kSubKeyBytes = 64;
constexpr uint32_t kBpcharOid = 1042;
// What a NULL hashes to: any constant that is not the hash of an empty value.
constexpr uint64_t kNullHash = 0x6E756C6C6E756C6C;
// Odd constants (the fractions of the square roots of 2 and 3), so that neither factor below is a plain sum.
constexpr uint64_t kHashMask = 0x6A09E667F3BCC909;
constexpr uint64_t kIdentityMask = 0xBB67AE8584CAA73B;
constexpr uint64_t kNoIdentity = 0;

// One multiplication, both halves folded: as strong as the keyed hashes that go into it, and the cheapest
// thing that is not linear in them.
inline uint64_t Mix(uint64_t hash, uint64_t identity) {
  const unsigned __int128 product =
      static_cast<unsigned __int128>(hash ^ kHashMask) * (identity ^ kIdentityMask);
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

FingerprintSecret DeriveFingerprintSecret(const pseudonym::Key& key) {
  FingerprintSecret secret;
  for (size_t i = 0; i < secret.size(); i += kSubKeyBytes) {
    key.Derive(kFirstSubKey + i / kSubKeyBytes, secret.data() + i, std::min(kSubKeyBytes, secret.size() - i));
  }
  return secret;
}

std::string Seal(const FingerprintSecret& secret, std::string_view schema, std::string_view relation,
                 std::string_view column, uint64_t sum) {
  static_assert(kSealKeyBytes == crypto_shorthash_KEYBYTES && crypto_shorthash_BYTES == sizeof(uint64_t));
  std::string message(reinterpret_cast<const char*>(&sum), sizeof sum);
  // PostgreSQL's names hold no NUL.
  for (const std::string_view part : {schema, relation, column}) message.append(part).push_back('\0');
  uint64_t sealed = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&sealed),
                   reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                   secret.data() + kHashSecretBytes);
  return fmt::format("{:016x}", sealed);
}

void Fingerprints::Add(const Fingerprints& other) {
  rows += other.rows;
  whole_rows += other.whole_rows;
  source.resize(std::max(source.size(), other.source.size()));
  staging.resize(std::max(staging.size(), other.staging.size()));
  for (size_t i = 0; i < other.source.size(); ++i) source[i] += other.source[i];
  for (size_t i = 0; i < other.staging.size(); ++i) staging[i] += other.staging[i];
}

class FingerprintFactory::Observer : public rules::RowObserver {
 public:
  explicit Observer(const FingerprintFactory& factory)
      : factory_(factory), in_hashes_(factory.unpadded_.size()), out_hashes_(factory.unpadded_.size()) {
    sums_.source.resize(factory.unpadded_.size());
    sums_.staging.resize(factory.unpadded_.size());
  }
  void Keep() override {
    MutexLock lock(factory_.mutex_);
    factory_.totals_.Add(sums_);
  }

  absl::Status Row(uint64_t, std::span<const copyformat::Field> in,
                   std::span<const copyformat::Field> out) override {
    ++sums_.rows;
    const size_t columns = in_hashes_.size();
    bool changed = false;
    for (size_t i = 0; i < columns; ++i) {
      in_hashes_[i] = out_hashes_[i] = Hash(in[i], i);
      // An unchanged field is the same view on both sides.
      if (in[i].value == out[i].value && in[i].size == out[i].size && in[i].null == out[i].null) continue;
      out_hashes_[i] = Hash(out[i], i);
      changed = true;
    }
    const uint64_t row = Identity();
    for (size_t i = 0; i < columns; ++i) {
      const uint64_t mixed = Mix(out_hashes_[i], row);
      sums_.staging[i] += mixed;
      sums_.source[i] += changed && in_hashes_[i] != out_hashes_[i] ? Mix(in_hashes_[i], row) : mixed;
    }
    return absl::OkStatus();
  }

 private:
  uint64_t Hash(const copyformat::Field& field, size_t column) {
    if (field.null) return kNullHash;
    std::string_view value = field.view();
    if (field.escaped) value = copyformat::Unescape(value, &scratch_);
    if (factory_.unpadded_[column] != 0) value = value.substr(0, value.find_last_not_of(' ') + 1);
    return XXH3_64bits_withSecret(value.data(), value.size(), factory_.secret_.data(), kHashSecretBytes);
  }

  uint64_t Identity() {
    uint64_t identity = kNoIdentity;
    if (factory_.key_.empty()) {
      for (const uint64_t hash : out_hashes_) identity = Mix(hash, identity + 1);
      sums_.whole_rows += identity;
      return kNoIdentity;
    }
    for (const int k : factory_.key_) identity = Mix(out_hashes_[static_cast<size_t>(k)], identity + 1);
    return identity;
  }

  const FingerprintFactory& factory_;
  Fingerprints sums_;
  std::vector<uint64_t> in_hashes_, out_hashes_;
  copyformat::ByteBuffer scratch_;
};

FingerprintFactory::FingerprintFactory(const rules::Relation& relation, const std::vector<int>& columns,
                                       const FingerprintSecret& secret)
    : secret_(secret) {
  for (size_t i = 0; i < columns.size(); ++i) {
    const rules::Attribute& attribute = relation.attributes[static_cast<size_t>(columns[i])];
    unpadded_.push_back(attribute.type.oid == kBpcharOid ? 1 : 0);
    if (std::find(relation.primary_key.begin(), relation.primary_key.end(), attribute.name) !=
        relation.primary_key.end()) {
      key_.push_back(static_cast<int>(i));
    }
  }
}

std::unique_ptr<rules::RowObserver> FingerprintFactory::New() const {
  return std::make_unique<Observer>(*this);
}

Fingerprints FingerprintFactory::Totals() const {
  MutexLock lock(mutex_);
  return totals_;
}

}  // namespace understudy::verify
