#include "pseudonym/permutation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace understudy::pseudonym {
namespace {

constexpr int kRounds = 10;

uint64_t PowerOfTen(size_t exponent) {
  uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

uint64_t ParseDigits(std::string_view digits) {
  uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<uint64_t>(c - '0');
  return value;
}

void WriteDigits(uint64_t value, char* out, size_t length) {
  for (size_t i = length; i > 0; --i) {
    out[i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

Permutation::Permutation(const Digester& digester, uint64_t range, uint64_t tweak)
    : digester_(digester), range_(range), tweak_(tweak) {
  if (range <= kShuffleLimit) {
    table_.resize(range);
    std::iota(table_.begin(), table_.end(), uint16_t{0});
    Draw draw(digester_, digester_.More({range, tweak}, 0));
    for (size_t i = table_.size(); i > 1; --i) {
      std::swap(table_[i - 1], table_[draw.Below(static_cast<uint32_t>(i))]);
    }
    return;
  }
  left_ = static_cast<uint64_t>(std::sqrt(static_cast<double>(range)));
  while (left_ * left_ < range) ++left_;
  right_ = (range + left_ - 1) / left_;
}

uint64_t Permutation::Feistel(uint64_t value) const {
  uint64_t a = value / right_;  // below left_
  uint64_t b = value % right_;
  uint64_t modulus_a = left_;
  uint64_t modulus_b = right_;
  for (int round = 0; round < kRounds; ++round) {
    const Digest digest =
        digester_.Round(b, tweak_ ^ (range_ * 0x9E3779B97F4A7C15u), static_cast<uint32_t>(round));
    const uint64_t next = (a + digest.high % modulus_a) % modulus_a;
    a = b;
    b = next;
    std::swap(modulus_a, modulus_b);
  }
  return a * modulus_b + b;
}

uint64_t Permutation::Map(uint64_t value) const {
  if (!table_.empty()) return table_[value];
  do {
    value = Feistel(value);
  } while (value >= range_);
  return value;
}

DigitPermutation::DigitPermutation(const Digester& digester) : digester_(digester) {
  for (size_t length = 0; length <= kTabled; ++length) {
    const uint64_t below = length == 0 ? 1 : PowerOfTen(length - 1);
    by_length_.emplace_back(digester, length <= 1 ? 9 : below * 9, length);
    with_zero_.emplace_back(digester, below, length + 100);
  }
}

uint64_t DigitPermutation::MapBlock(uint64_t value, size_t length, uint64_t tweak) const {
  return Permutation(digester_, PowerOfTen(length), tweak).Map(value);
}

void DigitPermutation::Map(std::string* digits, size_t from) const {
  char* text = digits->data() + from;
  const size_t length = digits->size() - from;
  if (length == 0) return;
  if (length <= kTabled) {
    const uint64_t value = ParseDigits({text, length});
    const uint64_t lowest = PowerOfTen(length - 1);
    // A single digit has no leading zero: ten values, one permutation each of 0 and of 1 … 9 would show
    // the zero, so all ten are shuffled by with_zero_ of length 2.
    if (length == 1) {
      WriteDigits(with_zero_[2].Map(value), text, length);
    } else if (text[0] == '0') {
      WriteDigits(with_zero_[length].Map(value), text, length);
    } else {
      WriteDigits(lowest + by_length_[length].Map(value - lowest), text, length);
    }
    return;
  }
  // Longer strings go block by block from both ends, each block under a tweak made of all digits outside
  // it: every step is a permutation for the rest that it leaves alone, so the whole is one too.
  constexpr size_t kBlock = 9;
  for (int pass = 0; pass < 2; ++pass) {
    for (size_t start = 0; start < length; start += kBlock) {
      const size_t begin = pass == 0 ? start : (length - start > kBlock ? length - start - kBlock : 0);
      const size_t size = std::min(kBlock, length - begin);
      const Digest before = digester_.Of({text, begin}, Purpose::kPermutation);
      const Digest behind = digester_.Of({text + begin + size, length - begin - size}, Purpose::kPermutation);
      const uint64_t tweak = before.high ^ (behind.low * 0x9E3779B97F4A7C15u) ^ static_cast<uint64_t>(pass);
      if (PowerOfTen(size) <= Permutation::kShuffleLimit) continue;
      WriteDigits(MapBlock(ParseDigits({text + begin, size}), size, tweak), text + begin, size);
    }
  }
}

}  // namespace understudy::pseudonym
