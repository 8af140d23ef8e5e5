// A small bit set that says of nearly every word of a text: not here.
//
// Ownership: a Prefilter points into the PrefilterBits it came from. Threads: a Prefilter is thread-safe
// while nothing is added.
#ifndef UNDERSTUDY_TEXT_PREFILTER_H_
#define UNDERSTUDY_TEXT_PREFILTER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace understudy::text {

inline uint64_t PrefilterBitsOf(uint64_t hash) {
  return (uint64_t{1} << (hash & 63)) | (uint64_t{1} << ((hash >> 6) & 63));
}

// A bit set over token hashes: two bits of one 64-bit word for each. Never a false no.
struct Prefilter {
  const uint64_t* words = nullptr;  // null: nothing is in it
  int shift = 63;                   // 64 - log2(number of words)

  bool Has(uint64_t hash) const {
    if (words == nullptr) return false;
    const uint64_t bits = PrefilterBitsOf(hash);
    return (words[hash >> shift] & bits) == bits;
  }
};

class PrefilterBits {
 public:
  // Room for `keys` hashes at 16 bits each, at least `min_words` words.
  explicit PrefilterBits(size_t keys = 0, size_t min_words = 2);
  void Add(uint64_t hash) { words_[hash >> shift_] |= PrefilterBitsOf(hash); }
  Prefilter view() const { return {words_.data(), shift_}; }
  size_t bytes() const { return words_.size() * sizeof(uint64_t); }

 private:
  std::vector<uint64_t> words_;
  int shift_;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_PREFILTER_H_
