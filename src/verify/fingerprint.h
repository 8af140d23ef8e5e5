// Column fingerprints: order-independent sums that say whether two streams of rows hold the same values.
//
// DESIGN
//   Per column: the sum (mod 2^64) of mix(XXH3_64(value, secret), identity of the row), where the identity is
//   the hash of the primary key's fields, or zero for a table without one (then the column is compared as a
//   bag of values). Keyed with a secret derived from the project key, so that a fingerprint in a report is
//   no oracle for values. XXH3 with a 192-byte secret; the final mixing is XXH64's avalanche.
//   One observer sees a row as it came and as it goes: the first sums are of what production sent, the
//   second of what staging must hold. Reading staging back in the same COPY format must give the second. A
//   difference of one value is missed with probability 2^-64.
//   char(n) values are compared without trailing blanks, which PostgreSQL adds by itself.
// Ownership: factories outlive their observers. Threads: a factory is thread-safe (observers add under a
//   lock when they end); an observer belongs to one worker.
#ifndef UNDERSTUDY_VERIFY_FINGERPRINT_H_
#define UNDERSTUDY_VERIFY_FINGERPRINT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "pseudonym/key.h"
#include "rules/facts.h"
#include "rules/toolbox.h"

namespace understudy::verify {

// XXH3's own default secret has this size; longer ones give nothing.
inline constexpr size_t kFingerprintSecretBytes = 192;
using FingerprintSecret = std::array<unsigned char, kFingerprintSecretBytes>;
FingerprintSecret DeriveFingerprintSecret(const pseudonym::Key& key);

// Sums by position in the COPY column list.
struct Fingerprints {
  uint64_t rows = 0;
  std::vector<uint64_t> source;   // of the rows as they came
  std::vector<uint64_t> staging;  // of the rows as they go

  void Add(const Fingerprints& other);
};
// 16 hex digits.
std::string FingerprintText(uint64_t sum);

class FingerprintFactory : public rules::RowObserverFactory {
 public:
  // `columns`: the COPY column list, positions of `relation.attributes`. `secret` must outlive the factory.
  FingerprintFactory(const rules::Relation& relation, const std::vector<int>& columns,
                     const FingerprintSecret& secret);
  std::unique_ptr<rules::RowObserver> New() const override;
  // Of all observers that have ended.
  Fingerprints Totals() const;

 private:
  class Observer;
  const FingerprintSecret& secret_;
  std::vector<int> key_;        // positions in the column list
  std::vector<bool> unpadded_;  // char(n)
  mutable Mutex mutex_;
  mutable Fingerprints totals_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace understudy::verify

#endif  // UNDERSTUDY_VERIFY_FINGERPRINT_H_
