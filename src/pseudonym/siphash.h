// SipHash-2-4-128 of three 64-bit words, inlined: the one length that digests have.
//
// Source: Aumasson, Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012; the 128-bit variant as its
// reference implementation has it. A test compares it with libsodium's crypto_shorthash_siphashx24, which is
// no longer called because a permutation takes ten of them one after the other, and needs one half of each.
// Threads: thread-safe.
#ifndef UNDERSTUDY_PSEUDONYM_SIPHASH_H_
#define UNDERSTUDY_PSEUDONYM_SIPHASH_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/eight_bytes.h"

namespace understudy::pseudonym {

class SipHash {
 public:
  static constexpr size_t kKeyBytes = 16;

  // `key` has kKeyBytes. The words are those of a message, little-endian.
  SipHash(const unsigned char* key, uint64_t a, uint64_t b, uint64_t c) {
    const uint64_t k0 = Word(key), k1 = Word(key + 8);
    v0_ = k0 ^ 0x736F6D6570736575;
    v1_ = k1 ^ 0x646F72616E646F6D ^ 0xEE;
    v2_ = k0 ^ 0x6C7967656E657261;
    v3_ = k1 ^ 0x7465646279746573;
    Compress(a);
    Compress(b);
    Compress(c);
    Compress(uint64_t{24} << 56);
    v2_ ^= 0xEE;
    Rounds(4);
  }

  // The first eight bytes of the result, then the second.
  uint64_t first() const { return v0_ ^ v1_ ^ v2_ ^ v3_; }
  uint64_t second() {
    v1_ ^= 0xDD;
    Rounds(4);
    return first();
  }

 private:
  static uint64_t Word(const unsigned char* bytes) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, 8);
    return FirstIsLowest(word);
  }
  void Compress(uint64_t word) {
    v3_ ^= word;
    Rounds(2);
    v0_ ^= word;
  }
  void Rounds(int count) {
    for (int i = 0; i < count; ++i) {
      v0_ += v1_;
      v2_ += v3_;
      v1_ = std::rotl(v1_, 13) ^ v0_;
      v3_ = std::rotl(v3_, 16) ^ v2_;
      v0_ = std::rotl(v0_, 32);
      v2_ += v1_;
      v0_ += v3_;
      v1_ = std::rotl(v1_, 17) ^ v2_;
      v3_ = std::rotl(v3_, 21) ^ v0_;
      v2_ = std::rotl(v2_, 32);
    }
  }

  uint64_t v0_, v1_, v2_, v3_;
};

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_SIPHASH_H_
