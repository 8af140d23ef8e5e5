#include "pseudonym/digest.h"

// The attacked function itself, as the digest uses it.
#define XXH_INLINE_ALL
#include <gtest/gtest.h>
#include <sodium.h>
#include <xxhash.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <random>
#include <string>

#include "pseudonym/key.h"
#include "pseudonym/siphash.h"

namespace understudy::pseudonym {
namespace {

constexpr char kHex[] = "8f3b000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d";

Digester EmailDigester() {
  static const DigestKeys* keys = new DigestKeys(*Key::FromHex(kHex));
  return keys->ForKind(Kind::kEmail);
}

// An attack on bare XXH3 of values of 4 to 8 bytes. Its 128 bits are, with m = P1 + 4·length (odd),
//   product = (input ^ secret word) · m;  high += 2·low;  low ^= high >> 3;  two reversible scramblings.
// Every step can be undone, so one known value and its hash give the secret word, which is the same for all
// values of that length; and with it every such hash gives its value back.
uint64_t InverseOf(uint64_t odd) {
  uint64_t inverse = odd;
  for (int i = 0; i < 6; ++i) inverse *= 2 - odd * inverse;
  return inverse;
}
uint64_t UndoShift(uint64_t x, int shift) {
  uint64_t y = x;
  for (int done = shift; done < 64; done += shift) y = x ^ (y >> shift);
  return y;
}
uint64_t Packed(std::string_view s) {  // the 4 … 8 bytes as XXH3 reads them
  uint32_t first = 0;
  uint32_t last = 0;
  std::memcpy(&first, s.data(), 4);
  std::memcpy(&last, s.data() + s.size() - 4, 4);
  return first + (static_cast<uint64_t>(last) << 32);
}
std::string Unpacked(uint64_t packed, size_t length) {
  std::string s(length, '\0');
  std::memcpy(s.data() + length - 4, reinterpret_cast<const char*>(&packed) + 4, 4);
  std::memcpy(s.data(), &packed, 4);
  return s;
}
// input ^ secret word, out of the 128 bits.
uint64_t KeyedInput(uint64_t low, uint64_t high, size_t length) {
  high = UndoShift(high, 32);
  high *= InverseOf(0x165667919E3779F9u);
  high = UndoShift(high, 37);
  low = UndoShift(low, 28);
  low *= InverseOf(0x9FB21C651E98DF25u);
  low = UndoShift(low, 35);
  low ^= high >> 3;
  return low * InverseOf(0x9E3779B185EBCA87u + 4 * length);
}

TEST(DigestTest, OneKnownPairOpensBareXxh3) {
  std::array<unsigned char, 192> secret;
  Key::FromHex(kHex)->Derive(77, secret.data(), secret.size());
  const auto bare = [&](std::string_view s) {
    return XXH3_128bits_withSecret(s.data(), s.size(), secret.data(), secret.size());
  };
  for (const std::string_view known : {"jdoe", "a.lee", "okonkw", "b.smith", "ana.lima"}) {
    const XXH128_hash_t seen = bare(known);
    const uint64_t word = KeyedInput(seen.low64, seen.high64, known.size()) ^ Packed(known);
    // Another value of that length, nobody has told us, is read out of its hash.
    const std::string other = std::string("zq7_x.9k").substr(0, known.size());
    const XXH128_hash_t hash = bare(other);
    EXPECT_EQ(Unpacked(KeyedInput(hash.low64, hash.high64, other.size()) ^ word, other.size()), other);
  }
}

TEST(DigestTest, TheSameAttackReadsNothingOutOfADigest) {
  const Digester digester = EmailDigester();
  std::mt19937_64 random(7);
  int read = 0;
  for (int i = 0; i < 10'000; ++i) {
    std::string known(8, 'a');
    std::string other(8, 'a');
    for (char& c : known) c = static_cast<char>('a' + random() % 26);
    for (char& c : other) c = static_cast<char>('a' + random() % 26);
    const Digest seen = digester.Of(known);
    const Digest hash = digester.Of(other);
    // Whichever half is taken for which.
    for (const bool swapped : {false, true}) {
      const auto keyed = [&](const Digest& d) {
        return swapped ? KeyedInput(d.high, d.low, 8) : KeyedInput(d.low, d.high, 8);
      };
      if ((keyed(hash) ^ keyed(seen) ^ Packed(known)) == Packed(other)) ++read;
    }
  }
  EXPECT_EQ(read, 0);
}

TEST(SipHashTest, IsLibsodiums) {
  std::mt19937_64 random(20);
  for (int i = 0; i < 10000; ++i) {
    static_assert(SipHash::kKeyBytes == crypto_shorthash_siphashx24_KEYBYTES);
    unsigned char key[SipHash::kKeyBytes], out[crypto_shorthash_siphashx24_BYTES];
    for (unsigned char& c : key) c = static_cast<unsigned char>(random());
    const uint64_t message[3] = {random(), i == 0 ? 0 : random(), random()};
    crypto_shorthash_siphashx24(out, reinterpret_cast<const unsigned char*>(message), sizeof message, key);
    uint64_t expected[2];
    std::memcpy(expected, out, sizeof expected);
    SipHash hash(key, message[0], message[1], message[2]);
    ASSERT_EQ(hash.first(), expected[0]);
    ASSERT_EQ(hash.second(), expected[1]);
  }
}

TEST(DigestTest, KindsPurposesAndKeysAreDifferentWorlds) {
  const DigestKeys keys(*Key::FromHex(kHex));
  const DigestKeys others(*Key::FromHex("0f3b000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d"));
  const Digest digest = keys.ForKind(Kind::kEmail).Of("x");
  EXPECT_EQ(keys.ForKind(Kind::kEmail).Of("x"), digest);
  EXPECT_FALSE(keys.ForKind(Kind::kPhone).Of("x") == digest);
  EXPECT_FALSE(keys.ForKind(Kind::kEmail).Of("x", Purpose::kPart) == digest);
  EXPECT_FALSE(others.ForKind(Kind::kEmail).Of("x") == digest);
}

// Flipping any input bit flips every output bit with probability ½: over n trials the count of flips is
// binomial; five sigma over 128 bits · input positions is passed by chance only once in ten thousand runs.
TEST(DigestTest, EveryInputBitMovesEveryOutputBitHalfTheTime) {
  const Digester digester = EmailDigester();
  constexpr int kTrials = 4000;
  std::mt19937_64 random(11);
  for (const size_t length : {3u, 8u, 14u, 40u, 200u, 300u}) {
    std::array<int, 128> flips{};
    double total = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::string value(length, '\0');
      for (char& c : value) c = static_cast<char>(random());
      const Digest before = digester.Of(value);
      const size_t bit = random() % (8 * length);
      value[bit / 8] = static_cast<char>(value[bit / 8] ^ (1 << (bit % 8)));
      const Digest after = digester.Of(value);
      const uint64_t high = before.high ^ after.high;
      const uint64_t low = before.low ^ after.low;
      total += std::popcount(high) + std::popcount(low);
      for (size_t i = 0; i < 64; ++i) {
        flips[i] += static_cast<int>(low >> i & 1);
        flips[64 + i] += static_cast<int>(high >> i & 1);
      }
    }
    const double sigma = std::sqrt(kTrials * 0.25);
    for (size_t i = 0; i < flips.size(); ++i) {
      EXPECT_NEAR(flips[i], kTrials / 2, 5 * sigma) << "bit " << i << " of values of " << length << " bytes";
    }
    EXPECT_NEAR(total / kTrials, 64, 5 * std::sqrt(32.0 / kTrials));
  }
}

TEST(DrawTest, ChoicesAreEven) {
  const Digester digester = EmailDigester();
  constexpr uint32_t kSides = 37;
  constexpr int kRounds = 37'000;
  for (const int choice : {0, 5, 40}) {  // 40: after the digest has run out and was refilled
    std::array<int, kSides> counts{};
    for (int i = 0; i < kRounds; ++i) {
      Draw draw(digester, digester.Of("v" + std::to_string(i)));
      for (int skip = 0; skip < choice; ++skip) draw.Below(10);
      ++counts[draw.Below(kSides)];
    }
    double chi = 0;
    for (const int count : counts) chi += (count - 1000.0) * (count - 1000.0) / 1000.0;
    EXPECT_LT(chi, 85) << choice;  // 36 degrees of freedom: 85 is passed once in 200,000
  }
}

}  // namespace
}  // namespace understudy::pseudonym
