#define XXH_INLINE_ALL
#include "verify/fingerprint.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

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

inline uint64_t Mix(uint64_t hash, uint64_t identity) {
  return XXH64_avalanche(hash ^ (identity * 0x9E3779B97F4A7C15ULL));
}

}  // namespace

FingerprintSecret DeriveFingerprintSecret(const pseudonym::Key& key) {
  FingerprintSecret secret;
  for (size_t i = 0; i < secret.size(); i += kSubKeyBytes) {
    key.Derive(kFirstSubKey + i / kSubKeyBytes, secret.data() + i, kSubKeyBytes);
  }
  return secret;
}

std::string FingerprintText(uint64_t sum) { return fmt::format("{:016x}", sum); }

void Fingerprints::Add(const Fingerprints& other) {
  rows += other.rows;
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
  ~Observer() override {
    MutexLock lock(factory_.mutex_);
    factory_.totals_.Add(sums_);
  }

  absl::Status Row(uint64_t, std::span<const copyformat::Field> in,
                   std::span<const copyformat::Field> out) override {
    ++sums_.rows;
    for (size_t i = 0; i < in.size(); ++i) {
      in_hashes_[i] = Hash(in[i], i);
      // An unchanged field is the same view on both sides.
      const bool same = in[i].value == out[i].value && in[i].null == out[i].null && in[i].size == out[i].size;
      out_hashes_[i] = same ? in_hashes_[i] : Hash(out[i], i);
    }
    const uint64_t in_row = Identity(in_hashes_), out_row = Identity(out_hashes_);
    for (size_t i = 0; i < in.size(); ++i) {
      sums_.source[i] += Mix(in_hashes_[i], in_row);
      sums_.staging[i] += Mix(out_hashes_[i], out_row);
    }
    return absl::OkStatus();
  }

 private:
  uint64_t Hash(const copyformat::Field& field, size_t column) {
    if (field.null) return kNullHash;
    std::string_view value = field.view();
    if (field.escaped) value = copyformat::Unescape(value, &scratch_);
    if (factory_.unpadded_[column]) value = value.substr(0, value.find_last_not_of(' ') + 1);
    return XXH3_64bits_withSecret(value.data(), value.size(), factory_.secret_.data(),
                                  factory_.secret_.size());
  }

  uint64_t Identity(const std::vector<uint64_t>& hashes) const {
    uint64_t identity = 0;
    for (const int k : factory_.key_) identity = Mix(hashes[static_cast<size_t>(k)], identity + 1);
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
    unpadded_.push_back(attribute.type.oid == kBpcharOid);
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
