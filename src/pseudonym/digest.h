// The keyed function from a value to 128 bits, and the bits drawn from it one choice at a time.
//
// DESIGN
//   digest(domain, value) = SipHash-2-4-128(k2, XXH3_128(secret k1, normalised value) ‖ domain)
//   XXH3 does the work at memory speed, SipHash hides it. A bare XXH3 output is never rendered: for inputs of
//   up to 16 bytes its mixing is a sum of products that inverts, so one known pair and one visible output
//   would give the effective secret of that length away (docs/pseudonyms.md; digest_test.cc shows it).
//   Only the last step, a PRF under a key of its own, ever leaves this file. Each kind has its own k1 and k2.
//   SipHash: siphash.h.
// Ownership: a Digester points into key material that its owner (DigestKeys) keeps.
// Threads: immutable, thread-safe; a Draw belongs to one call. Nothing allocates.
#ifndef UNDERSTUDY_PSEUDONYM_DIGEST_H_
#define UNDERSTUDY_PSEUDONYM_DIGEST_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/secret.h"
#include "pseudonym/key.h"
#include "pseudonym/kind.h"
#include "pseudonym/siphash.h"

namespace understudy::pseudonym {

struct Digest {
  uint64_t high = 0;
  uint64_t low = 0;
  bool operator==(const Digest&) const = default;
};

// What inside a kind is being decided; part of the domain. Do not renumber.
enum class Purpose : uint8_t {
  kValue = 0,
  kWholeName = 1,  // a first name inside a full name
  kMailDomain = 2,
  kExtra = 3,    // more bits of a digest that has run out
  kSubject = 4,  // whose value it is, for dates and amounts
  kPart = 5,     // a word inside a larger value
  kPermutation = 6,
};

class Digester {
 public:
  // k1: kXxhSecretBytes; k2: SipHash::kKeyBytes right behind it.
  static constexpr size_t kXxhSecretBytes = 192;  // XXH3_SECRET_SIZE_MIN is 136
  static constexpr size_t kBytes = kXxhSecretBytes + SipHash::kKeyBytes;

  Digester() = default;
  Digester(const unsigned char* key, Kind kind) : key_(key), kind_(kind) {}

  Digest Of(std::string_view normalised, Purpose purpose = Purpose::kValue) const;
  // Another 128 bits from a digest, under a counter.
  Digest More(const Digest& digest, uint32_t counter) const;
  // The round function of permutations.
  uint64_t Round(uint64_t half, uint64_t tweak, uint32_t round) const {
    return Sip(half, tweak, Purpose::kPermutation, round).first();
  }

 private:
  SipHash Sip(uint64_t a, uint64_t b, Purpose purpose, uint32_t counter) const {
    const uint64_t domain = static_cast<uint64_t>(kind_) | static_cast<uint64_t>(purpose) << 8 |
                            static_cast<uint64_t>(counter) << 32;
    return {key_ + kXxhSecretBytes, a, b, domain};
  }

  const unsigned char* key_ = nullptr;
  Kind kind_ = Kind::kText;
};

// The sub-keys of all kinds, in locked memory.
class DigestKeys {
 public:
  explicit DigestKeys(const Key& key);
  Digester ForKind(Kind kind) const {
    return Digester(bytes_.data() + (static_cast<size_t>(kind) - 1) * Digester::kBytes, kind);
  }

 private:
  Secret bytes_;
};

// 128 bits as a number in [0, 1).
struct Fraction {
  uint64_t high;
  uint64_t low;

  // Its first digit in base n, which leaves the others.
  uint32_t Take(uint32_t n) {
    const unsigned __int128 p0 = static_cast<unsigned __int128>(low) * n;
    const unsigned __int128 p1 = static_cast<unsigned __int128>(high) * n + static_cast<uint64_t>(p0 >> 64);
    low = static_cast<uint64_t>(p0);
    high = static_cast<uint64_t>(p1);
    return static_cast<uint32_t>(p1 >> 64);
  }
};

// Reads a digest as a fraction in [0, 1) and takes choices off it: Below(n) is its next digit in base n.
// Different digests that agree in every choice differ only in bits no choice used.
class Draw {
 public:
  Draw(const Digester& digester, const Digest& digest)
      : digester_(&digester), origin_(digest), rest_{digest.high, digest.low} {}

  // 0 … n-1; n at least 1. The bias is below 2^-32.
  uint32_t Below(uint32_t n) {
    const int bits = BitsOf(n);
    if (!Has(bits)) Refill();
    bits_left_ -= bits;
    return rest_.Take(n);
  }
  static int BitsOf(uint32_t n) { return std::bit_width(n - 1); }

  // Several choices at once: if it Has the bits of all, they are taken off rest(), which then stays in
  // registers, and what is left is put back.
  bool Has(int bits) const { return bits_left_ >= bits + 32; }
  Fraction rest() const { return rest_; }
  void PutBack(Fraction rest, int bits) {
    rest_ = rest;
    bits_left_ -= bits;
  }
  char Digit() { return static_cast<char>('0' + Below(10)); }

 private:
  void Refill();

  const Digester* digester_;
  Digest origin_;
  Fraction rest_;
  int bits_left_ = 128;
  uint32_t refills_ = 0;
};

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_DIGEST_H_
