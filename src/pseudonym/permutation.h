// Keyed permutations: distinct numbers stay distinct and stay in their range.
//
// DESIGN
//   Ranges of up to kShuffleLimit numbers are shuffled (Fisher-Yates under the key, a table). Larger ones go
//   through a balanced Feistel network over a·b ≥ n (Black, Rogaway, "Ciphers with arbitrary finite domains",
//   CT-RSA 2002) with SipHash as its round function; a result outside the range goes through again (cycle
//   walking), which ends because the network is a permutation of a·b. Ten rounds, as FF1 (NIST SP 800-38G).
//   What numbers of up to 16 bits became is kept: groups of four digits are everywhere.
//   DigitPermutation does strings of digits: same length, a leading zero stays a leading zero, and what fits
//   into a smallint, integer or bigint still does.
// Ownership: points into the key material of `digester`. Threads: thread-safe. No allocation after
// construction.
#ifndef UNDERSTUDY_PSEUDONYM_PERMUTATION_H_
#define UNDERSTUDY_PSEUDONYM_PERMUTATION_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pseudonym/digest.h"

namespace understudy::pseudonym {

// Permutes digits of mixed radices (each 1 … 64) in place: injective among strings of one list of radices.
void MapMixed(const Digester& digester, const std::string& radices, std::string* digits);

class Permutation {
 public:
  static constexpr uint64_t kShuffleLimit = 4096;

  // Of 0 … range-1. `tweak` makes permutations of one key and range different.
  // Without a table small ranges go through the network as well, and nothing is allocated.
  Permutation(const Digester& digester, uint64_t range, uint64_t tweak, bool tabled = true);
  // `value` must be below the range.
  uint64_t Map(uint64_t value) const;

 private:
  uint64_t Feistel(uint64_t value) const;
  uint64_t Walk(uint64_t value) const;

  Digester digester_;
  uint64_t range_;
  uint64_t tweak_;
  uint64_t left_ = 1;  // the network's two moduli
  uint64_t right_ = 1;
  std::vector<uint16_t> table_;
  // Of ranges between kShuffleLimit and kKeptLimit: what each value became, and one; 0 is not yet known.
  static constexpr uint64_t kKeptLimit = 65535;
  mutable std::vector<std::atomic<uint16_t>> kept_;
};

class DigitPermutation {
 public:
  explicit DigitPermutation(const Digester& digester);
  // `digits` holds only '0' … '9'; permuted in place. Injective among strings of one length.
  void Map(std::string* digits, size_t from) const;

 private:
  static constexpr size_t kTabled = 19;  // below 2^64
  uint64_t MapBlock(uint64_t value, size_t length, uint64_t tweak) const;

  Digester digester_;
  std::vector<Permutation> by_length_;  // [length]: of the strings of that length without a leading zero
  std::vector<Permutation> above_;      // [length]: of those above the greatest integer of that length
  std::vector<Permutation> with_zero_;  // [length]: of those that begin with 0
};

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_PERMUTATION_H_
