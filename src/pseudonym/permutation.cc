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

Permutation::Permutation(const Digester& digester, uint64_t range, uint64_t tweak, bool tabled)
    : digester_(digester), range_(range), tweak_(tweak) {
  if (tabled && range <= kShuffleLimit) {
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
  if (tabled && range <= kKeptLimit) kept_ = std::vector<std::atomic<uint16_t>>(range);
}

uint64_t Permutation::Feistel(uint64_t value) const {
  uint64_t a = value / right_;  // below left_
  uint64_t b = value % right_;
  uint64_t modulus_a = left_;
  uint64_t modulus_b = right_;
  const uint64_t tweak = tweak_ ^ (range_ * 0x9E3779B97F4A7C15u);
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t f = digester_.Round(b, tweak, static_cast<uint32_t>(round));
    uint64_t next = a + f % modulus_a;
    if (next >= modulus_a) next -= modulus_a;
    a = b;
    b = next;
    std::swap(modulus_a, modulus_b);
  }
  return a * modulus_b + b;
}

uint64_t Permutation::Walk(uint64_t value) const {
  do {
    value = Feistel(value);
  } while (value >= range_);
  return value;
}

uint64_t Permutation::Map(uint64_t value) const {
  if (!table_.empty()) return table_[value];
  if (kept_.empty()) return Walk(value);
  // Whoever else computes it stores the same.
  const uint16_t kept = kept_[value].load(std::memory_order_relaxed);
  if (kept != 0) return kept - 1;
  const uint64_t mapped = Walk(value);
  kept_[value].store(static_cast<uint16_t>(mapped + 1), std::memory_order_relaxed);
  return mapped;
}

namespace {

// The greatest int2, int4 and int8: numbers of their length that fit stay numbers that fit.
constexpr uint64_t GreatestOfLength(size_t length) {
  return length == 5 ? 32767 : length == 10 ? 2147483647 : length == 19 ? 9223372036854775807u : 0;
}

}  // namespace

DigitPermutation::DigitPermutation(const Digester& digester) : digester_(digester) {
  for (size_t length = 0; length <= kTabled; ++length) {
    const uint64_t below = length == 0 ? 1 : PowerOfTen(length - 1);
    const uint64_t greatest = GreatestOfLength(length);
    by_length_.emplace_back(digester,
                            greatest != 0 ? greatest - below + 1
                            : length <= 1 ? 9
                                          : below * 9,
                            length);
    above_.emplace_back(digester, greatest != 0 ? below * 10 - greatest - 1 : 1, length + 200);
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
    } else if (const uint64_t greatest = GreatestOfLength(length); greatest != 0 && value > greatest) {
      WriteDigits(greatest + 1 + above_[length].Map(value - greatest - 1), text, length);
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

namespace {

// The last digit of *value in a radix, taken off it. Digits' and letters' have divisions of their own: by a
// number that the compiler knows they are multiplications.
char TakeDigit(char radix, uint64_t* value) {
  const auto take = [value](uint64_t by) {
    const uint64_t digit = *value % by;
    *value /= by;
    return static_cast<char>(digit);
  };
  switch (radix) {
    case 10:
      return take(10);
    case 26:
      return take(26);
    default:
      return take(static_cast<uint64_t>(radix));
  }
}

}  // namespace

void MapMixed(const Digester& digester, const std::string& radices, std::string* digits) {
  // Eight letters or so at a time, each block under a tweak made of the radices and of all digits outside it;
  // the second pass's blocks lie across the first's, so every digit depends on every other.
  constexpr uint64_t kBlock = uint64_t{1} << 40;
  const size_t count = digits->size();
  const char* text = digits->data();
  const uint64_t shape = digester.Of(radices, Purpose::kPart).high;
  for (int pass = 0; pass < 3; ++pass) {
    uint64_t limit = pass == 1 ? uint64_t{1} << 20 : kBlock;  // the first block of the second pass is short
    for (size_t begin = 0; begin < count;) {
      uint64_t range = 1;
      uint64_t value = 0;
      size_t end = begin;
      for (; end < count && (end == begin || range * static_cast<uint64_t>(radices[end]) <= limit); ++end) {
        range *= static_cast<uint64_t>(radices[end]);
        value = value * static_cast<uint64_t>(radices[end]) + static_cast<uint64_t>((*digits)[end]);
      }
      const Digest before = digester.Of({text, begin}, Purpose::kPermutation);
      const Digest behind = digester.Of({text + end, count - end}, Purpose::kPermutation);
      const uint64_t tweak =
          shape ^ before.high ^ (behind.low * 0x9E3779B97F4A7C15u) ^ static_cast<uint64_t>(pass);
      value = Permutation(digester, range, tweak, false).Map(value);
      for (size_t i = end; i > begin; --i) (*digits)[i - 1] = TakeDigit(radices[i - 1], &value);
      if (begin == 0 && end == count) return;  // all in one block
      begin = end;
      limit = kBlock;
    }
  }
}

}  // namespace understudy::pseudonym
