// Column fingerprints: order-independent sums that say whether two streams of rows hold the same values.
//
// DESIGN
//   Per column: the sum (mod 2^64) of mix(XXH3_64(value, secret), identity of the row), where the identity is
//   the hash of the primary key's fields as they go out, or a constant for a table without one: then each
//   column is compared as a bag of values, and one more sum over whole rows says that the values still stand
//   in the same rows. The identity is that of the outgoing row on both sides, so a kept column has equal sums
//   even where the key itself is rewritten.
//   One observer sees a row as it came and as it goes: the first sums are of what production sent, the
//   second of what staging must hold. Reading staging back in the same COPY format must give the second. A
//   difference of one value is missed with probability 2^-64.
//   XXH3 with a 192-byte secret derived from the project key. Its short inputs are mixed invertibly, so a sum
//   over one row would give away what a bare output gives away; a sum is therefore never shown: what a record
//   holds is SipHash-2-4 of it under a key of its own, bound to relation and column (Seal). Equal sums of
//   different columns can't be told from unequal ones.
//   char(n) values are compared without trailing blanks, which PostgreSQL adds by itself.
// Ownership: factories outlive their observers. Threads: a factory is thread-safe (observers add under a
//   lock when their slice is in); an observer belongs to one worker.
#ifndef UNDERSTUDY_VERIFY_FINGERPRINT_H_
#define UNDERSTUDY_VERIFY_FINGERPRINT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "pseudonym/key.h"
#include "rules/facts.h"
#include "rules/toolbox.h"

namespace understudy::verify {

// XXH3's own default secret has the first size, longer ones give nothing; SipHash's key is the second.
inline constexpr size_t kHashSecretBytes = 192;
inline constexpr size_t kSealKeyBytes = 16;
using FingerprintSecret = std::array<unsigned char, kHashSecretBytes + kSealKeyBytes>;
FingerprintSecret DeriveFingerprintSecret(const pseudonym::Key& key);

// Sums by position in the COPY column list.
struct Fingerprints {
  uint64_t rows = 0;
  std::vector<uint64_t> source;   // of the rows as they came
  std::vector<uint64_t> staging;  // of the rows as they go
  uint64_t whole_rows = 0;        // of the rows as they go; 0 where a primary key gives them an identity

  void Add(const Fingerprints& other);
};

// What may be shown of a sum: 16 hex digits. `column` is empty for a sum over whole rows.
std::string Seal(const FingerprintSecret& secret, std::string_view schema, std::string_view relation,
                 std::string_view column, uint64_t sum);

class FingerprintFactory : public rules::RowObserverFactory {
 public:
  // `columns`: the COPY column list, positions of `relation.attributes`. `secret` must outlive the factory.
  FingerprintFactory(const rules::Relation& relation, const std::vector<int>& columns,
                     const FingerprintSecret& secret);
  std::unique_ptr<rules::RowObserver> New() const override;
  // Of all slices that are in.
  Fingerprints Totals() const;

 private:
  class Observer;
  const FingerprintSecret& secret_;
  std::vector<int> key_;           // positions in the column list
  std::vector<uint8_t> unpadded_;  // char(n)
  mutable Mutex mutex_;
  mutable Fingerprints totals_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace understudy::verify

#endif  // UNDERSTUDY_VERIFY_FINGERPRINT_H_
